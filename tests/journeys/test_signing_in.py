"""The second factor in a real browser: a passkey, a telephone's codes without any script, a printed card."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, ViewportSize

from tests.access.entering import code_of
from tests.journeys.conftest import DESKTOP, PATIENCE, PHONE, Desk, Instance, speak

# Nobody else's journeys use these accounts: whoever has a second factor is always asked for it.
BY_PASSKEY, BY_APP, BY_CARD = "shelter", "prosecutor", "inspector"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_password(page: Page, strict: Instance, username: str) -> None:
    page.goto(f"{strict.url}/desk/sign-in")
    page.fill("#id_username", username)
    page.fill("#id_password", strict.passwords[username])
    with page.expect_navigation():
        page.press("#id_password", "Enter")


def unlock(page: Page, strict: Instance, username: str) -> None:
    assert "/desk/unlock" in page.url
    page.fill("#id_passphrase", strict.passwords[username])
    with page.expect_navigation():
        page.press("#id_passphrase", "Enter")


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).last.click()


def sign_out(page: Page) -> None:
    press(page, "form[action='/desk/sign-out'] button")


def window(browser: Browser, size: ViewportSize, *, script: bool = True) -> BrowserContext:
    context = browser.new_context(viewport=size, locale="en-GB", java_script_enabled=script)
    context.set_default_timeout(PATIENCE)
    return context


@pytest.mark.parametrize("language", ["ky"])
def test_a_passkey_is_set_up_and_signs_in(
    browser: Browser, strict: Instance, seen: set[tuple[str, ...]], language: str
) -> None:
    context = window(browser, PHONE)
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    desk = Desk(page, strict, language, seen)

    page.goto(f"{strict.url}/desk/sign-in")
    speak(page, language)
    desk.looks()
    give_password(page, strict, BY_PASSKEY)
    assert page.url.endswith("/desk/second-step")  # and nothing else is reached before
    desk.looks()
    desk.go("/desk/people/")
    assert "/desk/sign-in" in page.url
    desk.go("/desk/second-step")
    press(page, "main a[href='/desk/second-step/passkey']")
    desk.looks()
    page.fill("#id_name", "Telephone")
    press(page, "main form[data-passkey] button")
    assert page.url.endswith("/desk/")
    desk.go("/desk/people/")
    assert page.url.endswith("/desk/people/")  # the vault was opened by the password on the way

    answer = alone(page, strict)
    beside_the_password(page, devices, device, strict, desk)
    overheard(page, answer, desk)
    context.close()


def alone(page: Page, strict: Instance) -> str:
    """Sign in with nothing else; what the browser answered."""
    sign_out(page)
    with page.expect_request("**/sign-in/passkey") as sent:
        press(page, "main form[data-passkey] button")
    unlock(page, strict, BY_PASSKEY)  # a passkey opens no vault
    assert page.url.endswith("/desk/")
    posted = sent.value.post_data_json
    assert posted is not None
    answer: str = posted["answer"]
    return answer


def beside_the_password(page: Page, devices: CDPSession, device: str, strict: Instance, desk: Desk) -> None:
    """As the second step, and not without a finger or a PIN."""
    sign_out(page)
    give_password(page, strict, BY_PASSKEY)
    assert page.url.endswith("/desk/sign-in/second-step")
    desk.looks()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.locator("main form[data-passkey] button").click()
    page.locator("[data-passkey-failed]").wait_for()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    press(page, "main form[data-passkey] button")
    assert page.url.endswith("/desk/")


def overheard(page: Page, answer: str, desk: Desk) -> None:
    """Somebody sends an answer again that was good before."""
    sign_out(page)
    with page.expect_navigation():
        page.evaluate(
            "answer => { const form = document.querySelector('form[data-passkey]');"
            " form.elements.answer.value = answer; form.submit(); }",
            answer,
        )
    assert page.url.endswith("/desk/sign-in")
    desk.go("/desk/")
    assert "/desk/sign-in" in page.url


def test_a_telephones_codes_need_no_script(browser: Browser, strict: Instance) -> None:
    context = window(browser, PHONE, script=False)
    page = context.new_page()
    give_password(page, strict, BY_APP)
    assert not page.locator("form[data-passkey]").count()
    press(page, "main a[href='/desk/second-step/app']")
    secret = page.locator("main .kamkor-code").inner_text().replace(" ", "")
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    page.fill("#id_code", "000000")
    press(page, "main form button")
    assert page.locator(".govuk-error-summary, .govuk-error-message").count()
    page.fill("#id_code", code_of(secret))
    press(page, "main form button")
    assert page.url.endswith("/desk/")
    sign_out(page)
    give_password(page, strict, BY_APP)
    shown = code_of(secret, steps=1)  # each is good once; a telephone may be ahead
    page.fill("#id_code", f"{shown[:3]} {shown[3:]}")
    press(page, "main form button")
    assert page.url.endswith("/desk/")
    context.close()


@pytest.mark.parametrize("language", ["ru"])
def test_a_card_is_printed_and_its_first_code_leads_in(
    browser: Browser, strict: Instance, seen: set[tuple[str, ...]], language: str
) -> None:
    context = window(browser, DESKTOP)
    page = context.new_page()
    desk = Desk(page, strict, language, seen)
    page.goto(f"{strict.url}/desk/sign-in")
    speak(page, language)
    give_password(page, strict, BY_CARD)
    press(page, "main a[href='/desk/second-step/card']")
    desk.looks()
    press(page, "main form button")
    desk.looks()
    codes = page.locator("main ol li").all_inner_texts()
    assert len(set(codes)) == 30
    press(page, "main a[href='/desk/sign-in/second-step']")
    page.fill("#id_code", codes[0])
    press(page, "main form:not([data-passkey]) button")
    assert page.url.endswith("/desk/")
    sign_out(page)
    give_password(page, strict, BY_CARD)
    page.fill("#id_code", codes[0])
    press(page, "main form:not([data-passkey]) button")
    assert page.url.endswith("/desk/sign-in/second-step")  # each works once
    desk.looks()
    context.close()
