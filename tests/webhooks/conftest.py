"""Messages of these tests go to this machine."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.webhooks.listening import Heard, listening


@pytest.fixture
def heard(settings: Settings) -> Iterator[Heard]:
    settings.WEBHOOKS_LOCAL = True
    with listening() as found:
        yield found
