"""The stories that are rarer than a referral: many people at once, a child, a relative who asks, a case that
moves on, files of another system. Each by those who really do it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload

from tests.htcds_files import make_file
from tests.journeys.conftest import DESKTOP, LANGUAGES, PHONE, Desk
from tests.journeys.steps import desk_name, take_in, yesterday

SignIn = Callable[..., Desk]
SOUGHT = {"ky": "Назгүл", "ru": "Марина", "uz": "Гулбаҳор", "en": "Жаңылай"}  # nobody else is called so


@pytest.mark.parametrize("language", LANGUAGES)
def test_forty_people_and_a_file_for_each_who_agrees(sign_in: SignIn, language: str) -> None:
    worker = sign_in("worker", language=language, size=PHONE)
    worker.go("/desk/events/new")
    worker.fill(kind="trafficking", head_count="40", children="2", papers_held="yes", text="canary-shared")
    worker.looks()
    worker.submit()
    event = worker.path
    assert "canary-shared" in worker.text()
    worker.fill(call_name=f"Erkin {language}", sex="male", age="adult", language="ky", agreed=True)
    worker.submit("/people")
    worker.go(event)
    assert f"Erkin {language}" in worker.text()
    worker.looks()
    worker.press("main a[href$='/sheet']")
    worker.looks()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_child_has_a_path_of_her_own_and_the_nearest_body_is_warned(sign_in: SignIn, language: str) -> None:
    worker = sign_in("worker", language=language, size=PHONE)
    child = sign_in("child", language=language, size=DESKTOP)
    her = take_in(worker, f"Meerim {language}", age="child", ground="child", reason="Alone, fourteen.")
    worker.go(f"{her.case_path}child")
    worker.fill(parent_involved="unknown", wish="canary-wish: to go to her aunt", representative="none_yet")
    worker.looks()
    worker.submit()
    worker.press("main a[href$='/child/warn']")
    worker.looks()
    body = worker.page.locator("main label", has_text=desk_name(child)).get_attribute("for")
    worker.page.locator(f"#{body}").check()
    worker.submit()
    child.go(worker.path)
    assert "canary-wish" not in child.page.content()
    child.submit("/accept")
    child.looks()


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_worker_of_the_person_found_sees_who_asks(sign_in: SignIn, language: str) -> None:
    worker = sign_in("worker", language=language)
    name = f"Сынакова {SOUGHT[language]}"
    her = take_in(worker, name)
    line = sign_in("operator", language=language, size=PHONE)
    line.go("/desk/search-requests/new")
    line.fill(asking_dangerous="unknown", kind="missing_abroad", asker_is="mother", names=name, sex="female")
    line.fill(asker="canary-asker", asks_others=True)
    line.looks()
    line.submit()
    line.looks()
    assert her.case_path not in line.page.content()
    assert "/matches/" not in line.text()
    line.go("/desk/matches/", status=403)
    worker.go("/desk/matches/")
    worker.press("main a[href^='/desk/matches/']")
    worker.looks()
    assert "canary-asker" not in worker.page.content()
    worker.page.locator("main [name='decision']").first.check()
    worker.submit("/decide")
    worker.looks()
    other = sign_in("colleague", language=language)
    other.go("/desk/matches/")
    assert other.page.locator("main a[href^='/desk/matches/']").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_moves_to_the_desk_that_she_agreed_to(sign_in: SignIn, language: str) -> None:
    worker = sign_in("worker", language=language)
    doctor = sign_in("doctor", language=language, size=PHONE)
    her = take_in(worker, f"Jamilya {language}")
    worker.go(f"{her.case_path}handover")
    receiver = worker.page.locator("main select[name='receiver'] option", has_text=desk_name(doctor))
    worker.fill(receiver=receiver.get_attribute("value") or "", met_on=yesterday(), agreed=True)
    worker.fill(reads_until=str(timezone.localdate() + timedelta(days=1)))
    worker.page.locator("main [name='items']").first.check()
    worker.looks()
    worker.submit()
    handed = worker.path
    doctor.go(handed)
    assert f"Jamilya {language}" in doctor.text()
    doctor.fill(kind="trafficking")
    doctor.looks()
    doctor.submit("/accept")
    doctor.press("main a[href^='/desk/cases/']")
    assert f"Jamilya {language}" in doctor.text()
    doctor.looks()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_demand_on_paper_gets_what_was_decided_and_no_more(sign_in: SignIn, language: str) -> None:
    head = sign_in("supervisor", language=language)
    her = take_in(head, f"Kanyshai {language}")
    head.go(f"{her.case_path}demand")
    head.fill(body="investigator", paper_number="17/4", received_on=yesterday())
    head.looks()
    head.submit()
    demand = head.path
    head.press("main a[href$='/decide']")
    head.looks()
    head.fill(lawyer_view="canary-view", person_told_on=yesterday())
    head.page.locator("main [name='released']").first.check()
    head.submit()
    head.go(f"{demand}sheet")
    head.looks()
    assert "canary-view" not in head.page.content()


@pytest.mark.parametrize("version", ["0.2", "1.0", "2.0"])
def test_a_thousand_cases_of_another_system(sign_in: SignIn, version: str) -> None:
    head = sign_in("supervisor", language="ru")
    head.go("/desk/standards/htcds/")
    head.fill(version=version)
    raw, expected = make_file(version, "csv", cases=1000, seed=3)
    head.page.set_input_files(
        "main input[type=file]", FilePayload(name="cases.csv", mimeType="text/csv", buffer=raw)
    )
    head.submit()
    head.looks()
    head.page.set_default_timeout(60_000)
    head.submit("/take")
    assert str(len(expected.good)) in head.text(".govuk-notification-banner")
    head.looks()
    head.press("main a[href$='/undo']")
    head.submit()
    assert head.path == "/desk/standards/htcds/"
