"""Every page that a menu leads to, in four languages: axe finds nothing and nothing scrolls sideways."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import DESKTOP, LANGUAGES, PHONE, Desk, check_axe

WHO = ("operator", "worker", "supervisor", "advocate", "coordinator", "statistician", "member", "border", "admin")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", WHO)
def test_the_ways_of_each_role(sign_in: Callable[..., Desk], axe: Axe, who: str, language: str) -> None:
    size = PHONE if language in ("ky", "uz") else DESKTOP
    desk = sign_in(who, language=language, size=size)
    check_axe(axe, desk.page)
    ways = desk.page.locator("header nav a, nav a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    paths = sorted({way for way in ways if way and way.startswith("/desk/")})
    assert paths
    for path in paths:
        desk.go(path)
        check_axe(axe, desk.page)
        desk.looks(f"{who}-{path.strip('/').replace('/', '-')}-{language}")
