"""Her wish to be forgotten, as the tests of it take and carry it out."""

from typing import Any

from pytest_django import DjangoCaptureOnCommitCallbacks

from kamkor.access.actor import Actor
from kamkor.access.models import Membership, User
from kamkor.people.actions import erasure as actions
from kamkor.people.keeping import Erasure
from kamkor.people.models import Person
from kamkor.people.turning import forget_the_gone
from tests.world import World

COMMIT = DjangoCaptureOnCommitCallbacks
NAME = "Айгүл Сыдыкова"


def second(world: World, role: str = "supervisor") -> Actor:
    """Another colleague at the centre, who opens its files."""
    user = User.objects.create(username="second", display_name="Second")
    membership = Membership.objects.create(user=user, desk=world.desks["centre"], role=role)
    return Actor(membership=membership, keys=world.rings["centre"], user=user)


def second_client(world: World) -> Any:
    actor = second(world)
    world.users["second"], world.rings["second"] = actor.signed_in, world.rings["centre"]
    world.desks["second"] = world.desks["centre"]
    return world.client("second", "supervisor")


def wish(world: World, person: Person, **given: Any) -> Erasure:
    return actions.ask(world.actor("centre"), person, language="ky", **given)


def forget(world: World, person: Person, commit: COMMIT) -> None:
    with commit(execute=True):
        actions.carry_out(second(world), wish(world, person))
    with commit(execute=True):
        forget_the_gone(world.actor("centre"))
