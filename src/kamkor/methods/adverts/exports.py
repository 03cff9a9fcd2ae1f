"""Adverts out of the files in which people keep them: Telegram exports, lines of JSON, tables."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from kamkor.methods.adverts.lines import BadLine
from kamkor.methods.adverts.lines import adverts as read_lines
from kamkor.methods.sheets.books import ZIP, open_book
from kamkor.methods.sheets.cells import squeeze
from kamkor.methods.sheets.dates import parse
from kamkor.methods.sheets.problems import Limits

LONGEST = 1_000_000  # letters of one advert
TEXT = frozenset("text advert объявление текст жарыя eʼlon matn".split())
DAY = frozenset("date day дата күнү sana".split())


class Found(NamedTuple):
    """One advert of a file: where it stands, what it says, and its day."""

    line: int
    text: str
    day: date | None
    outlet: str = ""


def adverts_of(name: str, content: bytes, *, limits: Limits) -> list[Found]:
    """Told by the content. Raises BadLine with the line, or FileError when it is no table."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if content.startswith(ZIP) or start not in (b"{", b"["):
        return list(_of_table(name, content, limits))
    whole = _whole(content)
    if isinstance(whole, dict) and "messages" in whole:
        return list(_of_telegram(whole))
    rows = [row for row in read_lines(content.splitlines()) if row.text.strip()]
    return [Found(number, row.text, row.day) for number, row in enumerate(rows, 1)]


def _whole(content: bytes) -> Any:  # whatever the file holds
    """The file as one piece of JSON; None where it is none, or lines of it."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadLine("line 1: not UTF-8. Mend: save the file as UTF-8.") from None
    except (ValueError, RecursionError):
        return None


def _of_telegram(export: dict[str, Any]) -> Iterator[Found]:
    """The messages of a channel; calls, pins and pictures without words are none."""
    outlet, messages = str(export.get("name") or "")[:120], export["messages"]
    if not isinstance(messages, list):
        raise BadLine("messages: no list. Mend: export the channel anew as JSON.")
    for number, message in enumerate(messages, 1):
        if not isinstance(message, dict):
            raise BadLine(f"message {number}: no object. Mend: export the channel anew as JSON.")
        text = _words(message.get("text"))
        if message.get("type", "message") == "message" and text.strip():
            yield Found(number, text, _day(str(message.get("date") or "")[:10]), outlet)


def _words(text: object) -> str:
    """A message is a text, or pieces of text with links and bold words between."""
    if isinstance(text, list):
        return "".join(_words(piece) for piece in text)
    if isinstance(text, dict):
        text = text.get("text")
    return text if isinstance(text, str) else ""


def _of_table(name: str, content: bytes, limits: Limits) -> Iterator[Found]:
    book = open_book(name, content, limits=limits, known=lambda heading: squeeze(heading) in TEXT | DAY)
    headings = [squeeze(heading) for heading in book.headings]
    at = next((place for place, heading in enumerate(headings) if heading in TEXT), None)
    day = next((place for place, heading in enumerate(headings) if heading in DAY), None)
    if at is None:
        raise BadLine("row 1: no column “text”. Mend: head the column of the adverts with “text”.")
    for row in book.rows:
        text = row.cells[at] if at < len(row.cells) else ""
        if text.strip():
            given = row.cells[day] if day is not None and day < len(row.cells) else ""
            if given and _day(given) is None:
                raise BadLine(
                    f"row {row.number}, date: not a date. Mend: write 2026-01-31, or leave it empty."
                )
            yield Found(row.number, text, _day(given))


def _day(text: str) -> date | None:
    found = parse(text.strip())
    if found is None or found.month is None or found.day is None:
        return None
    return date(found.year, found.month, found.day)
