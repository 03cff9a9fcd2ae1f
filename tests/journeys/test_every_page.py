"""Every page that a menu leads to, in four languages: axe finds nothing and nothing scrolls sideways."""

from collections.abc import Callable

import pytest

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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", WHO)
def test_the_ways_of_each_role(sign_in: Callable[..., Desk], who: str, language: str) -> None:
    size = PHONE if language in ("ky", "uz") else DESKTOP
    desk = sign_in(who, language=language, size=size)
    ways = desk.page.locator("header nav a, nav a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    paths = sorted({way for way in ways if way and way.startswith("/desk/")})
    assert paths
    for path in paths:
        desk.go(path)
        desk.looks()
