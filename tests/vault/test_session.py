from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from kamkor.access.sessions import SessionStore, SignIn
from kamkor.vault import session
from kamkor.vault.keyring import Keyring
from tests.vault.conftest import Staffed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
Step = Callable[[HttpRequest], object]


class Browser:
    """One session and its cookies, from request to request."""

    def __init__(self) -> None:
        self.store = SessionStore()
        self.store.create()
        self.cookies: dict[str, str] = {}
        self.answer = HttpResponse()

    def ask(self, step: Step) -> object:
        request = RequestFactory().get("/")
        request.session = SessionStore(self.store.session_key)
        request.COOKIES = dict(self.cookies)
        results = []

        def view(asked: HttpRequest) -> HttpResponse:
            results.append(step(asked))
            return HttpResponse()

        self.answer = session.VaultMiddleware(view)(request)
        request.session.save()
        for name, morsel in self.answer.cookies.items():
            self.cookies[name] = morsel.value
        return results[0]

    def ring(self) -> Keyring | None:
        found = self.ask(lambda request: request.keyring)  # type: ignore[attr-defined]
        assert found is None or isinstance(found, Keyring)
        return found


def opener(at: Staffed) -> Step:
    return lambda request: session.open_in_session(request, at.ring())


def test_an_open_vault_stays_open(centre: Staffed) -> None:
    browser = Browser()
    assert browser.ring() is None
    assert session.COOKIE not in browser.cookies
    browser.ask(opener(centre))
    ring = browser.ring()
    assert ring is not None
    assert ring.opens(centre.desk)


@pytest.mark.asvs("3.3.2", "3.3.4")
def test_the_cookie_is_for_our_pages_alone(centre: Staffed, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    browser = Browser()
    browser.ask(opener(centre))
    cookie = browser.answer.cookies[session.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Strict", True)
    assert cookie["max-age"] == cookie["expires"] == ""


@pytest.mark.asvs("7.2.1")
@pytest.mark.parametrize("cookie", [None, "", "rubbish", "ö", "A" * 43 + "="])
def test_without_the_cookie_the_session_opens_nothing(centre: Staffed, cookie: str | None) -> None:
    browser = Browser()
    browser.ask(opener(centre))
    browser.cookies = {} if cookie is None else {session.COOKIE: cookie}
    assert browser.ring() is None


def test_the_cookie_of_another_session_opens_nothing(centre: Staffed) -> None:
    one, two = Browser(), Browser()
    one.ask(opener(centre))
    two.ask(opener(centre))
    one.cookies = two.cookies
    assert one.ring() is None


def test_no_key_is_in_the_session_table(centre: Staffed) -> None:
    browser = Browser()
    browser.ask(opener(centre))
    kept = SessionStore(browser.store.session_key)[session.OPEN]
    dumped = centre.ring().dump().decode()
    assert dumped not in str([row.get_decoded() for row in SignIn.objects.all()])
    assert dumped.split('"')[1] not in kept
    assert browser.cookies[session.COOKIE] not in str([row.get_decoded() for row in SignIn.objects.all()])


def test_locking_forgets_everything(centre: Staffed) -> None:
    browser = Browser()
    browser.ask(opener(centre))
    kept = dict(browser.cookies)
    browser.ask(session.lock)
    assert browser.cookies[session.COOKIE] == ""
    browser.cookies = kept
    assert browser.ring() is None


def test_signing_out_deletes_the_cookie(centre: Staffed) -> None:
    browser = Browser()
    browser.ask(opener(centre))
    browser.ask(lambda request: request.session.flush())
    assert browser.cookies[session.COOKIE] == ""


def test_a_staged_key_is_of_no_use_before_the_second_factor(centre: Staffed) -> None:
    browser = Browser()
    browser.ask(lambda request: session.stage(request, centre.ring()))
    assert browser.ring() is None
    assert browser.ask(session.open_staged) is True
    ring = browser.ring()
    assert ring is not None
    assert ring.opens(centre.desk)
    assert browser.ask(session.open_staged) is False
