"""A colleague's file is opened with a reason, for some hours; the head is told and the person shown it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamkor.access.models import User
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Case
from kamkor.base.models import AuditEvent
from kamkor.base.problems import Problem
from kamkor.people.actions import openings as actions
from kamkor.people.actions.exclusions import exclude
from kamkor.people.models import Person
from kamkor.people.openings import Opening
from tests.assistance.referring import case_at
from tests.people.stories import actor_of, client_of, colleague
from tests.world import World

GIVEN = {"reason": "stand_in", "words": "CANARY-WORDS she is on leave"}


@pytest.fixture
def case(world: World, settings: Any) -> Case:
    """One whose worker is the colleague `centre`, at a desk that has caseloads."""
    settings.CASELOADS_ABOVE = 1
    return case_at(world)


@pytest.fixture
def second(world: World, case: Case) -> User:
    return colleague(world)


def pages(case: Case) -> list[str]:
    """What shows who she is: the file, its parts, the case and its parts."""
    hers = ("person", "person-edit", "person-cases", "person-print", "screenings", "fact-add", "consent-take")
    of_case = ("case", "case-notes", "case-documents", "case-timeline", "case-assign", "referral-new")
    return [
        *(reverse(name, args=[case.person_id]) for name in hers),
        *(reverse(name, args=[case.pk]) for name in of_case),
    ]


def asks(client: Client, address: str, person: int) -> bool:
    """Whether the page leads to the question instead."""
    answer = client.get(address, headers={"hx-request": "true"} if "cases" in address else None)
    return answer.status_code == 302 and answer["Location"].startswith(reverse("person-open", args=[person]))


def test_one_s_own_people_ask_for_nothing(world: World, case: Case, second: User) -> None:
    client = world.client("centre")
    for address in pages(case):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("role", ["worker", "advocate"])
def test_every_page_of_a_colleague_s_person_asks_for_a_reason_first(
    world: World, case: Case, second: User, role: str
) -> None:
    client = client_of(second, role)
    asked = [address for address in pages(case) if client.get(address).status_code != 403]
    assert len(asked) > 8
    for address in asked:
        assert asks(client, address, case.person_id), address
        assert client.post(address, {"worker": second.pk}).status_code in (302, 405), address
    assert Case.objects.get(pk=case.pk).worker != second
    assert not AuditEvent.objects.filter(actor_id=second.pk, verb="person.read").exists()
    question = client.get(reverse("person-open", args=[case.person_id])).content.decode()
    assert case.person.code in question
    assert "Canary" not in question


def test_a_reason_opens_it_for_some_hours(world: World, case: Case, second: User, settings: Any) -> None:
    client, page = client_of(second), reverse("case", args=[case.pk])
    ask = client.get(page)["Location"]
    assert client.post(ask, {"words": "no code"}).status_code == 422
    assert client.post(ask, {"reason": "other"}).status_code == 422
    assert not Opening.objects.exists()
    assert client.post(ask, GIVEN | {"next": page})["Location"] == page
    for address in pages(case):
        assert client.get(address).status_code == 200, address
    Opening.objects.update(ends_at=timezone.now())
    assert asks(client, page, case.person_id)
    held = Opening.objects.get()
    assert held.ends_at - held.at < timedelta(hours=settings.OPENING_HOURS)
    assert AuditEvent.objects.filter(actor_id=second.pk, verb="person.open_outside", reason="").exists()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/desk/", "/sign-out"])
def test_the_way_on_leads_to_no_other_site(world: World, case: Case, second: User, target: str) -> None:
    answer = client_of(second).post(reverse("person-open", args=[case.person_id]), GIVEN | {"next": target})
    assert answer["Location"] == reverse("person", args=[case.person_id])


def test_what_makes_somebody_one_s_own(world: World, case: Case, second: User, settings: Any) -> None:
    client, page = client_of(second), reverse("person", args=[case.person_id])

    def opens() -> bool:
        return client.get(page).status_code == 200

    assert not opens()
    task = new_task(world.desks["centre"], "call_back", timezone.now(), case=case, assignee=second)
    assert opens()
    task.done_at = timezone.now()
    task.save()
    assert not opens()
    for worker in (None, second):
        Case.objects.filter(pk=case.pk).update(worker=worker)
        assert opens()
    Case.objects.filter(pk=case.pk).update(worker=world.users["centre"])
    settings.CASELOADS_ABOVE = 2
    assert opens()  # at a small desk everybody knows every file


def test_a_file_that_was_joined_to_another_is_in_the_same_care(
    world: World, case: Case, second: User
) -> None:
    standing = world.person("centre", name="Canary standing")
    Person.objects.filter(pk=case.person_id).update(merged_into=standing)
    assert asks(client_of(second), reverse("person", args=[standing.pk]), standing.pk)
    assert asks(client_of(second), reverse("person", args=[case.person_id]), standing.pk)


def test_lists_show_a_colleague_s_people_by_code(world: World, case: Case, second: User) -> None:
    client, page = client_of(second), reverse("cases")
    shown = client.get(page).content.decode()
    assert case.code in shown
    assert "Canary" not in shown
    assert "Canary" in world.client("centre").get(page).content.decode()
    assert "Canary" in client_of(second, "supervisor").get(page).content.decode()
    client.post(reverse("person-open", args=[case.person_id]), GIVEN)
    assert "Canary" in client.get(page).content.decode()


def test_the_head_is_told_and_notes_it(world: World, case: Case, second: User) -> None:
    assert client_of(second, "supervisor").get(reverse("case", args=[case.pk])).status_code == 200
    client_of(second).post(reverse("person-open", args=[case.person_id]), GIVEN)
    head = world.client("centre", "supervisor")
    told = "A file was opened outside the caseload"
    assert told in head.get(reverse("my-work")).content.decode()
    listed = head.get(reverse("openings")).content.decode()
    for text in ("Second", case.person.code, "I stand in", "CANARY-WORDS"):
        assert text in listed
    opening = Opening.objects.get()
    mark = reverse("opening-mark", args=[opening.pk])
    assert world.client("centre", "worker").get(reverse("openings")).status_code == 403
    assert world.client("stranger", "supervisor").post(mark).status_code == 404
    with pytest.raises(Problem):
        actions.mark(actor_of(world, second, "supervisor"), opening, asked=False)
    assert head.post(mark).status_code == 302
    assert told not in head.get(reverse("my-work")).content.decode()
    assert head.post(mark, {"asked": "yes"}).status_code == 302
    opening.refresh_from_db()
    assert (opening.seen_by, opening.asked_at is not None) == (world.users["centre"], True)


def test_she_is_shown_who_and_why_without_the_words(world: World, case: Case, second: User) -> None:
    client_of(second).post(reverse("person-open", args=[case.person_id]), GIVEN)
    client = world.client("centre")
    shown = client.get(reverse("person-who-looked", args=[case.person_id])).content.decode()
    assert "Opened for a colleague" in shown
    assert "I stand in for the colleague" in shown
    assert "CANARY-WORDS" not in shown
    given = {"safe": "yes", "what": "looks"}
    paper = client.post(reverse("person-print", args=[case.person_id]), given).content.decode()
    assert "I stand in for the colleague" in paper
    asked = client.get(reverse("person-print", args=[case.person_id])).content.decode()
    assert "I stand in for the colleague" not in asked


def test_no_reason_opens_what_is_kept_from_somebody(world: World, case: Case, second: User) -> None:
    exclude(world.actor("centre"), case.person, reason="her_wish", user=second)
    client = client_of(second)
    ask = reverse("person-open", args=[case.person_id])
    assert client.get(ask).status_code == client.post(ask, GIVEN).status_code == 404
    assert not Opening.objects.exists()
    for desk in ("stranger", "line"):
        assert world.client(desk).post(ask, GIVEN).status_code == 404
    assert client.get(reverse("case", args=[case.pk])).status_code == 404


def test_an_opening_by_one_opens_nothing_to_another(world: World, case: Case, second: User) -> None:
    third = colleague(world, name="third")
    client_of(second).post(reverse("person-open", args=[case.person_id]), GIVEN)
    assert asks(client_of(third), reverse("person", args=[case.person_id]), case.person_id)
