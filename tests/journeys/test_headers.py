"""What browsers are told about every page, and what they keep afterwards: nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Playwright

from tests.journeys.conftest import Desk, Instance, wait_until

SignIn = Callable[..., Desk]
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
EXACT = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}
OPEN = ("/healthz", "/readyz", "/desk/sign-in", "/desk/components", "/no-such-page", "/desk/cases/1/")
CASE = "main tbody a[href^='/desk/cases/']"
NOTHING_KEPT = """async () => ![
    localStorage.length, sessionStorage.length,
    (await indexedDB.databases()).length, (await caches.keys()).length,
    (await navigator.serviceWorker.getRegistrations()).length,
].some(Boolean)"""


@pytest.mark.asvs("3.4.3")
def test_a_strangers_answers_are_private(playwright: Playwright, instance: Instance) -> None:
    asked = playwright.request.new_context()
    for path in OPEN:
        answer = asked.get(instance.url + path, max_redirects=0)
        private(answer, path)
        assert answer.status < 500, path
    asked.dispose()


@pytest.mark.asvs("1.2.3", "3.4.2", "3.4.3", "3.4.4", "3.4.5", "3.4.6", "4.1.1")
@pytest.mark.asvs("14.2.2", "14.2.3", "14.2.5", "14.3.2")
@pytest.mark.parametrize("who", ["worker", "supervisor", "operator", "coordinator", "member"])
def test_every_answer_is_private(sign_in: SignIn, instance: Instance, who: str) -> None:
    desk = sign_in(who)
    ways = desk.go("/desk/").locator("nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for path in (*ways, *OPEN, "/desk/cases/999999/"):
        private(desk.page.request.get(instance.url + path, max_redirects=0), path)
    refused = desk.page.request.post(f"{instance.url}/desk/tasks/new", form={})
    assert refused.status == 403
    private(refused, "a form without its token")


def private(answer: APIResponse, path: str) -> None:
    policy = answer.headers.get("content-security-policy", "")
    assert {part.strip() for part in policy.split(";")} == POLICY, path
    assert {name: answer.headers.get(name) for name in EXACT} == EXACT, path
    for cookie in answer.headers_array:
        if cookie["name"].lower() == "set-cookie" and not cookie["value"].startswith("django_language"):
            assert "HttpOnly" in cookie["value"], path
            assert "SameSite=Lax" in cookie["value"], path


@pytest.mark.asvs("14.3.1", "14.3.3")
def test_nothing_is_kept_after_signing_out(sign_in: SignIn) -> None:
    desk = sign_in("worker", anew=True)
    for path in ("/desk/cases/", "/desk/people/", "/desk/tasks/"):
        desk.go(path)
    desk.go("/desk/cases/")
    desk.press(CASE)
    case = desk.page.url
    wait_until(desk.page, NOTHING_KEPT)
    desk.press("header form[action='/desk/sign-out'] button")
    assert "/desk/sign-in" in desk.page.url
    wait_until(desk.page, NOTHING_KEPT)  # the page looks into the stores itself, to empty them
    desk.page.go_back()
    assert "/desk/sign-in" in desk.page.url
    desk.page.goto(case)
    assert "/desk/sign-in" in desk.page.url


def test_a_locked_vault_shows_nothing(sign_in: SignIn) -> None:
    desk = sign_in("worker", anew=True)
    desk.go("/desk/cases/")
    desk.press(CASE)
    desk.press("header form[data-lock] button")
    assert "/desk/unlock" in desk.page.url
    desk.page.go_back()
    assert "/desk/unlock" in desk.page.url
