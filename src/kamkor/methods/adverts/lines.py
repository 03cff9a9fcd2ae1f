"""Adverts in and out as lines of JSON; a line that cannot be read is named, with the way to mend it."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from kamkor.methods.adverts.scoring import Reading


class BadLine(ValueError):
    """A line that is no advert."""


class Advert(NamedTuple):
    """One advert as it was handed in; the id comes back as it was, a number or a text."""

    id: str | int
    text: str
    day: date | None


def rows(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, object]]]:
    """Every line that is not blank, with its number."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, row_of(number, line)


def row_of(number: int, line: bytes) -> dict[str, object]:
    """The object that a line holds."""
    try:
        row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise BadLine(f"line {number}: not UTF-8. Mend: save the file as UTF-8.") from None
    except (json.JSONDecodeError, RecursionError, ValueError):
        raise BadLine(f'line {number}: not JSON. Mend: write one {{"id": …, "text": …}} a line.') from None
    if not isinstance(row, dict):
        raise BadLine(f'line {number}: not an object. Mend: write {{"id": …, "text": …}}.')
    return row


def adverts(lines: Iterable[bytes]) -> Iterator[Advert]:
    """The adverts in the order of their lines."""
    for number, row in rows(lines):
        yield advert(number, row)


def advert(number: int, row: dict[str, object]) -> Advert:
    """One advert of its row."""
    name, text = row.get("id"), row.get("text")
    if isinstance(name, bool) or not isinstance(name, str | int):
        raise BadLine(f"line {number}, id: none. Mend: give every advert an id, a text or a number.")
    if not isinstance(text, str):
        raise BadLine(
            f"line {number}, text: none. Mend: put the words of the advert there, in quotation marks."
        )
    return Advert(name, text, _day(number, row.get("date")))


def answer(advert: Advert, reading: Reading, score: float | None = None) -> str:
    """The line that goes out for an advert, with the score of the rules or another."""
    flags = [{"code": flag.code, "span": [flag.start, flag.end], "why": flag.why} for flag in reading.flags]
    contacts = list(dict.fromkeys(contact.value for contact in reading.contacts))
    row = {
        "id": advert.id,
        "language": reading.language,
        "flags": flags,
        "contacts": contacts,
        "score": reading.score if score is None else score,
    }
    text = json.dumps(row, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _day(number: int, value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise BadLine(f"line {number}, date: not a date. Mend: write 2026-01-31, or leave it out.") from None
