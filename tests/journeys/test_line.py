"""A shift on the line, by keyboard alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, LANGUAGES, PHONE, Desk

SignIn = Callable[..., Desk]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_contact_by_keyboard(sign_in: SignIn, language: str) -> None:
    desk = sign_in("operator", language=language, size=PHONE if language == "ky" else DESKTOP)
    desk.go("/desk/contacts/")
    desk.looks()
    desk.key("F2")
    contact = desk.id()
    expect(desk.page.locator("main [name='safe_to_talk']:focus")).to_have_count(1)
    for name in ("safe_to_talk", "danger", "topic", "callback", "outcome"):
        tab_to(desk, name)
        press_first(desk, name)
    desk.looks("contact")
    desk.key("F4")
    assert desk.path == "/desk/contacts/"
    desk.go(f"/desk/contacts/{contact}/")
    assert desk.page.locator("main form [name='safe_to_talk']").count() == 0
    assert desk.page.locator("main .govuk-summary-list__row").count() >= 5
    desk.looks()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_number_is_one_key_and_one_key_undoes_it(sign_in: SignIn, language: str) -> None:
    desk = sign_in("operator", language=language)
    desk.go("/desk/contacts/")
    desk.key("F7")
    contact = desk.page.url.rpartition("closed=")[2]
    row = desk.page.locator(f"main a[href='/desk/contacts/{contact}/']")
    assert row.count() == 1
    desk.looks()
    desk.key("F10")
    assert desk.path == "/desk/contacts/"
    assert row.count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_silence_has_a_script_and_is_no_prank(sign_in: SignIn, language: str) -> None:
    desk = sign_in("operator", language=language, size=PHONE)
    desk.go("/desk/contacts/")
    desk.key("F6")
    assert desk.path.endswith("/silent")
    contact = desk.id()
    desk.fill(silent_1="yes", silent_2="yes", silent_3="no")
    desk.looks()
    desk.key("F6")
    assert desk.page.url.endswith(f"closed={contact}")
    desk.go("/desk/contacts/?kind=silent")
    assert desk.page.locator(f"main a[href='/desk/contacts/{contact}/']").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_repeat_contact_shows_the_rule_and_nothing_else(sign_in: SignIn, language: str) -> None:
    desk = sign_in("operator", language=language)
    number, said = f"+996 700 44 {10 + LANGUAGES.index(language)} 55", f"canary {language}"
    first_contact(desk, number, said)
    desk.go("/desk/contacts/")
    desk.key("F2")
    rule = desk.page.locator("select[name='callback'] option[value='code_word']").inner_text()
    topic = desk.page.locator("select[name='topic'] option").nth(1).inner_text()
    with saving(desk):
        desk.fill(caller=number)
        desk.page.keyboard.press("Tab")
    shown = desk.page.locator("#contact-saved .govuk-inset-text")
    expect(shown).to_contain_text(rule)
    expect(shown).not_to_contain_text(topic)
    assert said not in desk.page.content()
    desk.looks()
    desk.key("F8")


def first_contact(desk: Desk, number: str, said: str) -> None:
    desk.go("/desk/contacts/")
    desk.key("F2")
    topic = desk.page.locator("select[name='topic'] option").nth(1).get_attribute("value") or ""
    outcome = desk.page.locator("select[name='outcome'] option").nth(1).get_attribute("value") or ""
    with saving(desk):  # the form comes back as this answer changes it
        desk.fill(safe_to_talk="yes")
    desk.fill(caller=number, danger="none", topic=topic, callback="code_word", outcome=outcome, note=said)
    settled(desk)
    desk.key("F4")
    assert desk.path == "/desk/contacts/", desk.complaints()


def tab_to(desk: Desk, name: str) -> None:
    """Go on by Tab until the focus is in the field."""
    for _step in range(12):
        if desk.page.evaluate("document.activeElement.name") == name:
            return
        desk.page.keyboard.press("Tab")
    pytest.fail(f"Tab does not lead to {name}")


def press_first(desk: Desk, name: str) -> None:
    """Take the first answer of a field by its own keys; the page saves it at once."""
    radio = desk.page.evaluate("document.activeElement.type") == "radio"
    with saving(desk):
        desk.page.keyboard.press("Space" if radio else "ArrowDown")
        if not radio:
            desk.page.keyboard.press("Tab")


@contextmanager
def saving(desk: Desk) -> Iterator[None]:
    """What is done here the page saves by itself; then what the answer brings stands on it."""
    with desk.page.expect_response(lambda answer: answer.request.method == "POST"):
        yield
    settled(desk)


def settled(desk: Desk) -> None:
    expect(desk.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
