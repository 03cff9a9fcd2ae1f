"""One event, many people: shared facts once, each person by his own yes, children by themselves."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kamkor.assistance.actions import events as actions
from kamkor.assistance.models import Case, ChildPath, Event, Note
from kamkor.identification.models import Fact
from kamkor.people.models import Consent, Exclusion, Person
from tests.world import World

SHARED, NAME = "Canary of the shared facts", "Canaryrow"
ROW = {"call_name": NAME, "sex": "male", "age": "adult", "language": "ky", "agreed": "on"}


def opened(world: World, **facts: object) -> Event:
    given = {"kind": "trafficking", "head_count": 3} | facts
    return actions.open_event(world.actor("centre"), world.desks["centre"], facts=given, text=SHARED)


def page_of(event: Event) -> str:
    return reverse("event", args=[event.pk])


def add_url(event: Event) -> str:
    return reverse("event-add-person", args=[event.pk])


def test_shared_facts_are_written_once_and_sealed(world: World) -> None:
    client = world.client("centre")
    sent = {
        "kind": "trafficking",
        "head_count": "40",
        "children": "2",
        "injured": "3",
        "papers_held": "yes",
        "can_leave": "no",
        "country": "KZ",
        "on": "2026-08",
        "text": SHARED,
    }
    answer = client.post(reverse("event-new"), sent)
    event = Event.objects.get()
    assert answer["Location"] == page_of(event)
    assert (event.head_count, event.papers_held, event.can_leave) == (40, True, False)
    assert event.facts is not None
    assert SHARED.encode() not in bytes(event.facts.sealed)
    assert SHARED in client.get(page_of(event)).content.decode()
    assert event.code in client.get(reverse("events")).content.decode()


def test_parts_are_not_more_than_the_whole(world: World) -> None:
    sent = {"kind": "trafficking", "head_count": "2", "children": "3"}
    assert world.client("centre").post(reverse("event-new"), sent).status_code == 422


def test_a_yes_makes_a_file_a_case_and_a_presumption(world: World) -> None:
    event = opened(world)
    client = world.client("centre")
    assert client.post(add_url(event), ROW).status_code == 302
    case = Case.objects.get()
    assert case.event == event
    assert Consent.objects.get().person_id == case.person_id
    assert Fact.objects.filter(kind="presumed", ground="worker_finding").exists()
    assert NAME in client.get(page_of(event)).content.decode()


def test_a_no_keeps_nothing_but_the_count(world: World) -> None:
    event = opened(world)
    sent = {"call_name": NAME, "sex": "male", "counted_only": "on"}
    assert world.client("centre").post(add_url(event), sent).status_code == 302
    event.refresh_from_db()
    assert (event.counted_only, event.head_count) == (1, 3)
    assert not Person.objects.exists()
    assert not Case.objects.exists()


def test_neither_yes_nor_no_is_sent_back(world: World) -> None:
    event = opened(world)
    answer = world.client("centre").post(add_url(event), ROW | {"agreed": ""})
    assert answer.status_code == 422
    assert NAME in answer.content.decode()
    assert not Person.objects.exists()


def test_the_head_count_grows_with_a_notice(world: World) -> None:
    event = opened(world, head_count=1)
    client = world.client("centre")
    client.post(add_url(event), ROW)
    answer = client.post(add_url(event), {"counted_only": "on"}, follow=True)
    event.refresh_from_db()
    assert event.head_count == 2
    assert "head count has grown" in answer.content.decode()
    form = {"kind": "trafficking", "head_count": "1"}
    assert client.post(reverse("event-edit", args=[event.pk]), form).status_code == 422


def test_a_child_in_it_takes_the_childs_path_by_itself(world: World) -> None:
    event = opened(world)
    client = world.client("centre")
    client.post(add_url(event), ROW | {"age": "doubt", "agreed": "", "ground": "child", "reason": "Alone"})
    case = Case.objects.get()
    assert ChildPath.objects.get().case == case
    event.refresh_from_db()
    assert event.children == 1
    assert reverse("child-path", args=[case.pk]) in client.get(page_of(event)).content.decode()


def test_the_sheet_of_work_and_pay_is_sealed_in_his_own_file(world: World) -> None:
    event = opened(world)
    client = world.client("centre")
    client.post(add_url(event), ROW)
    case = Case.objects.select_related("person").get()
    page = reverse("event-sheet", args=[case.pk])
    assert client.post(page, {"days": ""}).status_code == 422
    assert client.post(page, {"days": "77", "owed": "Canary 90000"}).status_code == 302
    note = Note.objects.select_related("text__file").get()
    assert note.text.file_id == case.person.file_id
    assert "Owed: Canary 90000" in world.rings["centre"].read(note.text)


def test_shared_facts_are_corrected_and_keep_their_text(world: World) -> None:
    event = opened(world)
    client = world.client("centre")
    page = reverse("event-edit", args=[event.pk])
    assert SHARED in client.get(page).content.decode()
    form = {"kind": "trafficking", "head_count": "9", "text": SHARED, "initial-text": SHARED, "version": "1"}
    assert client.post(page, form).status_code == 302
    assert client.post(page, form | {"text": "Other words"}).status_code == 302
    assert client.post(page, form | {"text": "Late words"}).status_code == 409
    event.refresh_from_db()
    assert event.head_count == 9
    assert event.facts is not None
    assert world.rings["centre"].read(event.facts) == "Other words"


def test_a_form_sent_twice_adds_one_person(world: World) -> None:
    event, client = opened(world), world.client("centre")
    for _again in range(2):
        client.post(add_url(event), ROW | {"once": "the same mark"})
    assert Person.objects.count() == 1


def test_a_person_kept_from_a_colleague_is_not_in_his_list(world: World) -> None:
    event, client = opened(world), world.client("centre")
    client.post(add_url(event), ROW)
    person = Person.objects.get()
    Exclusion.objects.create(
        desk=person.desk,
        person=person,
        user=world.users["centre"],
        reason="other",
        set_by=world.users["centre"],
    )
    assert NAME not in client.get(page_of(event)).content.decode()


def test_strangers_and_other_roles_reach_no_event(world: World) -> None:
    event = opened(world)
    assert world.client("stranger").get(page_of(event)).status_code == 404
    assert world.client("stranger").post(add_url(event), ROW).status_code == 404
    assert event.code not in world.client("stranger").get(reverse("events")).content.decode()
    assert world.client("centre", "operator").get(page_of(event)).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.add_person(world.actor("stranger"), event, given=None)


def test_the_number_of_queries_does_not_grow_with_the_people(world: World) -> None:
    event, client = opened(world), world.client("centre")

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(page_of(event))
        return len(counted)

    client.post(add_url(event), ROW)
    client.get(page_of(event))
    few = queries()
    for _more in range(4):
        client.post(add_url(event), ROW)
    assert queries() == few
