"""The list of cases, the case page, its timeline: who sees them, what they show, at what price."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamkor.access.policy import EVERYONE, RULES
from kamkor.assistance.actions import care, cases, records, tasks
from kamkor.assistance.models import Case
from kamkor.identification.models import Fact
from kamkor.people.files import add_particular
from kamkor.people.models import Flag
from tests.assistance.case_files import open_case
from tests.world import World

PAGES = [
    *("case", "case-edit", "case-assign", "case-close", "case-reopen", "case-print", "case-timeline"),
    *("case-plan", "need-add", "goal-add", "case-services", "service-give", "stay-begin", "case-notes"),
    *("note-add", "case-documents", "document-add", "case-exploitation", "exploitation-add", "case-task-add"),
]


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_for_its_worker_and_for_no_stranger(world: World, name: str) -> None:
    case = open_case(world)
    address = reverse(name, args=[case.pk])
    assert world.client("centre", "supervisor").get(address).status_code == 200
    assert world.client("stranger", "supervisor").get(address).status_code == 404
    assert world.client("line", "supervisor").get(address).status_code == 404
    assert world.client("centre", "statistician").get(address).status_code == 403
    assert world.client("centre", "administrator").get(address).status_code == 403
    assert world.client("stranger").get(reverse(name, args=[10**9])).status_code == 404


def test_the_list_is_for_those_who_keep_files(world: World) -> None:
    open_case(world)
    for role in EVERYONE:
        expected = 200 if role in RULES["case.list"].roles else 403
        assert world.client("centre", role).get(reverse("cases")).status_code == expected


def test_the_list_shows_the_name_she_wants_and_what_is_late(world: World) -> None:
    case = open_case(world)
    actor = world.actor("centre")
    tasks.add(actor, actor.desk, kind="call_back", due_at=timezone.now() - timedelta(days=2), case=case)
    Flag.objects.create(
        desk=case.desk, person=case.person, kind="do_not_call", raised_by=world.users["centre"]
    )
    page = world.client("centre").get(reverse("cases")).content.decode()
    assert "Айгүл" in page
    assert case.code in page
    assert "late by" in page
    assert "Do not call" in page
    other = world.client("stranger").get(reverse("cases")).content.decode()
    assert case.code not in other
    assert "Айгүл" not in other


def test_the_filter_lies_in_the_address_and_its_chips_take_it_back(world: World) -> None:
    kept = open_case(world)
    closed = open_case(world, kind="labour_rights")
    cases.close(world.actor("centre"), closed, reason="own_wish")
    Case.objects.filter(pk=kept.pk).update(worker=None)
    kept.person.home_place = "41706000000000"
    kept.person.save()
    client, address = world.client("centre"), reverse("cases")

    def codes(**given: str) -> tuple[bool, bool]:
        page = client.get(address, given).content.decode()
        return kept.code in page, closed.code in page

    assert codes() == (True, False)
    assert codes(state="closed") == (False, True)
    assert codes(state="all") == (True, True)
    assert codes(state="all", kind="labour_rights") == (False, True)
    assert codes(worker="mine") == (False, False)
    assert codes(worker="none") == (True, False)
    assert codes(late="on") == (False, False)
    assert codes(place="41706000000000") == (True, False)
    assert codes(place="41704000000000") == (False, False)
    page = client.get(address, {"state": "closed", "kind": "labour_rights"}).content.decode()
    assert 'href="?state=closed"' in page


def test_the_list_and_the_pages_ask_the_database_as_often_for_many_as_for_few(world: World) -> None:
    client = world.client("centre")

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    for _number in range(3):
        case = open_case(world)
    fill(world, case, 2)
    names = ["case", "case-plan", "case-services", "case-notes", "case-documents", "case-timeline"]
    addresses = [reverse("cases"), reverse("tasks"), *(reverse(name, args=[case.pk]) for name in names)]
    asked(addresses[0])  # the code lists are read once a minute
    few = {address: asked(address) for address in addresses}
    for _number in range(22):
        open_case(world)
    fill(world, case, 10)
    assert {address: asked(address) for address in addresses} == few
    assert max(few.values()) < 45


def fill(world: World, case: Case, number: int) -> None:
    """A case with that many of everything."""
    actor, today = world.actor("centre"), timezone.localdate()
    for at in range(number):
        text = f"text {at}"
        records.add_note(actor, case, text=text)
        care.add_goal(actor, case, text=text)
        care.give_service(actor, case, kind="legal", on=today, note=text)
        tasks.add(actor, actor.desk, kind="call_back", due_at=timezone.now(), case=case)
        Fact.objects.create(
            desk=case.desk, person=case.person, kind="whereabouts", on="2026-05", value="home"
        )
        Flag.objects.create(
            desk=case.desk, person=case.person, kind="do_not_call", raised_by=world.users["centre"]
        )


def test_the_case_page_shows_facts_clock_flags_and_what_is_left_open(world: World) -> None:
    now = timezone.now()
    case = open_case(world, medical_need="now", medical_since=now - timedelta(hours=10), next_step="doctor")
    case.person.age = "doubt"
    case.person.save()
    Fact.objects.create(desk=case.desk, person=case.person, kind="presumed", on="2026-05-03")
    Fact.objects.create(desk=case.desk, person=case.person, kind="whereabouts", on="2026-06", value="shelter")
    Fact.objects.create(desk=case.desk, person=case.person, kind="whereabouts", on="2026", value="abroad")
    page = world.client("centre").get(reverse("case", args=[case.pk])).content.decode()
    assert "A doctor within 72 hours" in page
    assert "3 May 2026" in page
    assert "In a shelter" in page
    assert "Abroad" not in page
    assert "Child" in page
    assert "None was agreed: do not call" in page
    assert "What was done, by the international codes" in page
    add_particular(world.actor("centre"), case.person, "safe_contact", "Thursdays after ten")
    page = world.client("centre").get(reverse("case", args=[case.pk])).content.decode()
    assert "Thursdays after ten" in page


@pytest.mark.asvs("14.2.1")
def test_no_title_and_no_address_names_anybody(world: World) -> None:
    case = open_case(world)
    page = world.client("centre").get(reverse("case", args=[case.pk])).content.decode()
    assert f"<title>{case.code}" in page


def test_the_timeline_holds_all_of_it_newest_first(world: World) -> None:
    case = open_case(world)
    fill(world, case, 1)
    actor = world.actor("centre")
    care.add_need(actor, case, kind="legal", stage="home")
    page = world.client("centre").get(reverse("case-timeline", args=[case.pk])).content.decode()
    for text in ("Case opened", "text 0", "Service: ", "Need: ", "Goal", "May 2026"):
        assert text in page
    assert page.index("Need: ") < page.index("May 2026")


def test_two_who_edit_at_once_meet_on_a_page_that_loses_neither(world: World) -> None:
    case = open_case(world, next_step="rest")
    client, address = world.client("centre"), reverse("case-edit", args=[case.pk])
    given = {"kind": "trafficking", "version": case.version, "next_step": "lawyer"}
    assert client.post(address, given).status_code == 302
    answer = client.post(address, {**given, "next_step": "papers"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Next step: Lawyer" in page
    assert "Next step: Documents" in page
    case.refresh_from_db()
    assert case.next_step == "lawyer"
    assert f'name="version" value="{case.version}"' in page
    assert client.post(address, {**given, "next_step": "papers", "version": case.version}).status_code == 302
    case.refresh_from_db()
    assert case.next_step == "papers"


def test_a_case_is_given_to_a_colleague_of_the_desk_alone(world: World) -> None:
    case = open_case(world)
    client, address = world.client("centre"), reverse("case-assign", args=[case.pk])
    assert client.post(address, {"worker": world.users["stranger"].pk}).status_code == 422
    assert client.post(address, {"worker": world.users["centre"].pk}).status_code == 302
    assert world.client("centre", "advocate").post(address, {"worker": 1}).status_code == 403
