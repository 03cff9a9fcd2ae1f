"""What a partner's system is told, and what it is not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kamkor.access import tokens
from kamkor.access.models import Token
from kamkor.assistance import escalation
from kamkor.assistance.actions import answering
from kamkor.assistance.actions import referrals as actions
from kamkor.assistance.actions.handing import accept, decline
from kamkor.assistance.models import Referral
from kamkor.base.models import AuditEvent
from kamkor.identification.actions import packets
from kamkor.people.actions import consents
from kamkor.people.models import Exclusion
from kamkor.webhooks import delivering
from kamkor.webhooks.models import Delivery
from tests.api.calling import partner
from tests.assistance.referring import FACT, MESSAGE, SECRETS, case_at, refer
from tests.assistance.test_handover import hand_over
from tests.webhooks.listening import Heard, subscribe
from tests.world import World

GONE = {"type": "referral", "href": None}


def test_the_receiver_is_told_of_a_referral_as_the_list_shows_it(world: World, heard: Heard) -> None:
    subscription = subscribe(world, heard)
    referral = refer(world)
    assert delivering.work() == {"sent": 1}
    [told] = heard.told
    listed = partner(world, "clinic").get("referrals").json()["items"]
    assert told == {
        "id": str(Delivery.objects.get().key),
        "kind": "referral.sent",
        "at": told["at"],
        "desk": "clinic",
        "object": {"type": "referral", "code": referral.code, "href": f"/api/v1/referrals/{referral.pk}"},
        "state": listed[0],
    }
    event = AuditEvent.objects.get(verb="webhook.tell")
    assert event.actor_id == subscription.token.account_id
    assert delivering.work() == {}, "once is enough"


def test_no_name_note_or_code_of_a_person_is_in_a_message(world: World, heard: Heard) -> None:
    subscribe(world, heard)
    case = case_at(world)
    referral = refer(world, case, basics=True)
    answering.accept(world.actor("clinic"), referral)
    answering.report(world.actor("clinic"), referral, text="canary of a report")
    delivering.work()
    text = b"".join(heard.bodies).decode()
    assert referral.code in text
    for secret in (*SECRETS.values(), FACT, MESSAGE, "canary", case.code, case.person.code):
        assert secret not in text


def test_both_sides_are_told_and_nobody_else(world: World, heard: Heard) -> None:
    for desk in ("centre", "clinic", "stranger", "line"):
        subscribe(world, heard, desk)
    answering.accept(world.actor("clinic"), refer(world))
    delivering.work()
    found = {(told["desk"], told["kind"]) for told in heard.told}
    assert found == {
        (desk, kind) for desk in ("centre", "clinic") for kind in ("referral.sent", "referral.accepted")
    }


def test_a_system_does_not_hear_of_what_it_did_itself(world: World, heard: Heard) -> None:
    ours = partner(world, "clinic")
    subscription = subscribe(world, heard, "clinic", "worker", "referral.accepted")
    subscription.token = ours.token
    subscription.save()
    assert ours.post(f"referrals/{refer(world).pk}/accept").status_code == 200
    assert delivering.work() == {}


def test_only_the_kinds_that_were_asked_for(world: World, heard: Heard) -> None:
    subscribe(world, heard, "clinic", "worker", "referral.accepted")
    answering.accept(world.actor("clinic"), refer(world))
    delivering.work()
    assert [told["kind"] for told in heard.told] == ["referral.accepted"]


def test_looking_at_the_form_of_a_change_is_no_event(world: World, heard: Heard) -> None:
    subscribe(world, heard, "centre")
    referral = refer(world)
    assert world.client("clinic").get(f"/desk/referrals/{referral.pk}/decline").status_code == 200
    delivering.work()
    assert [told["kind"] for told in heard.told] == ["referral.sent"]


def withdraw(world: World, referral: Referral) -> None:
    consents.withdraw(world.actor("centre"), referral.consent)


def recall(world: World, referral: Referral) -> None:
    actions.recall(world.actor("centre"), referral)


@pytest.mark.parametrize("end", [withdraw, recall])
def test_what_ended_before_it_was_told_is_told_by_kind_and_code_alone(
    world: World, heard: Heard, end: Callable[[World, Referral], None]
) -> None:
    subscribe(world, heard, "clinic", "worker", "referral.sent")
    referral = refer(world)
    end(world, referral)
    delivering.work()
    [told] = heard.told
    assert told["object"] == GONE | {"code": referral.code}
    assert told["state"] is None
    assert set(told) == {"id", "kind", "at", "desk", "object", "state"}
    assert not AuditEvent.objects.filter(verb="webhook.tell").exists()


def test_the_end_of_consent_is_told(world: World, heard: Heard) -> None:
    subscribe(world, heard, "clinic", "worker", "referral.ended")
    referral = refer(world)
    withdraw(world, referral)
    escalation.tick()
    delivering.work()
    assert [(told["kind"], told["object"]["code"]) for told in heard.told] == [
        ("referral.ended", referral.code)
    ]


@pytest.mark.parametrize("who", ["desk", "maker", "place"])
def test_of_somebody_who_is_kept_from_it_a_system_hears_nothing(world: World, heard: Heard, who: str) -> None:
    """Though the referral had gone there, and though it is taken back."""
    subscribe(world, heard)
    referral = refer(world)
    meets: dict[str, Any] = {
        "desk": {"excluded_desk": world.desks["clinic"]},
        "maker": {"user": world.users["clinic"]},
        "place": {"place": world.desks["clinic"].place},
    }
    Exclusion.objects.create(
        desk=world.desks["centre"],
        person=referral.person,
        reason="security",
        set_by=world.users["centre"],
        **meets[who],
    )
    recall(world, referral)
    assert delivering.work() == {"dropped": 2}
    assert heard.bodies == []


def test_a_sender_who_may_see_only_his_own_hears_nothing_of_colleagues(world: World, heard: Heard) -> None:
    """Not even a code: he never could see it."""
    subscribe(world, heard, "centre", "border_officer")
    refer(world)
    assert delivering.work() == {"dropped": 1}


def test_a_token_that_lost_its_access_is_told_nothing(world: World, heard: Heard) -> None:
    subscription = subscribe(world, heard)
    refer(world)
    tokens.revoke(world.actor("clinic", "supervisor"), subscription.token)
    assert delivering.work() == {}
    subscription.refresh_from_db()
    assert subscription.ended_at is not None
    assert heard.bodies == []


def test_a_scope_that_was_taken_away_tells_nothing(world: World, heard: Heard) -> None:
    subscription = subscribe(world, heard)
    refer(world)
    Token.objects.filter(pk=subscription.token_id).update(scopes=["reference.read"])
    assert delivering.work() == {"dropped": 1}


def test_the_commission_and_the_desk_are_told_of_a_packet(world: World, heard: Heard) -> None:
    subscribe(world, heard, "centre")
    subscribe(world, heard, "commission", "commission_member")
    case = case_at(world)
    worker = world.actor("centre")
    packet = packets.prepare(
        worker, case.person, commission=world.desks["commission"], reasons="canary of reasons", signs=[]
    )
    packets.submit(worker, packet)
    packet.refresh_from_db()
    member = world.actor("commission", "commission_member")
    packets.decide(member, packet, decision="confirmed", on=timezone.localdate(), answer="canary of answer")
    delivering.work()
    told = {(one["desk"], one["kind"]): one for one in heard.told}
    assert set(told) == {
        (desk, kind) for desk in ("centre", "commission") for kind in ("packet.submitted", "packet.decided")
    }
    decided = told["centre", "packet.decided"]
    assert decided["state"]["decision"] == "confirmed"
    assert decided["object"]["code"] == packet.code
    text = b"".join(heard.bodies).decode()
    assert "canary" not in text
    assert case.person.code not in text


def test_an_event_committed_after_later_ones_is_told_too(world: World, heard: Heard) -> None:
    """Its row has a number that the reading has passed already."""
    subscribe(world, heard)
    referral = refer(world)
    late = AuditEvent.objects.get(verb="referral.send")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kamkor.webhooks.events._events", lambda position: [])
        delivering.work()
    delivering.work()
    assert [told["object"]["code"] for told in heard.told] == [referral.code]
    assert Delivery.objects.get().event == late.pk


def test_a_month_later_what_arrived_is_forgotten_and_not_told_again(world: World, heard: Heard) -> None:
    subscribe(world, heard)
    refer(world)
    delivering.work()
    later = timezone.now() + timedelta(days=31)
    Token.objects.update(ends_at=later + timedelta(days=1))
    assert delivering.work(later) == {}
    assert not Delivery.objects.exists()


def test_both_desks_are_told_of_a_handover_and_nobody_of_its_person(world: World, heard: Heard) -> None:
    for desk in ("centre", "clinic", "stranger"):
        subscribe(world, heard, desk, "worker", "handover.offered", "handover.accepted")
    case = case_at(world)
    handover = hand_over(world, case)
    accept(world.actor("clinic"), handover, kind="trafficking")
    delivering.work()
    found = {(told["desk"], told["kind"]) for told in heard.told}
    assert found == {
        (desk, kind) for desk in ("centre", "clinic") for kind in ("handover.offered", "handover.accepted")
    }
    told = next(one for one in heard.told if one["desk"] == "clinic")
    assert told["object"] == {"type": "handover", "code": handover.code, "href": "/api/v1/handovers"}
    assert told["state"] == partner(world, "clinic").get("handovers").json()["items"][0]
    assert partner(world, "stranger").get("handovers").json()["items"] == []
    text = b"".join(heard.bodies).decode()
    for secret in (*SECRETS.values(), FACT, case.code, case.person.code):
        assert secret not in text


def test_who_declined_a_handover_is_told_the_code_alone(world: World, heard: Heard) -> None:
    subscribe(world, heard, "clinic", "worker", "handover.declined")
    handover = hand_over(world, case_at(world))
    decline(world.actor("clinic"), handover)
    delivering.work()
    [told] = heard.told
    assert told["object"] == {"type": "handover", "code": handover.code, "href": None}
    assert told["state"] is None
