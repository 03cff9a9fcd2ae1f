"""Adverts in and out as lines of JSON; a line that cannot be read is named, with the way to mend it."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from kamkor.methods.adverts.scoring import Reading


class BadLine(ValueError):
    """A line that is no advert. `code`, `number` and `field` tell a page in another language the same."""

    def __init__(self, text: str, code: str = "not_json", number: int = 1, field: str = "") -> None:
        super().__init__(text)
        self.code, self.number, self.field = code, number, field


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
        raise BadLine(f"line {number}: not UTF-8. Mend: save the file as UTF-8.", "utf8", number) from None
    except (json.JSONDecodeError, RecursionError, ValueError):
        mend = 'Mend: write one {"id": …, "text": …} a line.'
        raise BadLine(f"line {number}: not JSON. {mend}", number=number) from None
    if not isinstance(row, dict):
        mend = 'Mend: write {"id": …, "text": …}.'
        raise BadLine(f"line {number}: not an object. {mend}", "not_a_record", number)
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
        mend = "Mend: put the words of the advert there, in quotation marks."
        raise BadLine(f"line {number}, text: none. {mend}", "missing_required", number, "text")
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
        mend = "Mend: write 2026-01-31, or leave it out."
        raise BadLine(f"line {number}, date: not a date. {mend}", "bad_day", number, "date") from None
