"""Cases for tests, made as the screens make them."""

from typing import Any

from kamkor.assistance.actions import cases
from kamkor.assistance.models import Case
from tests.world import World


def open_case(world: World, desk: str = "centre", *, role: str = "worker", **facts: Any) -> Case:
    """A case of a new person at `desk`. The code lists are loaded too, as forms need them."""
    actor = world.actor(desk, role)
    person = world.person(desk)
    return cases.open_case(actor, person, kind=facts.pop("kind", "trafficking"), **facts)
