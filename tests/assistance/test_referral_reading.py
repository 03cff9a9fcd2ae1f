"""Who reads what of a referral: the receiver exactly what she agreed to, others nothing, and only as long."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamkor.assistance import escalation
from kamkor.assistance.actions import answering
from kamkor.assistance.actions import referrals as actions
from kamkor.assistance.actions.records import add_note
from kamkor.assistance.models import Referral
from kamkor.base.problems import Problem
from kamkor.people.actions import consents
from kamkor.people.exclusions import tries
from kamkor.people.models import Exclusion
from kamkor.vault import crypto
from kamkor.vault.files import open_grant, open_text
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import File, Grant, Item, StoredKey
from tests.assistance.referring import (
    FACT,
    LATER,
    MESSAGE,
    PRIVILEGED,
    SECRETS,
    WORKING,
    agreement,
    case_at,
    everything_of,
    items,
    offer_of,
    refer,
)  # fmt: skip
from tests.world import World


def address(referral: Referral) -> str:
    return reverse("referral", args=[referral.pk])


def readable(ring: Keyring, referral: Referral) -> set[str]:
    """What a vault opens of everything in her file."""
    own = Item.objects.filter(file=referral.consent.person.file)
    return set(ring.read_many(own).values())


@pytest.mark.asvs("8.2.3", "15.3.1")
def test_the_receiver_sees_exactly_what_was_agreed_to(world: World) -> None:
    case = case_at(world)
    referral = refer(world, case)
    page = world.client("clinic").get(address(referral)).content.decode()
    for shown in (SECRETS["call_name"], FACT, MESSAGE, referral.code):
        assert shown in page
    secret = {*SECRETS.values(), WORKING, PRIVILEGED, case.code, case.person.code} - {SECRETS["call_name"]}
    assert not [text for text in secret if text in page]
    assert readable(world.rings["clinic"], referral) == {SECRETS["call_name"], FACT, MESSAGE}


def test_codes_of_sex_age_and_language_are_shared_only_when_named(world: World) -> None:
    case = case_at(world, languages=["uz"], home_place="41704000000000", citizenships=["TJ"])
    plain = world.client("clinic").get(address(refer(world, case))).content.decode()
    named = world.client("clinic").get(address(refer(world, case, basics=True))).content.decode()
    content = plain[plain.index("<h1") :], named[named.index("<h1") :]
    for text in ("Female", "Adult", "Uzbek"):
        assert (text in content[0], text in content[1]) == (False, True)
    assert not [text for text in ("Naryn", "Tajikistan", "1996") if text in content[1]]


def test_the_list_names_nobody_before_it_is_opened(world: World) -> None:
    referral = refer(world)
    page = world.client("clinic").get(reverse("referrals")).content.decode()
    assert referral.code in page
    assert "Centre" in page
    assert not [text for text in (*SECRETS.values(), FACT, MESSAGE, referral.person.code) if text in page]


def test_opening_marks_it_seen_once(world: World) -> None:
    referral = refer(world)
    world.client("centre").get(address(referral))
    referral.refresh_from_db()
    assert referral.status == "sent"
    for _ in range(2):
        world.client("clinic").get(address(referral))
    referral.refresh_from_db()
    assert referral.status == "seen"
    assert referral.steps.filter(verb="see").count() == 1


@pytest.mark.parametrize("desk", ["line", "police", "stranger", "commission"])
def test_other_desks_find_nothing(world: World, desk: str) -> None:
    referral = refer(world)
    client = world.client(desk)
    assert client.get(address(referral)).status_code == 404
    for name in ("accept", "decline", "start", "report", "finish", "open-file", "recall", "letter"):
        assert client.post(reverse(f"referral-{name}", args=[referral.pk])).status_code == 404, name
    assert referral.code not in client.get(reverse("referrals")).content.decode()
    assert readable(world.rings[desk], referral) == set()


def end_by_decline(world: World, referral: Referral) -> None:
    answering.decline(world.actor("clinic"), referral, reason="no_place")


def end_by_recall(world: World, referral: Referral) -> None:
    actions.recall(world.actor("centre"), referral)


def end_by_withdrawal(world: World, referral: Referral) -> None:
    consents.withdraw(world.actor("centre"), referral.consent)


def end_by_time(world: World, referral: Referral) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    type(referral.consent).objects.filter(pk=referral.consent_id).update(
        ends_on=timezone.localdate(yesterday)
    )
    Grant.objects.filter(ref=referral.consent.ref).update(ends_at=yesterday)


End = Callable[[World, Referral], None]
ENDS: list[End] = [end_by_decline, end_by_recall, end_by_withdrawal, end_by_time]


@pytest.mark.asvs("8.3.2")
@pytest.mark.parametrize("end", ENDS)
def test_each_end_shuts_the_page_and_the_vault_at_once(world: World, end: End) -> None:
    referral = refer(world)
    old = world.rings["clinic"]
    client = world.client("clinic")
    assert client.get(address(referral)).status_code == 200
    assert readable(old, referral)
    end(world, referral)
    referral = Referral.objects.select_related("consent").get(pk=referral.pk)

    assert client.get(address(referral)).status_code == 404
    assert client.post(reverse("referral-accept", args=[referral.pk])).status_code == 404
    assert referral.code not in client.get(reverse("referrals")).content.decode()
    assert readable(old, referral) == set()
    assert readable(Keyring.load(old.dump()), referral) == set()
    assert world.client("centre").get(address(referral)).status_code == 200


@pytest.mark.parametrize("page", ["person", "case"])
def test_the_key_turns_on_every_page_on_which_the_owner_opens_the_file(world: World, page: str) -> None:
    case = case_at(world)
    referral = refer(world, case)
    ENDS[0](world, referral)
    escalation.tick()
    file = File.objects.get(pk=case.person.file_id)
    assert file.turn_due
    pk = case.person_id if page == "person" else case.pk
    shown = world.client("centre").get(reverse(page, args=[pk])).content.decode()
    assert SECRETS["call_name"] in shown
    file.refresh_from_db()
    assert (file.turn_due, file.epoch) == (False, 2)


@pytest.mark.parametrize("end", ENDS)
def test_the_key_turns_when_the_owner_next_opens_it(world: World, end: End) -> None:
    """Whoever kept the item's key aside opens nothing that is sealed from then on."""
    case = case_at(world)
    referral = refer(world, case)
    item = items(world, case, "call_name")[0]
    grant = Grant.objects.select_related("recipient").get(item=item)
    private = world.rings["clinic"].private(grant.recipient)
    pepper = bytes(StoredKey.objects.get(file_id=item.file_id, epoch=item.file_epoch).pepper)
    kept = open_grant(grant, item, private, pepper)
    assert open_text(item, item, kept).decode() == SECRETS["call_name"]

    end(world, referral)
    escalation.tick()
    world.client("centre").get(address(referral))
    item.refresh_from_db()
    assert (item.file.turn_due, item.file_epoch) == (False, 2)
    with pytest.raises(crypto.Unreadable):
        open_text(item, item, kept)
    assert SECRETS["call_name"] in everything_of(world, case).texts.values()


