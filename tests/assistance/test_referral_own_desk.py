"""Who at the sending desk reads what a colleague has shared: those who keep files, and whoever sent it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from kamkor.access.models import Membership, User
from kamkor.access.policy import RULES, verdict
from kamkor.assistance.models import Referral
from tests.assistance.referring import SECRETS, refer
from tests.world import World

WITHOUT_FILES = ("operator", "border_officer", "consular_officer", "child_protection", "investigator")
VERBS = ("referral.read", "referral.recall", "referral.record_answer", "referral.letter")


def a_colleague(world: World, role: str) -> None:
    """Somebody else at the centre in this role, with the same keys: `world.client` acts as them."""
    user = User.objects.create(username=f"other-{role}", display_name="Other", holder=None)
    Membership.objects.create(user=user, desk=world.desks["centre"], role=role, since=timezone.now())
    world.users["centre"] = user


@pytest.mark.parametrize("role", WITHOUT_FILES)
def test_a_role_without_files_reads_only_what_it_sent_itself(world: World, role: str) -> None:
    sent = refer(world)
    address = reverse("referral", args=[sent.pk])
    own = world.client("centre", role).get(address)
    if role != "investigator":
        assert SECRETS["call_name"] in own.content.decode()  # the sender, in whichever role
    a_colleague(world, role)
    client = world.client("centre", role)
    assert client.get(address).status_code == 404
    assert sent.code not in client.get(reverse("referrals") + "?sent=1").content.decode()
    for name in ("referral-recall", "referral-record-answer"):
        assert client.post(reverse(name, args=[sent.pk])).status_code == 404
    assert Referral.objects.get(pk=sent.pk).status == "sent"


@pytest.mark.parametrize("role", ["worker", "supervisor", "advocate"])
def test_those_who_keep_files_read_what_their_desk_sent(world: World, role: str) -> None:
    sent = refer(world)
    a_colleague(world, role)
    page = world.client("centre", role).get(reverse("referral", args=[sent.pk]))
    assert SECRETS["call_name"] in page.content.decode()
    for desk in ("line", "stranger"):
        assert world.client(desk, role).get(reverse("referral", args=[sent.pk])).status_code == 404


@pytest.mark.parametrize("verb", VERBS)
def test_the_rule_stands_in_the_table(verb: str) -> None:
    assert "operator" in RULES[verb].sent_only
    assert not verdict("operator", verb, "own").allowed
    assert not verdict("operator", verb, "carried").allowed
    assert verdict("operator", verb, "sent").allowed
    assert verdict("worker", verb, "own").allowed
    assert verdict("worker", verb, "sent").allowed
