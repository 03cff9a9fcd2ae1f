"""What every test may ask for: the world, and a browser signed in at one of its desks."""

import gc
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from kamkor.base import codelists, wall
from tests.standing import pytest_runtest_setup  # noqa: F401 - a hook
from tests.world import World, build

BOTH = pytest.mark.django_db(databases=["default", "keys"])


def pytest_configure() -> None:
    """Signing in is tested often; how slowly passwords are hashed is not what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECOND_FACTOR = False  # tests of the second factor ask for it
    settings.WHITENOISE_AUTOREFRESH = True  # else each client of a test looks through all static files
    codelists.FRESH_SECONDS = 3600  # no count of queries depends on when the lists were read last


def pytest_collection_finish() -> None:
    """What is imported stays to the end: looking through it for garbage takes a tenth of the tests' time."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for the world gets both databases, rolled back after the test."""
    for item in items:
        asked = {"world", "filled_once"} & set(getattr(item, "fixturenames", ()))
        if asked and item.get_closest_marker("django_db") is None:
            item.add_marker(BOTH)


@pytest.fixture(scope="session", autouse=True)
def _pages_alone(django_test_environment: None) -> None:
    """The test client notes what a page was drawn from, and not each of the fifty parts of it as well."""
    noted: Callable[[Template, Context], str] = Template._render  # type: ignore[attr-defined]

    def render(self: Template, context: Context) -> str:
        return noted(self, context) if context.template is self else self.nodelist.render(context)

    Template._render = render  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Each test begins in English, whatever the one before spoke."""
    with translation.override("en"):
        yield


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The fixed small world, seen by the system itself; pages still act as the desk that opens them."""
    with wall.acting(None, scope="all"):
        yield build()
