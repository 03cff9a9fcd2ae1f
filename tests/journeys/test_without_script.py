"""An old telephone, a strict browser: the first day without any script."""

from collections.abc import Callable

from tests.journeys.conftest import PHONE, Desk
from tests.journeys.steps import take_in
from tests.journeys.test_first_day import decide, found, give_service, look_for, submit_packet, tick_signs
from tests.journeys.test_referral import clinic_of, refer

SignIn = Callable[..., Desk]


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
    sent = refer(worker, her, clinic_of(doctor), "Perizat Kanykei")
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
