"""From looking for somebody who is not there yet to the commission's answer."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.conftest import DESKTOP, LANGUAGES, PHONE, Desk
from tests.journeys.steps import ANSWERS, Taken, take_in, taken, yesterday

SignIn = Callable[..., Desk]
# Each is taken in under the first spelling and looked for under the second.
CALLED = {
    "ky": ("Чынаркүл", "Chynarkul"),
    "ru": ("Жылдызбекова", "Zhyldyzbekova"),
    "uz": ("Gulchehra", "Гулчеҳра"),
    "en": ("Nazgül", "Назгуль"),
}
MOST_REQUIRED = 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_she_is_looked_for_then_taken_in(sign_in: SignIn, language: str) -> None:
    desk = sign_in("worker", language=language, size=PHONE if language in ("ky", "uz") else DESKTOP)
    name, spelled = CALLED[language]
    look_for(desk, "Aigul Sydykova")
    assert found(desk)
    look_for(desk, spelled)
    assert not found(desk)
    desk.looks()
    desk.press("main a[href='/desk/people/new']")
    fields = desk.page.locator("main form [required]").evaluate_all("all => all.map(field => field.name)")
    assert 0 < len(set(fields)) <= MOST_REQUIRED
    desk.looks("intake")
    desk.submit(status=422)
    assert desk.page.locator(".govuk-error-summary").is_visible()
    desk.looks()
    clock = {"medical_need": "now", "medical_since_0": yesterday(), "medical_since_1": "10:00"}
    desk.fill(**(ANSWERS | clock | {"call_name": name}))
    desk.submit()
    on_the_case(desk)
    look_for(desk, spelled)
    assert found(desk)
    assert name in desk.text()


def look_for(desk: Desk, name: str) -> None:
    desk.go("/desk/people/")
    desk.fill(text=name)
    desk.submit()


def found(desk: Desk) -> int:
    return desk.page.locator("main table a[href^='/desk/people/']").count()


def on_the_case(desk: Desk) -> None:
    """The doctor's clock is at the top, and the presumption stands with its recovery period."""
    assert desk.path.startswith("/desk/cases/")
    warning = desk.page.locator("main .govuk-warning-text").first
    assert 0 < int(re.findall(r"\b\d\d\b", warning.inner_text().replace("72", ""))[0]) < 72
    empty = standing(desk, "decision")
    assert standing(desk, "presumed") != empty
    assert standing(desk, "recovery") != empty
    desk.looks("case")


def standing(desk: Desk, kind: str) -> str:
    row = desk.page.locator(f"main .govuk-summary-list__row:has(a[href$='?kind={kind}'])")
    return row.locator("dd").first.inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_confirmed_leaves_all_help(sign_in: SignIn, language: str) -> None:
    worker = sign_in("worker", language=language)
    her = take_in(worker, f"Perizat {language}")
    tick_signs(worker, her)
    services = give_service(worker, her)
    packet = submit_packet(worker, her)
    decide(sign_in("member", language=language), packet, called=f"Perizat {language}")
    worker.go(packet)
    worker.looks()
    worker.submit("/record")
    worker.looks()
    worker.go(her.case_path)
    assert standing(worker, "decision") != standing(worker, "whereabouts")
    worker.go(f"{her.case_path}services/")
    assert worker.text("main table") == services
    give_service(worker, her)


def tick_signs(desk: Desk, her: Taken) -> None:
    """A sign is ticked and kept; a page saved half-filled is no error."""
    desk.go(f"{her.person_path}screenings")
    desk.looks()
    desk.submit()
    sign = desk.page.locator("main fieldset[id^='sign-']").first.get_attribute("id") or ""
    name = sign.removeprefix("sign-")
    desk.fill(**{name: "yes"})
    desk.looks()
    desk.submit()
    assert desk.page.locator(f"main [name='{name}'][value='yes']").is_checked()


def give_service(desk: Desk, her: Taken) -> str:
    desk.go(f"{her.case_path}services/new")
    desk.fill(kind="psychological", result="ongoing")
    desk.submit()
    return desk.text("main table")


def submit_packet(desk: Desk, her: Taken) -> str:
    """Prepared, looked at as the commission will see it, then sent; a text that names her is refused."""
    desk.go(f"{her.person_path}packets/new")
    desk.fill(reasons="Perizat was told of other work and her papers were taken.")
    desk.submit(status=422)
    desk.fill(reasons="Papers were taken, work was other than promised.")
    desk.submit()
    desk.looks()
    desk.fill(agreed=True)
    desk.submit("/submit")
    return desk.path


def decide(member: Desk, packet: str, *, called: str) -> None:
    member.go("/desk/packets/")
    member.press(f"main a[href='{packet}']")
    assert called not in member.page.content()
    member.looks()
    member.fill(decision="not_confirmed", answer="The reasons do not carry it yet.")
    member.submit()
    assert member.path == "/desk/packets/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_leads_to_the_case_and_back(sign_in: SignIn, language: str) -> None:
    desk = sign_in("worker", language=language, size=PHONE)
    her = take_in(desk, f"Saikal {language}")
    desk.press(f"main a[href='{her.person_path}']")
    desk.looks()
    desk.press(f"main a[href='{her.case_path}']")
    assert taken(desk) == her