def test_what_is_written_after_a_recall_stays_closed_to_the_receiver(world: World) -> None:
    case = case_at(world)
    referral = refer(world, case)
    actions.recall(world.actor("centre"), referral)
    add_note(world.actor("centre"), case, text=LATER)
    assert readable(world.rings["clinic"], referral) == set()


def test_time_marks_what_has_ended(world: World) -> None:
    withdrawn, expired, running = refer(world), refer(world), refer(world)
    end_by_withdrawal(world, withdrawn)
    end_by_time(world, expired)
    assert [Referral.objects.get(pk=row.pk).standing for row in (withdrawn, expired)] == [
        "withdrawn",
        "expired",
    ]
    assert escalation.expire_due() == 2
    assert escalation.expire_due() == 0
    states = [Referral.objects.get(pk=row.pk).status for row in (withdrawn, expired, running)]
    assert states == ["withdrawn", "expired", "sent"]


def test_an_exclusion_set_later_hides_it_from_the_receiver(world: World) -> None:
    referral = refer(world)
    Exclusion.objects.create(
        desk=world.desks["centre"],
        person=referral.person,
        excluded_desk=world.desks["clinic"],
        reason="works_there",
        set_by=world.users["centre"],
    )
    assert not tries([referral.person_id])
    assert world.client("clinic").get(address(referral)).status_code == 404
    assert [found.desk for found in tries([referral.person_id])] == [world.desks["clinic"]]
    assert world.client("stranger").get(address(referral)).status_code == 404
    assert len(tries([referral.person_id])) == 1


def test_an_excluded_desk_is_neither_offered_nor_accepted(world: World) -> None:
    case = case_at(world)
    offer = offer_of(world)
    offer_of(world, "police", service="legal")
    Exclusion.objects.create(
        desk=world.desks["centre"],
        person=case.person,
        excluded_desk=world.desks["clinic"],
        reason="works_there",
        set_by=world.users["centre"],
    )
    page = world.client("centre").get(reverse("referral-new", args=[case.pk]), {"place": ""}).content.decode()
    assert "Police" in page
    assert "Clinic" not in page
    with pytest.raises(Problem):
        refer(world, case, offer=offer)
    assert not Referral.objects.exists()


def test_a_child_is_referred_to_places_that_take_children(world: World) -> None:
    case = case_at(world, age="doubt")
    adults = offer_of(world)
    children = offer_of(world, "police", service="child_care", children=True, adults=False)
    page = world.client("centre").get(reverse("referral-new", args=[case.pk]), {"place": ""}).content.decode()
    assert f"offer={children.pk}" in page
    assert f"offer={adults.pk}" not in page
    with pytest.raises(Problem, match="children"):
        refer(world, case, offer=adults)
    refer(world, case, offer=children, agreed=agreement(ground="child", reason="tonight"))
    with pytest.raises(Problem, match="child"):
        refer(world, case_at(world), offer=adults, agreed=agreement(ground="child", reason="tonight"))


def test_what_was_received_cannot_be_shared_on(world: World) -> None:
    referral = refer(world)
    shared = list(referral.consent.items.all())
    with pytest.raises(Problem):
        world.rings["clinic"].share(shared, world.desks["stranger"].holder, ref="x")


def test_a_coordinator_reads_no_referral(world: World) -> None:
    referral = refer(world)
    refused = 404 if connection.vendor == "postgresql" else 403  # the second wall does not even find it
    assert world.client("stranger", "coordinator").get(address(referral)).status_code == refused


def test_the_pages_ask_the_database_no_more_for_more_rows(world: World) -> None:
    case = case_at(world)
    client = world.client("clinic")

    def queries(where: str) -> int:
        client.get(where)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(where).status_code == 200
        return len(asked)

    small = refer(world, case, labels=("call_name",))
    few, list_few = queries(address(small)), queries(reverse("referrals"))
    large = refer(world, case, labels=("call_name", "name", "phone", "address", "note"))
    for _ in range(5):
        refer(world, case)
    assert queries(address(large)) == few
    assert queries(reverse("referrals")) == list_few
