"""What takes two people: asked by one, decided by another, done once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kamkor.access import approvals
from kamkor.access.actor import Actor
from kamkor.access.approvals import Approval, NotApproved
from kamkor.access.models import Membership, User
from kamkor.base.problems import Problem, WrongState
from tests.world import World

VERB = "case.export"


def colleague(world: World, desk: str = "centre") -> Actor:
    """A second person at the desk, whose keys do not matter here."""
    user = User.objects.create(username="second", display_name="Second", holder=None)
    membership = Membership.objects.create(user=user, desk=world.desks[desk], role="supervisor")
    return Actor(membership=membership, keys=world.rings[desk], user=user)


def test_it_is_done_once_after_another_has_agreed(world: World) -> None:
    actor, desk = world.actor("centre", "supervisor"), world.desks["centre"]
    asked = approvals.ask(actor, VERB, desk)
    with pytest.raises(NotApproved):
        approvals.use(actor, VERB, desk)
    approvals.decide(colleague(world), asked, agreed=True)
    assert approvals.use(actor, VERB, desk).pk == asked.pk
    with pytest.raises(NotApproved):
        approvals.use(actor, VERB, desk)


@pytest.mark.asvs("2.3.2")
def test_nobody_agrees_with_themselves_in_whichever_role(world: World) -> None:
    actor = world.actor("centre", "supervisor")
    asked = approvals.ask(actor, VERB, world.desks["centre"])
    for role in ("supervisor", "worker", "administrator"):
        with pytest.raises(Problem):
            approvals.decide(world.actor("centre", role), asked, agreed=True)
    assert not Approval.objects.to_decide(actor).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(decided_by=actor.user)


def test_what_was_refused_or_has_run_out_is_no_leave(world: World) -> None:
    actor, desk = world.actor("centre", "supervisor"), world.desks["centre"]
    second = colleague(world)
    asked = approvals.ask(actor, VERB, desk)
    approvals.decide(second, asked, agreed=False)
    with pytest.raises(WrongState):
        approvals.decide(second, asked, agreed=True)
    late = approvals.ask(actor, VERB, desk, ends_at=timezone.now() + timedelta(hours=1))
    approvals.decide(second, late, agreed=True)
    Approval.objects.filter(pk=late.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotApproved):
        approvals.use(actor, VERB, desk)
    assert approvals.ask(actor, VERB, desk).pk != late.pk


@pytest.mark.asvs("2.3.2")
def test_one_leave_is_for_one_deed_of_one_desk(world: World) -> None:
    actor, desk = world.actor("centre", "supervisor"), world.desks["centre"]
    asked = approvals.ask(actor, VERB, desk)
    with pytest.raises(Problem):
        approvals.ask(actor, VERB, desk)
    approvals.decide(colleague(world), asked, agreed=True)
    stranger = world.actor("stranger", "supervisor")
    assert not Approval.objects.visible_to(stranger).exists()
    for who, verb, subject in (
        (stranger, VERB, desk),
        (actor, "case.print", desk),
        (actor, VERB, world.desks["line"]),
    ):
        with pytest.raises(NotApproved):
            approvals.use(who, verb, subject)
