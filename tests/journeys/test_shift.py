"""A shared computer: the lock that keeps what is typed, the change of person, the end of a shift."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import LANGUAGES, PHONE, Desk, enter
from tests.journeys.steps import take_in

SignIn = Callable[..., Desk]
CASE = "main tbody a[href^='/desk/cases/']"
LATER = (
    "seconds => { const real = Date.now; Date.now = () => real() + seconds * 1000;"
    " document.dispatchEvent(new Event('visibilitychange')) }"
)
WORDS = "She is afraid of the man in the blue van."


def pass_time(page: Page, seconds: int) -> None:
    """The page's own clock goes on, as when a computer has slept; it looks at once when it is seen again."""
    page.evaluate(LATER, seconds)


def unlock(desk: Desk, username: str) -> None:
    desk.page.fill("#id_passphrase", desk.instance.passwords[username])
    desk.page.press("#id_passphrase", "Enter")


def test_what_is_typed_is_sealed_and_back_after_unlocking(sign_in: SignIn) -> None:
    desk = sign_in("worker", anew=True)
    her = take_in(desk, "Meerim")
    page, path = desk.page, f"{her.case_path}notes/new"
    desk.go(path)
    desk.fill(kind="fact", text=WORDS)
    pass_time(page, 601)
    page.wait_for_url("**/desk/unlock*")
    assert WORDS not in page.content()
    page.go_back()
    assert WORDS not in page.content()
    page.goto(f"{desk.instance.url}/desk/cases/")
    assert "/desk/unlock" in page.url
    page.goto(f"{desk.instance.url}/desk/unlock?next={path}")
    unlock(desk, "worker")
    page.wait_for_url(f"**{path}")
    page.wait_for_function("words => document.querySelector('[name=text]').value === words", arg=WORDS)
    assert page.locator("[name=kind][value=fact]").is_checked()
    desk.submit()
    desk.press("main h2 a[href^='/desk/notes/']")
    assert WORDS in desk.text()


def test_somebody_who_is_there_is_not_locked_out(sign_in: SignIn) -> None:
    desk = sign_in("worker", anew=True)
    desk.go("/desk/cases/")
    told: list[str] = []
    desk.page.on("request", lambda request: told.append(request.url.removeprefix(desk.instance.url)))
    pass_time(desk.page, 90)
    desk.page.keyboard.press("Tab")
    with desk.page.expect_response("**/desk/present"):  # which the first look at the clock may send already
        pass_time(desk.page, 580)
        desk.page.keyboard.press("Tab")
    assert "/desk/rest" not in told
    assert desk.path == "/desk/cases/"


def test_no_lock_falls_on_an_open_contact_on_any_page(sign_in: SignIn) -> None:
    desk = sign_in("operator", anew=True)
    desk.go("/desk/contacts/")
    desk.key("F2")
    contact = desk.path
    desk.go("/desk/services/")
    with desk.page.expect_response("**/desk/rest") as asked:
        pass_time(desk.page, 601)
    assert asked.value.status == 204
    desk.page.wait_for_selector("main h1")
    assert desk.path == "/desk/services/"
    desk.go(contact)
    desk.key("F8")


def test_the_next_person_finds_nothing_of_the_one_before(sign_in: SignIn) -> None:
    desk = sign_in("worker", anew=True)
    her = take_in(desk, "Burul")
    second = desk.page.context.new_page()
    second.goto(f"{desk.instance.url}{her.person_path}")
    assert "Burul" in second.content()
    desk.go(her.case_path)
    with desk.page.expect_navigation(), desk.page.expect_response("**/desk/change-user") as left:
        desk.page.keyboard.press("F12")
    assert left.value.header_value("clear-site-data") == '"cache", "storage"'
    assert "/desk/sign-in" in desk.page.url
    second.wait_for_url("**/desk/sign-in")
    for page in (desk.page, second):
        page.go_back()
        assert "Burul" not in page.content()
        assert "/desk/sign-in" in page.url or page.url == "about:blank"  # before the tab was used
    enter(desk.page, desk.instance, "operator")
    for path in (her.case_path, her.person_path):
        answer = desk.page.goto(desk.instance.url + path)
        assert answer is not None
        assert answer.status in (403, 404)
        assert "Burul" not in desk.page.content()
    kept = json.dumps(desk.page.context.storage_state())
    assert "Burul" not in kept
    assert "worker" not in kept


def test_a_page_out_of_the_browser_s_memory_is_asked_for_again(sign_in: SignIn) -> None:
    desk = sign_in("worker", anew=True)
    desk.go("/desk/cases/")
    desk.page.context.clear_cookies()
    with desk.page.expect_navigation():
        desk.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert "/desk/sign-in" in desk.page.url


def test_the_end_of_the_shift_is_said_before(sign_in: SignIn) -> None:
    desk = sign_in("worker", anew=True)
    desk.go("/desk/cases/")
    assert desk.page.locator("#shift-ends").is_hidden()
    desk.page.evaluate("document.body.dataset.idleLock = 0")
    pass_time(desk.page, 12 * 3600 - 600)
    desk.page.locator("#shift-ends").wait_for(state="visible")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_sign_ins_is_usable_everywhere(sign_in: SignIn, language: str) -> None:
    desk = sign_in("worker", language=language, size=PHONE)
    desk.go("/desk/sessions")
    desk.looks()
    desk.go("/desk/kept")
    desk.looks()


def test_without_a_script_nothing_that_is_sent_is_lost(sign_in: SignIn) -> None:
    desk = sign_in("worker", script=False, anew=True)
    her = take_in(desk, "Cholpon")
    desk.go(f"{her.case_path}notes/new")
    desk.fill(kind="fact", text=WORDS)
    other = desk.page.context.new_page()
    other.goto(f"{desk.instance.url}/desk/cases/")
    with other.expect_navigation():
        other.locator("header form[data-lock] button").click()
    other.close()
    desk.submit()
    assert "/desk/unlock" in desk.page.url
    unlock(desk, "worker")
    desk.page.wait_for_url("**/desk/kept")
    assert WORDS in desk.text()
    desk.press(f"main form[action='{her.case_path}notes/new'] button")
    desk.press("main h2 a[href^='/desk/notes/']")
    assert WORDS in desk.text()
