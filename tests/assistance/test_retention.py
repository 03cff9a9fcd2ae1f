"""What is old goes by its class: warned of first, stopped by a hold, run by `kamkor tick`."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kamkor.access.actor import Actor
from kamkor.assistance import retention
from kamkor.assistance.actions import cases
from kamkor.assistance.imports import incoming
from kamkor.assistance.models import Case, TableImport, Task
from kamkor.cli.tick import tick
from kamkor.crossborder import actions as searching
from kamkor.crossborder.models import Match, SearchRequest
from kamkor.identification.models import Contact
from kamkor.people.actions import erasure as actions
from kamkor.people.keeping import ErasedFile, Erasure, Warned
from kamkor.people.models import Person
from kamkor.people.retention import begun_before, months
from kamkor.vault.models import Grant, Item, StoredKey
from tests.world import World

COMMIT = DjangoCaptureOnCommitCallbacks


@pytest.fixture(autouse=True)
def _lists(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.ERASURE_REGISTER_FILE = tmp_path / "erasures.jsonl"


def closed(world: World, on: date) -> Person:
    person = world.person()
    case = cases.open_case(world.actor("centre"), person, kind="trafficking")
    Case.objects.filter(pk=case.pk).update(opened_on=on, closed_on=on)
    return person


def run(on: date, commit: COMMIT) -> dict[str, int]:
    with commit(execute=True):
        return retention.tick(timezone.make_aware(datetime.combine(on, time(3))))


def standing(person: Person) -> bool:
    return Person._base_manager.get(pk=person.pk).erased_at is None


TODAY = date(2026, 11, 22)
LONG_AGO = date(2016, 11, 1)


def test_a_closed_file_is_warned_of_and_erased_when_the_warning_is_over(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    old, young = closed(world, LONG_AGO), closed(world, TODAY - timedelta(days=365))
    assert run(TODAY, django_capture_on_commit_callbacks) == {"warned": 1, "erased": 0}
    task = Task.objects.get(kind="keeping_ends")
    assert (task.subject, task.desk) == (f"people.person:{old.pk}", world.desks["centre"])
    page = world.client("centre", "supervisor").get("/desk/erasures/").content.decode()
    assert "Айгүл" in page
    assert "Айгүл" not in world.client("stranger", "supervisor").get("/desk/erasures/").content.decode()
    assert run(TODAY, django_capture_on_commit_callbacks) == {"warned": 0, "erased": 0}
    assert run(TODAY + timedelta(days=29), django_capture_on_commit_callbacks)["erased"] == 0
    assert run(TODAY + timedelta(days=30), django_capture_on_commit_callbacks)["erased"] == 1
    assert not standing(old)
    assert standing(young)
    assert not StoredKey.objects.filter(file_id=old.file_id).exists()
    assert not Task.objects.filter(kind="keeping_ends").exists()


def test_a_hold_stops_it_and_so_does_new_work(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    held, reopened = closed(world, LONG_AGO), closed(world, LONG_AGO)
    run(TODAY, django_capture_on_commit_callbacks)
    actions.hold(world.actor("centre", "supervisor"), held, ground="still_needed")
    Case.objects.filter(person=reopened).update(closed_on=None)
    run(TODAY + timedelta(days=31), django_capture_on_commit_callbacks)
    assert standing(held)
    assert standing(reopened)
    assert not Warned._base_manager.exists()
    Case.objects.filter(person=reopened).update(closed_on=LONG_AGO)
    assert run(TODAY + timedelta(days=32), django_capture_on_commit_callbacks) == {"warned": 1, "erased": 0}


def test_a_merged_file_with_an_open_case_keeps_the_standing_one(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    one, two = closed(world, LONG_AGO), world.person()
    cases.open_case(world.actor("centre"), two, kind="trafficking")
    Person.objects.filter(pk=two.pk).update(merged_into=one)
    assert run(TODAY, django_capture_on_commit_callbacks) == {"warned": 0, "erased": 0}


def test_months_are_configuration_and_none_is_for_ever(
    world: World, settings: Settings, django_capture_on_commit_callbacks: COMMIT
) -> None:
    old = closed(world, LONG_AGO)
    assert months("person_closed") == 120
    settings.RETENTION = {"person_closed": "0"}
    assert run(TODAY, django_capture_on_commit_callbacks) == {"warned": 0, "erased": 0}
    settings.RETENTION = {"person_closed": "6"}
    assert begun_before("person_closed", TODAY) == date(2026, 6, 21)
    assert run(TODAY, django_capture_on_commit_callbacks)["warned"] == 1
    assert standing(old)


def test_what_was_said_in_an_old_contact_goes_and_the_contact_still_counts(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    actor = world.actor("centre", "operator")
    contact = said(actor, datetime.combine(TODAY - timedelta(days=600), time(9)))
    recent = said(actor, datetime.combine(TODAY - timedelta(days=9), time(9)))
    run(TODAY, django_capture_on_commit_callbacks)
    run(TODAY + timedelta(days=14), django_capture_on_commit_callbacks)
    now = Contact.objects.get(pk=contact.pk)
    assert (now.kind, now.note_id, now.caller_hash, now.topic) == ("substantive", None, "", "")
    assert contact.note is not None
    assert not StoredKey.objects.filter(file_id=contact.note.file_id).exists()
    left = Contact.objects.get(pk=recent.pk)
    assert left.note is not None
    assert actor.keyring.read(left.note) == "what was said"


def said(actor: Actor, at: datetime) -> Contact:
    moment, file = timezone.make_aware(at), actor.keyring.new_file(actor.desk.holder)
    return Contact.objects.create(
        desk=actor.desk,
        channel="phone",
        kind="substantive",
        operator=actor.signed_in,
        topic="work_abroad",
        caller_hash="0" * 64,
        hash_until=moment,
        started_at=moment,
        ended_at=moment + timedelta(minutes=5),
        note=actor.keyring.write(file, "note", "what was said"),
    )


def test_what_is_left_of_an_old_table_goes(world: World, django_capture_on_commit_callbacks: COMMIT) -> None:
    actor = world.actor("centre", "supervisor")
    sent = incoming.Sent("persons", "list.csv", "name,phone\nАйгүл,1\n".encode())
    imported = incoming.keep(actor, actor.desk, sent)
    TableImport.objects.filter(pk=imported.pk).update(at=timezone.now() - timedelta(days=200))
    today = timezone.localdate()
    run(today, django_capture_on_commit_callbacks)
    assert StoredKey.objects.filter(file_id=imported.content_id).exists()
    run(today + timedelta(days=14), django_capture_on_commit_callbacks)
    assert not StoredKey.objects.filter(file_id__in=[imported.content_id, imported.about_id]).exists()


def test_tick_tells_the_head_of_a_wish_that_waits(world: World) -> None:
    asked: Erasure = actions.ask(world.actor("centre"), world.person(), language="ky")
    for _twice in range(2):
        answer = CliRunner().invoke(tick)
        assert answer.exit_code == 0, answer.output
    task = Task.objects.get(kind="erasure_wish")
    assert timezone.localdate(task.due_at) == asked.due_on


def test_a_relative_s_request_goes_when_its_search_ended_long_ago(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    actor, person = world.actor("centre"), world.person()

    def asked(*, ended: date | None) -> SearchRequest:
        facts = {"kind": "lost_contact", "asker_is": "mother", "asking_dangerous": "no", "asks_others": True}
        texts = {name: f"canary {name}" for name in searching.TEXTS}
        search = searching.take(actor, actor.desk, facts=facts, texts=texts)
        searching.add_step(actor, search, kind="police_refused", on="2026", post="a post", note="a step")
        Match.objects.create(desk=actor.desk, person=person, request=search, score=1)
        if ended:
            searching.end(actor, search, outcome="in_touch", on=ended)
        return search

    old, young, running = asked(ended=LONG_AGO), asked(ended=TODAY), asked(ended=None)
    asleep, awake = asked(ended=None), asked(ended=None)
    long_ago = timezone.make_aware(datetime.combine(LONG_AGO, time(12)))
    SearchRequest._base_manager.filter(pk__in=[asleep.pk, awake.pk]).update(taken_at=long_ago)
    asleep.steps.update(recorded_at=long_ago)
    items = list(Item.objects.filter(file=old.file_id))
    assert run(TODAY, django_capture_on_commit_callbacks) == {"warned": 2, "erased": 0}
    assert run(TODAY + timedelta(days=60), django_capture_on_commit_callbacks)["erased"] == 2
    assert set(SearchRequest._base_manager.all()) == {young, running, awake}
    assert Match._base_manager.count() == 3
    assert not StoredKey.objects.filter(file_id=old.file_id).exists()
    assert not Item.objects.filter(pk__in=[item.pk for item in items]).exists()
    assert not Grant.objects.filter(ref=old.ref).exists()
    assert ErasedFile.objects.filter(file_id=old.file_id).exists(), "an older backup does not bring it back"
    assert actor.keyring.read(young.names) == "canary names"
