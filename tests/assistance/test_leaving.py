"""After a handover: what the old desk's keys still open, what runs on elsewhere, and who may end it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance import escalation, leaving
from kamkor.assistance.actions import answering
from kamkor.assistance.actions import handing as actions
from kamkor.assistance.actions.records import add_note
from kamkor.assistance.models import Case, Handover, Referral
from kamkor.base.problems import WrongState
from kamkor.identification.actions import packets
from kamkor.identification.models import Fact, Packet
from kamkor.people import search
from kamkor.people.actions import consents
from kamkor.people.models import Exclusion, Person
from kamkor.vault import crypto, names
from kamkor.vault.files import item_place
from kamkor.vault.models import File, Item, StoredKey
from tests.assistance.referring import SECRETS, case_at, items, offer_of, refer
from tests.world import World

SAID = "The answer of those who helped."


def offer(world: World, case: Case, *referrals: Referral) -> Handover:
    return actions.offer(
        world.actor("centre"),
        case,
        receiver=world.desks["clinic"],
        items=items(world, case, "call_name", "note"),
        reads_until=timezone.localdate() + timedelta(days=14),
        referrals=referrals,
    )


def take_over(world: World, case: Case, *referrals: Referral) -> tuple[Handover, Case]:
    handover = offer(world, case, *referrals)
    theirs = actions.accept(world.actor("clinic"), handover, kind="trafficking").receiving_case
    assert theirs is not None
    handover.refresh_from_db()
    return handover, theirs


def pass_the_term(handover: Handover) -> None:
    """The days of the term go by, and the clock ticks."""
    over = timezone.localdate() - timedelta(days=1)
    Handover.objects.filter(pk=handover.pk).update(reads_until=over)
    Person._base_manager.exclude(read_until=None).update(read_until=over)
    escalation.tick()


def sent_packet(world: World, case: Case) -> Packet:
    worker = world.actor("centre")
    commission = world.desks["commission"]
    packet = packets.prepare(worker, case.person, commission=commission, reasons="Reasons.", signs=[])
    packets.submit(worker, packet)
    return packet


def opens_with(item: Item, key: bytes) -> bool:
    """Whether a key that somebody kept in a drawer opens what is stored now."""
    stored = Item.objects.get(pk=item.pk)
    try:
        crypto.decrypt(
            crypto.derive(key, f"item:{item.pk}"),
            bytes(stored.sealed),
            bound=item_place(stored.file_id, item.pk, stored.version),
        )
    except Exception:  # whichever way it fails, it does not open
        return False
    return True


def test_a_key_kept_by_the_old_desk_opens_nothing(world: World) -> None:
    case = case_at(world)
    file = case.person.file
    old = list(file.items.all())
    kept = world.rings["centre"]._own_key((file.pk, file.epoch)).key
    assert all(opens_with(item, kept) for item in old)
    handover, theirs = take_over(world, case)

    # During the term the old desk reads on; its key turns when it next opens the file.
    assert world.client("centre").get(reverse("person", args=[case.person_id])).status_code == 200
    assert not any(opens_with(item, kept) for item in old)
    ring = type(world.rings["centre"])(world.rings["centre"]._roots + world.rings["centre"]._made)
    assert ring.read_many(old)

    pass_the_term(handover)
    add_note(world.actor("clinic"), theirs, text="Written by the new desk.")
    everything = [*Item.objects.filter(file=file), *Item.objects.filter(file=theirs.person.file)]
    ring = type(ring)(ring._roots + ring._made)
    assert len(everything) > len(old)
    assert ring.read_many(everything) == {}
    assert not any(opens_with(item, kept) for item in everything)
    agreed = set(handover.consent.items.values_list("pk", flat=True))
    theirs_now = {item.pk for item in everything if item.file_id == theirs.person.file_id}
    opened = world.rings["clinic"].read_many(everything).keys()
    assert theirs_now <= opened <= theirs_now | agreed  # nor does the new desk open the rest alone


def test_locking_away_needs_no_key_and_happens_once(world: World) -> None:
    case = case_at(world)
    handover, _theirs = take_over(world, case)
    pass_the_term(handover)
    stored = StoredKey.objects.get(file_id=case.person.file_id)
    assert stored.locked_by_id == world.desks["clinic"].holder.current().pk
    before = bytes(stored.sealed)
    assert leaving.lock_due(timezone.now()) == 0
    stored.refresh_from_db()
    assert bytes(stored.sealed) == before


def test_the_index_of_names_forgets_who_left(world: World) -> None:
    case = case_at(world)
    handover, _theirs = take_over(world, case)
    worker, desk = world.actor("centre"), world.desks["centre"]
    assert [match.id for match in names.find(worker.keyring, desk.holder, SECRETS["name"])]
    pass_the_term(handover)
    assert search.find(worker, desk, SECRETS["name"]) == []
    assert names.find(worker.keyring, desk.holder, SECRETS["name"]) == []


def test_what_was_agreed_runs_on_and_the_new_desk_ends_it(world: World) -> None:
    case = case_at(world)
    sent = refer(world, case, offer=offer_of(world, "police"))
    consent = sent.consent
    handover, theirs = take_over(world, case, sent)
    pass_the_term(handover)
    reader = world.client("police")
    address = reverse("referral", args=[sent.pk])
    assert SECRETS["call_name"] in reader.get(address).content.decode()

    new = world.client("clinic")
    page = new.get(address).content.decode()
    assert sent.code in page
    assert SECRETS["call_name"] not in page, "she agreed that the police read it, not the new desk"
    assert theirs.code in page
    assert case.person.code not in page
    assert sent.code in new.get(reverse("referrals") + "?sent=1").content.decode()
    assert world.client("centre").get(address).status_code == 404
    assert new.post(reverse("referral-recall", args=[sent.pk])).status_code == 302
    assert reader.get(address).status_code == 404
    assert not world.rings["police"].read_many(list(consent.items.all()))


def test_answers_go_to_the_desk_that_answers_for_it_now(world: World) -> None:
    case = case_at(world)
    sent = refer(world, case, offer=offer_of(world, "police"))
    handover, _theirs = take_over(world, case, sent)
    police = world.actor("police")
    sent.refresh_from_db()
    answering.accept(police, sent)
    answering.report(police, sent, text=SAID)
    address = reverse("referral", args=[sent.pk])
    assert SAID in world.client("clinic").get(address).content.decode()
    assert SAID not in world.client("centre").get(address).content.decode()
    assert "Clinic" in world.client("police").get(address).content.decode()
    recorded = {"verb": "finish", "by": "phone", "who": "Somebody", "result": "helped"}
    page = world.client("clinic").post(reverse("referral-record-answer", args=[sent.pk]), recorded)
    assert page.status_code in (302, 422)
    pass_the_term(handover)


def test_what_was_not_passed_on_ends_with_the_term(world: World) -> None:
    case = case_at(world)
    sent = refer(world, case, offer=offer_of(world, "police"))
    police = world.actor("police")
    answering.accept(police, sent)
    answering.report(police, sent, text=SAID)
    handover, _theirs = take_over(world, case)
    address = reverse("referral", args=[sent.pk])
    assert world.client("police").get(address).status_code == 200
    assert SAID in world.client("centre").get(address).content.decode()
    pass_the_term(handover)
    sent.refresh_from_db()
    assert sent.status == Referral.Status.RECALLED
    for desk in ("police", "clinic", "centre", "stranger"):
        assert world.client(desk).get(address).status_code == 404, desk
    report = sent.steps.get(verb="report").report
    assert report is not None
    assert not world.rings["centre"].can_read(report)


def test_she_withdraws_at_the_new_desk(world: World) -> None:
    case = case_at(world)
    sent = refer(world, case, offer=offer_of(world, "police"))
    _handover, theirs = take_over(world, case, sent)
    new = world.client("clinic")
    assert "Police" in new.get(reverse("person", args=[theirs.person_id])).content.decode()
    withdraw = reverse("consent-withdraw", args=[sent.consent_id])
    for desk in ("police", "stranger", "line"):
        assert world.client(desk).post(withdraw).status_code == 404, desk
    assert new.post(withdraw)["Location"] == reverse("person", args=[theirs.person_id])
    assert world.client("police").get(reverse("referral", args=[sent.pk])).status_code == 404


def test_a_packet_at_the_commission_comes_along(world: World) -> None:
    case = case_at(world)
    packet = sent_packet(world, case)
    handover, theirs = take_over(world, case)
    pass_the_term(handover)
    address = reverse("packet", args=[packet.pk])
    assert world.client("commission", "commission_member").get(address).status_code == 200
    member = world.actor("commission", "commission_member")
    packet.refresh_from_db()
    packets.decide(member, packet, decision="confirmed", on=timezone.localdate(), answer="She is.")
    new = world.client("clinic")
    page = new.get(address).content.decode()
    assert "She is." in page
    assert "Reasons." not in page
    assert new.post(reverse("packet-record", args=[packet.pk])).status_code == 302
    assert Fact.objects.get(packet=packet).person_id == theirs.person_id
    for desk in ("centre", "stranger", "police"):
        assert world.client(desk).get(address).status_code == 404, desk


def test_the_new_desk_ends_the_reading_of_the_old(world: World) -> None:
    case = case_at(world)
    handover, _theirs = take_over(world, case)
    end = reverse("handover-end-term", args=[handover.pk])
    assert world.client("centre").post(end).status_code == 403
    assert world.client("stranger").post(end).status_code == 404
    assert world.client("clinic", "operator").post(end).status_code == 403
    assert world.client("clinic").post(end).status_code == 302
    assert world.client("centre").get(reverse("case", args=[case.pk])).status_code == 404
    assert world.client("centre").get(reverse("person", args=[case.person_id])).status_code == 404
    assert StoredKey.objects.get(file_id=case.person.file_id).locked_by_id
    assert world.client("clinic").post(end).status_code == 422


def test_an_offer_is_taken_back_before_it_is_answered(world: World) -> None:
    case = case_at(world)
    handover = offer(world, case)
    shared = list(handover.consent.items.all())
    recall = reverse("handover-recall", args=[handover.pk])
    for desk, status in (("clinic", 403), ("stranger", 404), ("line", 404)):
        assert world.client(desk).post(recall).status_code == status, desk
    assert world.client("centre").post(recall).status_code == 302
    assert world.rings["clinic"].read_many(shared) == {}
    assert world.client("clinic").get(reverse("handover", args=[handover.pk])).status_code == 404
    assert File.objects.get(pk=case.person.file_id).turn_due
    assert world.client("centre").post(recall).status_code == 422
    offer(world, case)  # another can be made
    with pytest.raises(WrongState):
        offer(world, case)


def test_who_is_kept_from_her_at_the_new_desk_finds_nothing_that_runs_on(world: World) -> None:
    case = case_at(world)
    sent = refer(world, case, offer=offer_of(world, "police"))
    _handover, theirs = take_over(world, case, sent)
    Exclusion.objects.create(
        desk=world.desks["clinic"],
        person=theirs.person,
        user=world.users["clinic"],
        reason="works_there",
        set_by=world.users["clinic"],
    )
    assert world.client("clinic").get(reverse("referral", args=[sent.pk])).status_code == 404


def test_her_withdrawal_of_the_handover_ends_what_was_offered(world: World) -> None:
    handover = offer(world, case_at(world))
    consents.withdraw(world.actor("centre"), handover.consent)
    assert not Handover.objects.get(pk=handover.pk).waiting
