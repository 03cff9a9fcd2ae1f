"""Every page that somebody can walk to: axe finds nothing, nothing scrolls sideways, no link is dead."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import resolve
from playwright.sync_api import Error

from tests.journeys.conftest import DESKTOP, LANGUAGES, PHONE, Desk

WHO = (
    "operator",
    "worker",
    "supervisor",
    "advocate",
    "coordinator",
    "statistician",
    "member",
    "border",
    "child",
    "interpreter",
    "permits",
    "admin",
)
# Between them they may open every page; in languages in turn, since the menus are looked at in all four.
WALKERS = {
    "worker": "ky",
    "coordinator": "ru",
    "permits": "uz",
    "supervisor": "en",
    "doctor": "uz",
    "operator": "en",
    "monitor": "uz",
    "child": "en",
    "interpreter": "ky",
}
# What would end the walk.
NO_PAGE = re.compile(r"/desk/(sign-out|unlock)")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", WHO)
def test_the_ways_of_each_role(sign_in: Callable[..., Desk], who: str, language: str) -> None:
    size = PHONE if language in ("ky", "uz") else DESKTOP
    desk = sign_in(who, language=language, size=size)
    desk.go("/desk/")
    paths = sorted(set(ways(desk, "header nav a, nav a")))
    assert paths
    for path in paths:
        if not desk.has_seen(path):  # by another role, whose page has the same parts
            desk.go(path)
            desk.looks()


@pytest.mark.parametrize(("who", "language"), WALKERS.items())
def test_wherever_links_lead(sign_in: Callable[..., Desk], walked: set[str], who: str, language: str) -> None:
    """At the width of a small phone, each kind of page once."""
    desk = sign_in(who, language=language, size=PHONE)
    desk.go("/desk/")
    waiting = list(ways(desk, "a"))
    assert waiting
    while waiting:
        path = waiting.pop(0)
        if (route := resolve(path.partition("?")[0]).route) in walked:
            continue
        walked.add(route)
        if opens(desk, path):
            desk.looks()
            waiting += ways(desk, "main a")


@pytest.fixture(scope="session")
def walked() -> set[str]:
    """The addresses, without numbers and names, that somebody has walked to."""
    return set()


def opens(desk: Desk, path: str) -> bool:
    """False where it is a file to keep, and no page."""
    try:
        desk.go(path)
    except Error as stopped:
        if "Download is starting" not in str(stopped):
            raise
        return False
    return True


def ways(desk: Desk, links: str) -> Iterator[str]:
    found = desk.page.locator(f":is({links}):not([download])").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    here = desk.path.partition("?")[0]
    for way in found:
        path = here + way if way and way.startswith("?") else way
        if path and path.startswith("/desk/") and not NO_PAGE.search(path):
            yield path.partition("#")[0]
