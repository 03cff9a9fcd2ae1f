"""Telephone lines by situation, from the code lists: which one, and whether it is open now."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from kamkor.base import codelists
from kamkor.methods.opening_hours import ALWAYS, is_open


@dataclass(frozen=True)
class Line:
    """A line as it is shown; `open` is None where its hours are not known."""

    number: str
    name: str
    confirmed: bool
    open: bool | None
    always: bool


@dataclass(frozen=True)
class Situation:
    """What somebody may say of themselves, and whom to call first."""

    code: str
    label: str
    lines: list[Line]


def situations(now: datetime) -> list[Situation]:
    known, language = lines(now), get_language() or "en"
    return [
        Situation(
            code,
            entry.label(language),
            [known[number] for number in _numbers(entry.extra) if number in known],
        )
        for code, entry in codelists.entries("help_situation").items()
    ]


def lines(now: datetime) -> dict[str, Line]:
    """Every line by its number; `now` is the local time."""
    language = get_language() or "en"
    return {
        number: Line(
            number,
            entry.label(language),
            entry.status.startswith("verified"),
            is_open(hours, now) if (hours := entry.extra.get("hours", "")) else None,
            hours == ALWAYS,
        )
        for number, entry in codelists.entries("hotline").items()
    }


def _numbers(extra: dict[str, str]) -> list[str]:
    return extra.get("lines", "").split()
