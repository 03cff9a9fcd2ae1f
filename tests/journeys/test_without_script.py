"""An old telephone, a strict browser: the first day without any script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import PHONE, Desk, Instance
from tests.journeys.looking import check_axe
from tests.journeys.steps import desk_name, take_in
from tests.journeys.test_first_day import decide, found, give_service, look_for, submit_packet, tick_signs
from tests.journeys.test_referral import refer

SignIn = Callable[..., Desk]


@pytest.mark.asvs("2.2.2")
def test_the_first_day(sign_in: SignIn) -> None:
    worker = sign_in("worker", size=PHONE, script=False)
    look_for(worker, "Kanykei Toktobekova")
    assert not found(worker)
    her = take_in(worker, "Perizat Kanykei")
    tick_signs(worker, her)
    give_service(worker, her)
    packet = submit_packet(worker, her)
    decide(sign_in("member", script=False), packet, called="Perizat Kanykei")
    doctor = sign_in("doctor", script=False)
    sent = refer(worker, her, desk_name(doctor), "Perizat Kanykei")
    doctor.go(sent)
    doctor.submit("/accept")
    assert "Perizat Kanykei" in doctor.text()


def test_a_contact(sign_in: SignIn) -> None:
    desk = sign_in("operator", size=PHONE, script=False)
    desk.go("/desk/contacts/")
    desk.press("main form[action$='/contacts/new'] button:not([name])")
    contact = desk.path
    desk.fill(safe_to_talk="yes", danger="none", callback="never")
    for name in ("topic", "outcome"):
        second = desk.page.locator(f"main select[name='{name}'] option").nth(1)
        desk.fill(**{name: second.get_attribute("value") or ""})
    desk.press("main button[value='close']")
    assert desk.path == "/desk/contacts/"
    assert desk.page.locator(f"main a[href='{contact}']").count() == 1


def test_axe_finds_nothing_on_what_stands_there_without_script(
    sign_in: SignIn, browser: Browser, instance: Instance
) -> None:
    """axe is a script itself: the page is loaded without any, and its text is looked at in another window."""
    window = browser.new_page(viewport=PHONE)
    stranger = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    stranger.goto(f"{instance.url}/desk/sign-in")
    examine(window, stranger)
    stranger.context.close()
    worker = sign_in("worker", size=PHONE, script=False)
    her = take_in(worker, "Aizada without script")
    paths = ["/desk/", "/desk/people/new", f"{her.person_path}consents/new", f"{her.case_path}refer"]
    for path in [*paths, "/desk/referrals/"]:
        examine(window, worker.go(path))
    operator = sign_in("operator", size=PHONE, script=False)
    operator.go("/desk/contacts/")
    operator.press("main form[action$='/contacts/new'] button:not([name])")
    examine(window, operator.page)
    examine(window, sign_in("doctor", size=PHONE, script=False).go("/desk/referrals/"))
    window.close()


def examine(window: Page, bare: Page) -> None:
    """Show the document of a page without script, unchanged but for its scripts, and let axe look at it."""
    text = re.sub(r"<script\b.*?</script>", "", bare.content(), flags=re.DOTALL)
    window.route(bare.url, lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
    window.goto(bare.url)
    assert window.locator("h1").first.inner_text() == bare.locator("h1").first.inner_text()
    check_axe(window)
    window.unroute(bare.url)
