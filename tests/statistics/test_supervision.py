"""Supervision: what is late and with whom, what stands still, what nobody offers; one's own desk alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.models import Case, Need, Note, Task
from kamkor.directory.models import Offer
from kamkor.people import exclusions, files
from kamkor.people.files import Terms
from kamkor.statistics import supervision
from tests.world import World

NOW = timezone.now()
DAY = timedelta(days=1)
LONG_AGO = timezone.localdate() - 45 * DAY


def old_case(world: World, desk: str = "centre") -> Case:
    person = world.person(desk)
    return Case.objects.create(
        desk=person.desk,
        person=person,
        code=f"C-{person.pk}",
        kind="trafficking",
        opened_on=LONG_AGO,
        worker=world.users[desk],
    )


def page(world: World, desk: str = "centre") -> str:
    return world.client(desk, "supervisor").get(reverse("supervision")).content.decode()


def test_late_work_is_shown_by_worker(world: World) -> None:
    for user in (world.users["centre"], world.users["centre"], None):
        Task.objects.create(desk=world.desks["centre"], kind="other", due_at=NOW - DAY, assignee=user)
    rows = supervision.late_by_worker(world.actor("centre", "supervisor"), NOW)
    assert {(row.user.username if row.user else None, row.tasks) for row in rows} == {
        ("centre", 2),
        (None, 1),
    }
    assert supervision.late_by_worker(world.actor("stranger", "supervisor"), NOW) == []


def test_a_case_stands_still_until_something_is_written(world: World) -> None:
    case = old_case(world)
    assert case.code in page(world)
    assert case.code not in page(world, "stranger")
    text = world.rings["centre"].write(case.person.file, "note", "canary", by=None)
    Note.objects.create(desk=case.desk, case=case, text=text)
    assert list(supervision.without_contact(world.actor("centre", "supervisor"), NOW)) == []


def test_a_need_that_nobody_can_meet_is_shown(world: World) -> None:
    case = old_case(world)
    Need.objects.create(desk=case.desk, case=case, kind="temporary_shelter", seen_on=LONG_AGO)
    actor = world.actor("centre", "supervisor")
    [row] = supervision.unserved(actor)
    assert (row.service, row.sex, row.needs) == ("temporary_shelter", "female", 1)
    assert [need.case for need in supervision.open_needs(actor, NOW)] == [case]
    offer = Offer.objects.create(desk=world.desks["clinic"], service="temporary_shelter", sexes=["male"])
    assert supervision.unserved(actor)  # it takes men only
    Offer.objects.filter(pk=offer.pk).update(sexes=[])
    assert supervision.unserved(actor) == []


def test_emergencies_and_tries_are_shown(world: World) -> None:
    case = old_case(world)
    centre = world.actor("centre")
    files.give_consent(
        centre,
        case.person,
        Terms(
            layer="sharing",
            purpose="referral",
            receiver=world.desks["clinic"],
            ends_on=timezone.localdate() + DAY,
            ground="emergency",
            reason="canary reason",
        ),
    )
    case.person.exclusions.create(
        desk=case.desk, excluded_desk=world.desks["police"], reason="her_wish", set_by=centre.signed_in
    )
    exclusions.note_try(world.actor("police"), case.person_id)
    shown = page(world)
    assert case.person.code in shown
    assert "Police" in shown
    assert "canary reason" not in shown
    assert "Police" not in page(world, "stranger")


@pytest.mark.parametrize("role", ["worker", "coordinator", "statistician", "administrator", "operator"])
def test_nobody_else_supervises(world: World, role: str) -> None:
    assert world.client("centre", role).get(reverse("supervision")).status_code == 403
    assert world.client("centre", role).get(reverse("audit")).status_code == 403


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("supervision")).status_code == 200
        return len(seen)

    client = world.client("centre", "supervisor")
    for _ in range(2):
        case = old_case(world)
        Need.objects.create(desk=case.desk, case=case, kind="legal", seen_on=LONG_AGO)
    queries()
    few = queries()
    for _ in range(12):
        case = old_case(world)
        Need.objects.create(desk=case.desk, case=case, kind="legal", seen_on=LONG_AGO)
    assert queries() == few
