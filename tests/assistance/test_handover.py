"""Handing a case over: she agrees, they meet, the new desk takes it, the old one stops reading."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance.actions import handing as actions
from kamkor.assistance.actions.care import add_need
from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.models import Case, Handover, Need, Note
from kamkor.base.problems import Problem, WrongState
from kamkor.people.actions import consents
from kamkor.people.models import Exclusion, Person
from tests.assistance.referring import FACT, PRIVILEGED, SECRETS, WORKING, case_at, items, offer_of, refer
from tests.world import World


def hand_over(world: World, case: Case, days: int = 14) -> Handover:
    return actions.offer(
        world.actor("centre"),
        case,
        receiver=world.desks["clinic"],
        items=items(world, case, "call_name", "note"),
        reads_until=timezone.localdate() + timedelta(days=days),
    )


def at(name: str, handover: Handover) -> str:
    return reverse(name, args=[handover.pk])


def test_a_case_is_handed_over_over_the_pages(world: World) -> None:
    case = case_at(world)
    chosen = items(world, case, "call_name")[0]
    client = world.client("centre")
    address = reverse("handover-new", args=[case.pk])
    given = {
        "receiver": world.desks["clinic"].pk, "items": [str(chosen.pk)], "met_on": "2026-01-02",
        "reads_until": str(timezone.localdate() + timedelta(days=9)), "agreed": "on",
    }  # fmt: skip
    assert client.get(address).status_code == 200
    for wrong in ({"agreed": ""}, {"receiver": case.desk_id}, {"reads_until": "2001-01-01"}):
        assert client.post(address, given | wrong).status_code == 422, wrong
    assert client.post(address, given).status_code == 302
    handover = Handover.objects.get()
    assert client.post(address, given).status_code == 422  # one offer at a time

    theirs = world.client("clinic")
    page = theirs.get(at("handover", handover)).content.decode()
    assert SECRETS["call_name"] in page
    secret = {*SECRETS.values(), FACT, WORKING, PRIVILEGED, case.code, case.person.code}
    assert not [text for text in secret - {SECRETS["call_name"]} if text in page]
    assert theirs.post(at("handover-accept", handover), {"kind": "trafficking"}).status_code == 302
    own = Case.objects.get(desk=world.desks["clinic"])
    handover.refresh_from_db()
    assert handover.receiving_case == own
    assert client.get(at("handover", handover)).status_code == 200
    assert theirs.post(at("handover-accept", handover), {"kind": "trafficking"}).status_code == 422


def test_the_old_desk_stops_reading_after_the_term(world: World) -> None:
    case = case_at(world)
    add_need(world.actor("centre"), case, kind="medical", stage="home", seen_on=timezone.localdate())
    handover = hand_over(world, case)
    old = world.actor("centre")
    Handover.objects.update(reads_until=timezone.localdate() - timedelta(days=1))
    assert Case.objects.visible_to(old).exists()  # nobody has taken it over: it stays where it is
    Handover.objects.update(reads_until=handover.reads_until)
    actions.accept(world.actor("clinic"), handover, kind="trafficking")
    assert Case.objects.visible_to(old).exists()
    assert Note.objects.visible_to(old).exists()
    assert Need.objects.visible_to(old).exists()

    Handover.objects.update(reads_until=timezone.localdate() - timedelta(days=1))
    for rows in (Case.objects, Note.objects, Need.objects):
        assert not rows.visible_to(old).exists()
    assert world.client("centre").get(reverse("referral-new", args=[case.pk])).status_code == 404
    assert Case.objects.visible_to(world.actor("clinic")).exists()


def pass_the_term(handover: Handover) -> None:
    over = timezone.localdate() - timedelta(days=1)
    Handover.objects.filter(pk=handover.pk).update(reads_until=over)
    Person.objects.exclude(read_until=None).update(read_until=over)


def test_the_persons_file_leaves_the_old_desk_with_the_case(world: World) -> None:
    case = case_at(world)
    person = case.person
    sent = refer(world, case, offer=offer_of(world, "police"))
    handover = hand_over(world, case)
    theirs = actions.accept(world.actor("clinic"), handover, kind="trafficking").receiving_case
    assert theirs is not None
    person.refresh_from_db()
    assert person.read_until == handover.reads_until
    client = world.client("centre")
    pages = [
        reverse("person", args=[person.pk]),
        reverse("person-print", args=[person.pk]),
        reverse("particular-edit", args=[person.particulars.get(kind="phone").pk]),
        reverse("referral", args=[sent.pk]),
        at("handover", handover),
    ]
    for address in pages:
        assert client.get(address).status_code == 200, address
    pass_the_term(handover)
    for address in pages:
        assert client.get(address).status_code == 404, address
    found = client.post(reverse("people"), {"text": SECRETS["name"]}).content.decode()
    assert person.code not in found
    assert SECRETS["call_name"] not in found
    assert world.client("police").get(reverse("referral", args=[sent.pk])).status_code == 200
    assert world.client("clinic").get(reverse("person", args=[theirs.person_id])).status_code == 200


def test_a_file_on_which_the_old_desk_still_works_stays(world: World) -> None:
    case = case_at(world)
    other = open_case(world.actor("centre"), case.person, kind="labour_rights")
    handover = hand_over(world, case)
    actions.accept(world.actor("clinic"), handover, kind="trafficking")
    pass_the_term(handover)
    client = world.client("centre")
    assert client.get(reverse("person", args=[case.person_id])).status_code == 200
    assert client.get(reverse("case", args=[other.pk])).status_code == 200
    assert client.get(reverse("case", args=[case.pk])).status_code == 404


def test_a_case_opened_within_the_term_keeps_the_file(world: World) -> None:
    case = case_at(world)
    handover = hand_over(world, case)
    actions.accept(world.actor("clinic"), handover, kind="trafficking")
    open_case(world.actor("centre"), case.person, kind="labour_rights")
    pass_the_term(handover)
    assert world.client("centre").get(reverse("person", args=[case.person_id])).status_code == 200


def test_a_declined_handover_is_shut_at_once(world: World) -> None:
    case = case_at(world)
    handover = hand_over(world, case)
    client = world.client("clinic")
    shared = list(handover.consent.items.all())
    assert world.rings["clinic"].read_many(shared)
    assert client.post(at("handover-decline", handover)).status_code == 302
    assert client.get(at("handover", handover)).status_code == 404
    assert world.rings["clinic"].read_many(shared) == {}
    hand_over(world, case)


def test_a_withdrawn_consent_ends_the_offer(world: World) -> None:
    handover = hand_over(world, case_at(world))
    consents.withdraw(world.actor("centre"), handover.consent)
    assert world.client("clinic").get(at("handover", handover)).status_code == 404


@pytest.mark.parametrize("desk", ["line", "police", "stranger"])
def test_other_desks_find_nothing(world: World, desk: str) -> None:
    handover = hand_over(world, case_at(world))
    client = world.client(desk)
    assert client.get(at("handover", handover)).status_code == 404
    assert client.post(at("handover-accept", handover), {"kind": "trafficking"}).status_code == 404
    assert client.get(reverse("handover-new", args=[handover.case_id])).status_code == 404


def test_an_excluded_desk_is_not_offered(world: World) -> None:
    case = case_at(world)
    Exclusion.objects.create(
        desk=world.desks["centre"],
        person=case.person,
        excluded_desk=world.desks["clinic"],
        reason="works_there",
        set_by=world.users["centre"],
    )
    page = world.client("centre").get(reverse("handover-new", args=[case.pk])).content.decode()
    assert "Police" in page
    assert "Clinic" not in page
    with pytest.raises(Problem):
        hand_over(world, case)


def test_two_who_take_it_at_once_open_one_case(world: World) -> None:
    handover = hand_over(world, case_at(world))
    actions.accept(world.actor("clinic"), handover, kind="trafficking")
    with pytest.raises(WrongState):
        actions.accept(world.actor("clinic", "supervisor"), handover, kind="trafficking")
    assert Case.objects.filter(desk=world.desks["clinic"]).count() == 1
