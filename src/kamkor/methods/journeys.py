"""What may follow what (journeys as data), and by when (deadlines and dates that may be partly known)."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import total_ordering
from typing import Self


class WrongMove(ValueError):
    """The verb cannot be done in this state."""

    def __init__(self, state: str, verb: str) -> None:
        super().__init__(f"{verb!r} cannot follow {state!r}")
        self.state = state
        self.verb = verb


@dataclass(frozen=True)
class Journey:
    """States, the first of them the start, and which (state, verb) leads to which state."""

    states: tuple[str, ...]
    moves: Mapping[tuple[str, str], str]

    def __post_init__(self) -> None:
        unknown = {state for (source, _), goal in self.moves.items() for state in (source, goal)} - {
            *self.states
        }
        if unknown:
            raise ValueError(f"Moves name unknown states: {', '.join(sorted(unknown))}")

    @property
    def start(self) -> str:
        return self.states[0]

    def verbs(self, state: str) -> list[str]:
        """What can be done now."""
        return [verb for source, verb in self.moves if source == state]


def next_state(journey: Journey, state: str, verb: str) -> str:
    """Where the verb leads from here; WrongMove if nowhere."""
    try:
        return journey.moves[state, verb]
    except KeyError:
        raise WrongMove(state, verb) from None


def _moves(**by_state: str) -> dict[tuple[str, str], str]:
    """Read "verb>state verb>state" for each state."""
    steps = ((state, step.split(">")) for state, text in by_state.items() for step in text.split())
    return {(state, verb): goal for state, (verb, goal) in steps}


# Her withdrawal and the consent's end reach a referral that is over too: they end the receiver's reading.
_ENDED = "withdraw>withdrawn expire>expired"
_STOPPED = f"recall>recalled {_ENDED}"

REFERRAL = Journey(
    tuple("draft sent seen accepted declined in_progress done failed recalled withdrawn expired".split()),
    _moves(
        draft=f"send>sent {_ENDED}",
        sent=f"see>seen accept>accepted decline>declined {_STOPPED}",
        seen=f"accept>accepted decline>declined {_STOPPED}",
        accepted=f"start>in_progress finish>done fail>failed {_STOPPED}",
        in_progress=f"finish>done fail>failed {_STOPPED}",
        done=_ENDED,
        failed=_ENDED,
    ),
)
CONTACT = Journey(("open", "closed"), _moves(open="close>closed", closed="reopen>open"))
CASE = Journey(("open", "closed"), _moves(open="close>closed", closed="reopen>open"))
TASK = Journey(
    ("open", "done", "dropped"),
    _moves(open="finish>done drop>dropped", done="reopen>open", dropped="reopen>open"),
)
STAY = Journey(
    ("expected", "staying", "left", "cancelled"),
    _moves(expected="arrive>staying cancel>cancelled", staying="leave>left"),
)
CONSENT = Journey(("active", "withdrawn", "expired"), _moves(active=_ENDED))
PACKET = Journey(
    ("draft", "submitted", "decided"),
    _moves(draft="submit>submitted", submitted="take_back>draft decide>decided"),
)
PACKET_DECISION = Journey(
    ("open", "postponed", "confirmed", "not_confirmed"),
    _moves(
        open="postpone>postponed confirm>confirmed refuse>not_confirmed",
        postponed="postpone>postponed confirm>confirmed refuse>not_confirmed",
        confirmed="review>open",
        not_confirmed="review>open",
    ),
)


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"


ANSWER_WITHIN: Mapping[str, timedelta] = {
    Urgency.EMERGENCY: timedelta(hours=2),
    Urgency.URGENT: timedelta(hours=24),
    Urgency.NORMAL: timedelta(days=5),
}
MEDICAL_WINDOW = timedelta(hours=72)  # after rape: prevention of infection and pregnancy, evidence
FOLLOW_UP_MONTHS = (1, 3, 6, 12)
ADULT_AGE = 18


def due(urgency: str, sent_at: datetime, within: Mapping[str, timedelta] = ANSWER_WITHIN) -> datetime:
    """When a referral must be answered."""
    return sent_at + within[urgency]


def hours_late(due: datetime, now: datetime) -> int:
    """Whole hours after the deadline; 0 until then."""
    return max(now - due, timedelta()) // timedelta(hours=1)


def follow_ups(closed_on: date) -> list[date]:
    """The days on which to ask how she is; a month without that day gives its last."""
    return [_months_later(closed_on, months) for months in FOLLOW_UP_MONTHS]


def recovery_until(started_on: date, days: int = 10) -> date:
    """The last day of the recovery period; the day on which it began is not counted against her."""
    return started_on + timedelta(days=days)


def medical_clock(event_at: datetime, now: datetime) -> timedelta:
    """What is left of the 72 hours, never below nothing nor above the whole."""
    return min(max(MEDICAL_WINDOW - (now - event_at), timedelta()), MEDICAL_WINDOW)


def adult_on(birth_date: date) -> date:
    """The 18th birthday; who was born on 29 February is a child until 1 March."""
    year = birth_date.year + ADULT_AGE
    if (birth_date.month, birth_date.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return birth_date.replace(year=year)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@total_ordering
@dataclass(frozen=True)
class PartialDate:
    """A year, a year and month, or a day. Sorted by the first possible day, then the better known first."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("A day needs its month")
        date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2019", "2019-05" or "2019-05-03"; ValueError otherwise."""
        match = _PARTIAL_DATE.fullmatch(text.strip())
        if match is None:
            raise ValueError("Write a date as 2019, 2019-05 or 2019-05-03")
        return cls(*(int(part) for part in match.groups() if part is not None))

    @property
    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, PartialDate):
            return NotImplemented
        return (self.earliest, self.latest) < (other.earliest, other.latest)
