"""Oversight: codes, desks and hours; never a name, a person's code or anything that was sealed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.models import Case, Referral
from kamkor.directory.models import Offer
from kamkor.people import files
from kamkor.people.files import Terms
from kamkor.statistics import oversight
from kamkor.statistics.coverage import coverage, oblasts, rayons, whole_oblasts
from tests.world import World

CANARIES = {
    "name": "Канарейка Тестова",
    "call_name": "Каникей",
    "phone": "+996 700 123 987",
    "address": "canary street 7",
}
OSH = "41706000000000"


def refer(world: World, **facts: object) -> Referral:
    person = world.person("centre", **CANARIES)
    centre, now = world.actor("centre"), timezone.now()
    case = Case.objects.create(
        desk=person.desk,
        person=person,
        code=f"CASE-{person.pk}",
        kind="trafficking",
        opened_on=timezone.localdate(),
    )
    consent = files.give_consent(
        centre,
        person,
        Terms(
            layer="sharing",
            purpose="referral",
            receiver=world.desks["clinic"],
            ends_on=timezone.localdate() + timedelta(days=9),
        ),
    )
    given = {
        "status": "sent",
        "sent_at": now - timedelta(hours=30),
        "due_at": now - timedelta(hours=6, minutes=5),
    }
    return Referral.objects.create(
        desk=person.desk,
        person=person,
        case=case,
        code=f"RF-{person.pk}",
        receiver=world.desks["clinic"],
        consent=consent,
        message=world.rings["centre"].write(person.file, "message", "canary message", by=None),
        service="medical",
        purpose="medical",
        created_by=world.users["centre"],
        **(given | facts),
    )


@pytest.mark.asvs("14.2.6")
def test_a_late_answer_is_shown_by_code_desk_and_hours_alone(world: World) -> None:
    referral = refer(world)
    page = world.client("commission", "coordinator").get(reverse("oversight")).content.decode()
    for shown in (referral.code, "Clinic", ">6<"):
        assert shown in page
    hidden = [*CANARIES.values(), "canary", referral.person.code, str(referral.case), "Centre"]
    for secret in hidden:
        assert secret not in page, secret
    for field in ("message", "answerer"):
        assert field not in oversight.SHOWN


def test_medians_are_of_answered_referrals_and_desks_are_not_ranked(world: World) -> None:
    now = timezone.now()
    for hours in (2, 4, 20):
        sent = now - timedelta(hours=30)
        refer(world, status="accepted", sent_at=sent, answered_at=sent + timedelta(hours=hours), due_at=now)
    actor = world.actor("commission", "coordinator")
    [receiver] = oversight.by_receiver(oversight.referrals(actor, now))
    assert (receiver.median_hours, receiver.waiting, receiver.late) == (4, 0, 0)


def test_a_draft_is_nobody_elses_business(world: World) -> None:
    refer(world, status="draft", sent_at=None)
    assert oversight.referrals(world.actor("commission", "coordinator"), timezone.now()) == []


@pytest.mark.parametrize("role", ["worker", "supervisor", "statistician", "administrator"])
def test_others_do_not_oversee(world: World, role: str) -> None:
    client = world.client("commission", role)
    assert client.get(reverse("oversight")).status_code == 403
    assert client.get(reverse("coverage", args=["women"])).status_code == 403


def test_a_coordinator_opens_no_file(world: World) -> None:
    referral = refer(world)
    client = world.client("commission", "coordinator")
    subjects = {"person": referral.person_id, "case": referral.case_id, "referral": referral.pk}
    for page, pk in subjects.items():
        assert client.get(reverse(page, args=[pk])).status_code in {403, 404}, page
    for page in ("people", "cases", "referrals", "contacts", "packets"):
        assert client.get(reverse(page)).status_code == 403, page


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("oversight")).status_code == 200
        return len(seen)

    client = world.client("commission", "coordinator")
    refer(world)
    queries()
    few = queries()
    for _ in range(9):
        refer(world)
    assert queries() == few


def test_coverage_says_who_is_served_where(world: World) -> None:
    Offer.objects.create(
        desk=world.desks["clinic"], service="medical", place=OSH, area=[OSH], sexes=["female"], children=False
    )
    actor = world.actor("commission", "coordinator")
    women, men = ({row.service: row for row in coverage(actor, group)} for group in ("women", "men"))
    assert women["medical"].oblasts[OSH] == 1
    assert men["medical"].oblasts[OSH] == 0
    assert not any(place.startswith("41706") for place in women["medical"].unreached)
    assert any(place.startswith("41702") for place in women["medical"].unreached)
    for group in ("women", "men", "children"):
        page = world.client("commission", "coordinator").get(reverse("coverage", args=[group]))
        assert page.status_code == 200
    assert world.client("commission", "coordinator").get(reverse("coverage", args=["x"])).status_code == 404


def test_where_a_shelter_is_shows_as_no_more_than_its_oblast(world: World) -> None:
    actor = world.actor("commission", "coordinator")
    rayon = "41706211000000"
    found = []
    for place in (OSH, rayon):
        offer = Offer.objects.create(
            desk=world.desks["clinic"], service="temporary_shelter", place=place, area=["41702000000000"]
        )
        found.append(coverage(actor, "women"))
        offer.delete()
    assert found[0] == found[1]


def test_an_oblast_without_anybody_is_named_once(world: World) -> None:
    assert whole_oblasts(rayons()) == oblasts()
    some = [place for place in rayons() if place.startswith("41702")]
    assert whole_oblasts(some) == ["41702000000000"]
    assert whole_oblasts(some[1:]) == some[1:]
