"""The commission's packet: a code, reasons and signs; its decision; nothing that names her."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kamkor.base.problems import WrongState
from kamkor.identification.actions import facts, packets
from kamkor.identification.models import Answer, Fact, Packet, Screening
from kamkor.people.actions.consents import withdraw
from kamkor.people.models import Consent, Exclusion, Person
from kamkor.vault.models import Grant, Item
from tests.world import World

REASONS = "She could not leave and her papers were held."
ANSWER = "Canary of the answer"


def prepared(world: World, person: Person | None = None) -> Packet:
    actor = world.actor("centre")
    subject = person or world.person()
    return packets.prepare(
        actor, subject, commission=world.desks["commission"], reasons=REASONS, signs=["D2-debt"]
    )


def submitted(world: World) -> Packet:
    packet = prepared(world)
    packets.submit(world.actor("centre"), packet)
    packet.refresh_from_db()
    return packet


def page_of(packet: Packet) -> str:
    return reverse("packet", args=[packet.pk])


def test_a_packet_is_prepared_previewed_and_submitted_under_its_own_code(world: World) -> None:
    person, client = world.person(), world.client("centre")
    actor = world.actor("centre")
    screening = Screening.objects.create(
        desk=actor.desk, person=person, profile="adult_labour", interviewer=world.users["centre"]
    )
    Answer.objects.create(
        desk=actor.desk, person=person, screening=screening, indicator="D2-debt", value="yes"
    )
    sent = {"commission": world.desks["commission"].pk, "signs": ["D2-debt"], "reasons": REASONS}
    answer = client.post(reverse("packet-new", args=[person.pk]), sent)
    packet = Packet.objects.get()
    assert answer["Location"] == page_of(packet)
    assert packet.code != person.code
    shown = client.get(page_of(packet)).content.decode()
    assert REASONS in shown
    assert "Debt bondage" in shown
    assert "Nothing has been sent yet" in shown
    assert world.client("commission", "commission_member").get(page_of(packet)).status_code == 404
    submit = reverse("packet-submit", args=[packet.pk])
    client.post(submit)
    packet.refresh_from_db()
    assert packet.submitted_at is None
    client.post(submit, {"agreed": "on"})
    packet.refresh_from_db()
    assert packet.submitted_at is not None


@pytest.mark.parametrize("word", ["Айгүл", "айгүл", "Сыдыкова", "203"])
def test_a_text_that_names_her_is_not_taken(world: World, word: str) -> None:
    person = world.person()
    sent = {"commission": world.desks["commission"].pk, "reasons": f"Here is {word}, who could not leave."}
    answer = world.client("centre").post(reverse("packet-new", args=[person.pk]), sent)
    assert answer.status_code == 422
    assert "could not leave" in answer.content.decode()
    assert not Packet.objects.exists()


def test_a_draft_can_be_worded_anew_and_a_submitted_one_cannot(world: World) -> None:
    packet, client = prepared(world), world.client("centre")
    here = f"{reverse('packet-new', args=[packet.person_id])}?draft={packet.pk}"
    assert REASONS in client.get(here).content.decode()
    sent = {"commission": packet.commission_id, "reasons": "Other words", "version": packet.reasons.version}
    assert client.post(here, sent).status_code == 302
    assert Packet.objects.count() == 1
    assert "Other words" in client.get(page_of(packet)).content.decode()
    assert client.post(here, sent).status_code == 409
    packets.submit(world.actor("centre"), packet)
    with pytest.raises(WrongState):
        packets.submit(world.actor("centre"), packet)
    assert client.post(here, sent | {"version": 2}).status_code == 422


def test_the_commission_sees_code_reasons_and_signs_and_nothing_else(world: World) -> None:
    packet = submitted(world)
    person = packet.person
    client = world.client("commission", "commission_member")
    listed = client.get(reverse("packets")).content.decode()
    shown = client.get(page_of(packet)).content.decode()
    assert packet.code in listed
    assert "Crisis centre" in listed
    assert REASONS in shown
    for page in (listed, shown):
        for secret in ("Айгүл", "Сыдыкова", "555 010", person.code, "Akniet", f"people/{person.pk}"):
            assert secret not in page
        assert ">Centre<" not in page
    ring = world.rings["commission"]
    readable = [item for item in Item.objects.filter(file=person.file) if ring.can_read(item)]
    assert readable == [packet.reasons]


def test_the_decision_comes_back_and_becomes_a_fact_by_one_tap(world: World) -> None:
    packet = submitted(world)
    client = world.client("commission", "commission_member")
    sent = {"decision": "not_confirmed", "on": timezone.localdate().isoformat(), "answer": ANSWER}
    assert client.post(page_of(packet), sent).status_code == 302
    assert not Fact.objects.exists()
    owner = world.client("centre")
    shown = owner.get(page_of(packet)).content.decode()
    assert ANSWER in shown
    assert "changes no help" in shown
    for _again in range(2):
        owner.post(reverse("packet-record", args=[packet.pk]))
    fact = Fact.objects.get()
    assert (fact.kind, fact.value, fact.body) == ("decision", "not_confirmed", "commission")
    packet.refresh_from_db()
    assert packet.answer is not None
    assert packet.answer.file_id != packet.person.file_id
    assert ANSWER.encode() not in bytes(packet.answer.sealed)
    assert client.post(page_of(packet), sent | {"decision": "confirmed"}).status_code in {200, 422}
    packet.refresh_from_db()
    assert packet.decision == "not_confirmed"


def test_a_postponed_packet_stays_open_and_may_be_decided_later(world: World) -> None:
    packet, member = submitted(world), world.actor("commission", "commission_member")
    today = timezone.localdate()
    packets.decide(member, packet, decision="postponed", on=today, answer="")
    packet.refresh_from_db()
    assert packet.decided_at is None
    with pytest.raises(WrongState):
        facts.record_decision(world.actor("centre"), packet)
    packets.decide(member, packet, decision="postponed", on=today, answer="A paper is missing.")
    packet.refresh_from_db()
    assert (packet.decision, packet.decided_at) == ("postponed", None)  # as often as it must
    packets.decide(member, packet, decision="confirmed", on=today, answer="")
    packet.refresh_from_db()
    assert packet.decided_at is not None
    with pytest.raises(WrongState):
        packets.decide(member, packet, decision="not_confirmed", on=today, answer="")


def test_more_than_thirty_days_open_is_marked_on_both_sides(world: World) -> None:
    packet = submitted(world)
    Packet.objects.filter(pk=packet.pk).update(submitted_at=timezone.now() - timedelta(days=31))
    for client in (world.client("centre"), world.client("commission", "commission_member")):
        assert "more than 30 days" in client.get(reverse("packets")).content.decode()
        assert "more than 30 days" in client.get(page_of(packet)).content.decode()


def test_a_commission_from_which_she_is_kept_gets_nothing(world: World) -> None:
    packet = submitted(world)
    Exclusion.objects.create(
        desk=packet.desk,
        person=packet.person,
        excluded_desk=world.desks["commission"],
        reason="conflict_of_interest",
        set_by=world.users["centre"],
    )
    client = world.client("commission", "commission_member")
    assert packet.code not in client.get(reverse("packets")).content.decode()
    assert client.get(page_of(packet)).status_code == 404
    other = prepared(world, world.person(name="Made Up"))
    assert other.submitted_at is None
    person = packet.person
    sent = {"commission": world.desks["commission"].pk, "reasons": REASONS}
    answer = world.client("centre").post(reverse("packet-new", args=[person.pk]), sent)
    assert answer.status_code == 422


def test_strangers_and_other_roles_reach_no_packet(world: World) -> None:
    packet = submitted(world)
    assert world.client("stranger").get(page_of(packet)).status_code == 404
    assert world.client("stranger", "commission_member").get(page_of(packet)).status_code == 404
    assert (
        world.client("commission", "worker").post(reverse("packet-record", args=[packet.pk])).status_code
        == 403
    )
    assert world.client("centre", "operator").get(page_of(packet)).status_code == 403
    with pytest.raises(PermissionDenied):
        packets.decide(
            world.actor("centre", "commission_member"),
            packet,
            decision="confirmed",
            on=timezone.localdate(),
            answer="",
        )
    assert not Grant.objects.filter(ref=packet.ref).exists()


def test_the_commission_stops_reading_when_she_withdraws(world: World) -> None:
    packet = submitted(world)
    consent = Consent.objects.get(person=packet.person, purpose="identification")
    withdraw(world.actor("centre"), consent)
    client = world.client("commission", "commission_member")
    assert REASONS not in client.get(page_of(packet)).content.decode()
