"""A referral to another desk: what she agreed to is seen there, nothing else, and only while she agrees."""

from collections.abc import Callable

import pytest

from tests.journeys.conftest import DESKTOP, LANGUAGES, PHONE, Desk
from tests.journeys.steps import Taken, desk_name, take_in

SignIn = Callable[..., Desk]
CALLED, SHARED = "Каныш", "Болит спина. Лучше принять утром."
KEPT, WORKING, WAY = "canary-kept", "canary-working", "canary-way"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receiver_sees_two_items_and_reports_back(sign_in: SignIn, language: str) -> None:
    worker = sign_in("worker", language=language)
    doctor = sign_in("doctor", language=language, size=PHONE if language == "ky" else DESKTOP)
    her = with_notes(worker, CALLED)
    worker.go(her.person_path)
    code = worker.page.locator("main p.govuk-body").first.inner_text().split()[0]
    sent = refer(worker, her, desk_name(doctor), CALLED, SHARED)
    worker.looks()
    doctor.go("/desk/referrals/")
    assert CALLED not in doctor.page.content()
    doctor.press(f"main a[href='{sent}']")
    doctor.looks("referral-received")
    seen = doctor.page.content()
    assert CALLED in seen
    assert SHARED in seen
    assert not [word for word in (KEPT, WORKING, WAY, code) if word in seen]
    carry_out(doctor)
    worker.go(sent)
    assert "canary-report" in worker.text()
    worker.looks()


def carry_out(doctor: Desk) -> None:
    """Accept, report, finish."""
    doctor.submit("/accept")
    doctor.press("main a[href$='/report']")
    doctor.fill(text="canary-report: seen, comes again.")
    doctor.looks()
    doctor.submit()
    doctor.press("main a[href$='/finish']")
    doctor.fill(helped="yes", result="done")
    doctor.looks()
    doctor.submit()
    assert doctor.page.locator("main .govuk-tag--green").count() == 1
    assert doctor.page.locator("main a[href$='/finish']").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withdrawn_consent_shuts_it_at_once(sign_in: SignIn, language: str) -> None:
    worker, doctor = sign_in("worker", language=language), sign_in("doctor", language=language)
    her = take_in(worker, f"Ainura {language}")
    clinic = desk_name(doctor)
    sent = refer(worker, her, clinic, f"Ainura {language}")
    doctor.go(sent)
    worker.go(her.person_path)
    agreed = worker.page.locator("main div:has(> form[action$='/withdraw'])", has_text=clinic)
    with worker.page.expect_navigation():
        agreed.locator("button").click()
    doctor.go(sent, status=404)
    doctor.looks()
    assert f"Ainura {language}" not in doctor.page.content()
    doctor.go("/desk/referrals/")
    assert doctor.page.locator(f"main a[href='{sent}']").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_by_telephone_is_recorded_by_the_sender(sign_in: SignIn, language: str) -> None:
    worker, doctor = sign_in("worker", language=language), sign_in("doctor", language=language)
    her = take_in(worker, f"Zamira {language}")
    sent = refer(worker, her, desk_name(doctor), f"Zamira {language}")
    worker.press("main a[href$='/answer']")
    worker.looks()
    worker.fill(by="phone", who="The nurse on duty", verb="accept")
    worker.submit()
    assert worker.path == sent
    worker.press("main a[href$='/answer']")
    assert worker.page.locator("main [name='verb'][value='finish']").count() == 1
    assert worker.page.locator("main [name='verb'][value='accept']").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quick_referral_from_the_border_arrives(sign_in: SignIn, language: str) -> None:
    border = sign_in("border", language=language, size=PHONE if language in ("ky", "ru") else DESKTOP)
    worker = sign_in("worker", language=language)
    border.go("/desk/referrals/")
    border.press("main a[href='/desk/referrals/quick']")
    border.looks()
    border.fill(danger="possible", medical_need="soon", age="adult", sex="female", language="uz")
    border.fill(call_name=f"Oydin {language}", ground="consent", offer=offer_of(border, desk_name(worker)))
    border.key("F9")
    sent = border.path
    border.looks()
    worker.go("/desk/referrals/")
    worker.press(f"main a[href='{sent}']")
    assert f"Oydin {language}" in worker.text()
    worker.submit("/accept")
    worker.press("main a[href$='/file']")
    worker.fill(kind="trafficking")
    worker.submit()
    worker.press("main a[href^='/desk/cases/']")
    assert f"Oydin {language}" in worker.text()


def with_notes(desk: Desk, call_name: str) -> Taken:
    """A case with two facts and a working note."""
    her = take_in(desk, call_name, safe_contact=WAY)
    for kind, text in (("fact", SHARED), ("fact", KEPT), ("working", WORKING)):
        desk.go(f"{her.case_path}notes/new?kind={kind}")
        desk.fill(kind=kind, text=text)
        desk.submit()
    return her


def refer(desk: Desk, her: Taken, clinic: str, *items: str) -> str:
    """Send a referral to the clinic with what these items say; the address of the referral."""
    desk.go(f"{her.case_path}refer?service=medical")
    desk.looks()
    row = desk.page.locator("main tr", has_text=clinic)
    with desk.page.expect_navigation():
        row.locator("a[href*='offer=']").first.click()
    desk.looks()
    for text in items:
        desk.page.locator("main .govuk-checkboxes__item", has_text=text).locator("input").check()
    desk.fill(ground="consent")
    desk.submit()
    return desk.path


def offer_of(desk: Desk, provider: str) -> str:
    """The first offer of a provider in the list of the page."""
    option = desk.page.locator("main select[name='offer'] option", has_text=provider).first
    return option.get_attribute("value") or ""
