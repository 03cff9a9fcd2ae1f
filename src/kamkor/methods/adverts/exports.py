"""Adverts out of the files in which people keep them: Telegram exports, lines of JSON, tables."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from kamkor.methods.adverts.lines import BadLine, advert, rows
from kamkor.methods.sheets.books import ZIP, open_book
from kamkor.methods.sheets.cells import squeeze
from kamkor.methods.sheets.dates import parse
from kamkor.methods.sheets.problems import Limits

LONGEST = 1_000_000  # letters of one advert
ANEW = "Mend: export the channel anew as JSON."
_HEADS = {  # what people call the columns
    "text": "text advert ad message post content объявление объявления текст текст_объявления сообщение пост "
    "жарыя жарыянын_тексти билдирүү eʼlon eʼlon_matni matn xabar",
    "day": "date day published posted дата день дата_публикации дата_объявления күнү жарыя_күнү sana "
    "eʼlon_sanasi",
}
TEXT, DAY = (frozenset(map(squeeze, names.split())) for names in _HEADS.values())
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Found(NamedTuple):
    """One advert of a file: where it stands, what it says, and its day."""

    line: int
    text: str
    day: date | None
    outlet: str = ""


def adverts_of(name: str, content: bytes, *, limits: Limits) -> list[Found]:
    """Told by the content. Raises BadLine with the line, or FileError when it is no table."""
    if content.startswith(_UTF16):
        content = content.decode("utf-16", "replace").encode("utf-8", "replace")
    found = _read(name, content, limits)
    return [one._replace(text=one.text.replace("\0", "")) for one in found]  # which no database keeps


def _read(name: str, content: bytes, limits: Limits) -> Iterable[Found]:
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if content.startswith(ZIP) or start not in (b"{", b"["):
        return _of_table(name, content, limits)
    whole = _whole(content)
    if isinstance(whole, dict) and ("messages" in whole or "chats" in whole):
        return [found for chat in _chats(whole) for found in _of_telegram(chat)]
    given = [whole] if isinstance(whole, dict) else whole
    numbered = enumerate(given, 1) if isinstance(given, list) else rows(content.splitlines())
    return _of_records(numbered)


def _of_records(given: Iterable[tuple[int, Any]]) -> Iterator[Found]:
    """Objects with a text and a day, with or without an id."""
    for number, row in given:
        if not isinstance(row, dict):
            mend = 'Mend: write {"text": …, "date": …}.'
            raise BadLine(f"record {number}: not an object. {mend}", "not_a_record", number)
        day = _day(str(row.get("date") or ""))  # also as people write it
        said = advert(number, {**row, "id": number} | ({"date": day.isoformat()} if day else {}))
        if said.text.strip():
            yield Found(number, said.text, said.day)


def _chats(export: dict[str, Any]) -> list[dict[str, Any]]:
    """Of one channel, or of all that somebody reads."""
    held = export.get("chats")
    chats = held.get("list") if isinstance(held, dict) else None
    if "messages" in export or not isinstance(chats, list):
        return [export]
    return [chat for chat in chats if isinstance(chat, dict)]


def _whole(content: bytes) -> Any:  # whatever the file holds
    """The file as one piece of JSON; None where it is none, or lines of it."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadLine("line 1: not UTF-8. Mend: save the file as UTF-8.", "utf8") from None
    except json.JSONDecodeError as error:
        if _is_lines(content):
            return None
        raise BadLine(f"line {error.lineno}: not JSON. {ANEW}", number=error.lineno) from None
    except (ValueError, RecursionError):
        return None


def _is_lines(content: bytes) -> bool:
    """Whether the first line is JSON by itself."""
    try:
        json.loads(content.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0])
    except (ValueError, RecursionError):
        return False
    return True


def _of_telegram(export: dict[str, Any]) -> Iterator[Found]:
    """The messages of a channel; calls, pins and pictures without words are none."""
    outlet, messages = str(export.get("name") or "")[:120], export.get("messages")
    if not isinstance(messages, list):
        raise BadLine(f"messages: no list. {ANEW}", "not_a_record")
    for number, message in enumerate(messages, 1):
        if not isinstance(message, dict):
            raise BadLine(f"message {number}: no object. {ANEW}", "not_a_record", number)
        text = _words(message.get("text")) or _words(message.get("text_entities"))
        if message.get("type", "message") == "message" and text.strip():
            yield Found(number, text, _day(str(message.get("date") or "")[:10]), outlet)


def _words(text: object) -> str:
    """A message is a text, or pieces of text with bold words between; a link is told behind its words."""
    if isinstance(text, list):
        return "".join(_words(piece) for piece in text)
    if isinstance(text, dict):
        link, text = text.get("href"), text.get("text")
        return f"{text} ({link})" if isinstance(text, str) and isinstance(link, str) else _words(text)
    return text if isinstance(text, str) else ""


def _of_table(name: str, content: bytes, limits: Limits) -> Iterator[Found]:
    book = open_book(name, content, limits=limits, known=lambda heading: squeeze(heading) in TEXT | DAY)
    headings = [squeeze(heading) for heading in book.headings]
    at = next((place for place, heading in enumerate(headings) if heading in TEXT), None)
    day = next((place for place, heading in enumerate(headings) if heading in DAY), None)
    if at is None:
        mend = "Mend: head the column of the adverts with “text”."
        raise BadLine(f"row 1: no column “text”. {mend}", "no_column", field="text")
    for row in book.rows:
        text = row.cells[at] if at < len(row.cells) else ""
        if text.strip():
            given = row.cells[day] if day is not None and day < len(row.cells) else ""
            if given and _day(given) is None:
                mend = "Mend: write 2026-01-31, or leave it empty."
                raise BadLine(f"row {row.number}, date: not a date. {mend}", "bad_day", row.number, "date")
            yield Found(row.number, text, _day(given))


def _day(text: str) -> date | None:
    found = parse(text.strip())
    if found is None or found.month is None or found.day is None:
        return None
    return date(found.year, found.month, found.day)
