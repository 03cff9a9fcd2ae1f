"""A firm on the register, for tests."""

from datetime import date
from typing import Any

from kamkor.prevention.actions import recruiters
from kamkor.prevention.models import Permit
from tests.world import World

ISSUED: dict[str, Any] = {"kind": "issued", "on": date(2026, 3, 1), "until": date(2027, 2, 28), "ground": ""}


def firm_with_permit(world: World) -> Permit:
    """For Korea from March 2026, suspended in September."""
    keeper = world.actor("commission", "permit_officer")
    names = {"name": "ОсОО «Ак-Жол Карьера»", "spellings": ["Ak-Jol Career"]}
    firm = recruiters.add(keeper, keeper.desk, facts=names)
    permit = recruiters.add_permit(keeper, firm, country="KR", partner="Seoul Farm", number="17", **ISSUED)
    suspended: dict[str, Any] = {"kind": "suspended", "on": date(2026, 9, 1), "until": None}
    recruiters.add_event(keeper, permit, **suspended, ground="Order 12")
    return permit
