"""What a permit to send people abroad was worth on a day, told from the dated events of its history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

GRANTS = frozenset({"issued", "extended"})  # these say until when
IN_FORCE = frozenset({"issued", "extended", "resumed"})
PENDING = frozenset({"applied", "unpaid", "refused"})  # about a next permit, while one is in force
_NEEDS = {  # the states after which an event makes sense; the others may come at any time
    "extended": IN_FORCE | {"expired"},
    "suspended": IN_FORCE,
    "resumed": frozenset({"suspended"}),
    "cancelled": IN_FORCE | {"suspended", "expired"},
}


@dataclass(frozen=True)
class Event:
    """One entry of the register: what happened, on which day, and until when a grant runs."""

    kind: str
    on: date
    until: date | None = None


@dataclass(frozen=True)
class Standing:
    """What the register says of one day. `state` is empty where nothing had happened yet."""

    state: str
    since: date | None = None
    until: date | None = None

    @property
    def in_force(self) -> bool:
        return self.state in IN_FORCE


def standing(events: Iterable[Event], day: date) -> Standing:
    """How the permit stood at the end of a day; a term that ran out is called expired."""
    now = Standing("")
    for event in in_order(events):
        if event.on > day:
            break
        now = _ended(now, event.on)
        if event.kind in PENDING and _runs(now):
            continue
        until = event.until if event.kind in GRANTS else now.until
        now = Standing(event.kind, event.on, until)
    return _ended(now, day)


def spans(events: Sequence[Event]) -> list[Standing]:
    """How it stood from each event on; the last that began by a day tells that day."""
    return [standing(events, event.on) for event in in_order(events)]


def _runs(now: Standing) -> bool:
    return now.in_force or now.state == "suspended"


def _ended(now: Standing, day: date) -> Standing:
    """The same, unless its term has run out before the day."""
    if now.until and now.until < day and _runs(now):
        return Standing("expired", now.until, now.until)
    return now


def in_order(events: Iterable[Event]) -> list[Event]:
    """By their days; of one day in the order in which they were handed in."""
    return sorted(events, key=lambda event: event.on)


def out_of_order(events: Sequence[Event]) -> Event | None:
    """The first event that cannot follow what stood before it. An imported history may begin anywhere, but
    not with a permit that is resumed: nobody could say until when."""
    told: list[Event] = []
    for event in in_order(events):
        needed = _NEEDS.get(event.kind)
        begun = told or event.kind == "resumed"
        if begun and needed is not None and standing(told, event.on).state not in needed:
            return event
        told.append(event)
    return None
