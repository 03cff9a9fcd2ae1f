"""A table of unknown meaning: the heading of a CSV file or workbook, then its rows one at a time."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from openpyxl import load_workbook

from kamkor.methods.sheets.decoding import decode
from kamkor.methods.sheets.problems import FileError, Limits
from kamkor.methods.sheets.rows import (
    Row,
    check_headings,
    csv_row,
    csv_rows,
    is_heading,
    tell_delimiter,
    trimmed,
)

ZIP = b"PK\x03\x04"
# What a part of a workbook begins with: nothing that could define entities comes before its root.
PLAIN_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*)*<[A-Za-z_]")
LAST_ROW = 2**20  # of a spreadsheet
Numbered = Iterator[tuple[int, list[str]]]


@dataclass
class Book:
    """What was sent, as far as its heading; `rows` can be read once."""

    format: str
    encoding: str
    headings: list[str]
    rows: Iterator[Row]


def open_book(
    name: str, raw: bytes, *, limits: Limits, sheet: str = "", known: Callable[[str], bool] = bool
) -> Book:
    """The type is told by the content. Raises FileError, then or while the rows are read."""
    if len(raw) > limits.bytes:
        raise FileError(name, "too_large", limit=str(limits.bytes // 1_000_000))
    if raw.startswith(ZIP):
        layout, encoding, numbered = "xlsx", "", sheet_rows(name, raw, sheet, limits)
    else:
        text, encoding, _mixed = decode(name, raw)
        layout, numbered = "csv", csv_rows(name, text, tell_delimiter(text, known))
    headings = _headings(name, numbered, limits)
    if layout == "xlsx":  # a sheet leaves empty cells at the end out
        width = len(headings)
        numbered = ((number, cells + [""] * (width - len(cells))) for number, cells in numbered)
    return Book(layout, encoding, headings, _rows(name, numbered, len(headings), limits))


def _headings(name: str, numbered: Numbered, limits: Limits) -> list[str]:
    """Each with a name of its own, so that a column can be spoken of."""
    start = next((cells for _number, cells in numbered if is_heading(cells)), None)
    if start is None:
        raise FileError(name, "empty")
    written = trimmed(start)
    check_headings(name, written, limits)
    if 2 * sum(not heading for heading in written) > len(written):
        raise FileError(name, "no_heading")
    return _told_apart(written)


def _told_apart(written: list[str]) -> list[str]:
    found: list[str] = []
    for position, heading in enumerate(written, start=1):
        base = number = heading or f"({position})"
        times = 2
        while number in found:
            number, times = f"{base} ({times})", times + 1
        found.append(number)
    return found


def _rows(name: str, numbered: Numbered, width: int, limits: Limits) -> Iterator[Row]:
    """Rows that say anything; one that repeats an earlier one has a flaw."""
    seen: dict[int, int] = {}
    count = 0
    for number, cells in numbered:
        row = csv_row(number, cells, width)
        count += bool(row.cells)
        if count > limits.rows or number > LAST_ROW:
            raise FileError(name, "too_many_rows", limit=str(limits.rows))
        if not row.cells:
            continue
        first = seen.setdefault(hash(tuple(row.cells)), number)
        if first != number and not row.flaw:
            row.flaw, row.params = "duplicate_row", {"first": str(first)}
        yield row
    if not count:
        raise FileError(name, "empty")


def sheet_rows(name: str, raw: bytes, sheet: str, limits: Limits) -> Numbered:
    """Values, not formulas, of the sheet, else of the first. Whatever a foreign workbook makes its reader
    raise means that it is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _must_be_plain(name, archive)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        called = {page.title.strip().casefold(): page for page in book.worksheets}
        if sheet and sheet.casefold() not in called:
            raise FileError(name, "no_sheet", sheets=", ".join(book.sheetnames))
        page = called[sheet.casefold()] if sheet else book.worksheets[0]
        page.reset_dimensions()
        for number, values in enumerate(page.iter_rows(values_only=True), start=1):
            cells = trimmed([cell_text(value) for value in values])
            if len(cells) > limits.columns:
                raise FileError(name, "too_many_columns", limit=str(limits.columns))
            yield number, cells
    except FileError:
        raise
    except Exception as error:
        raise FileError(name, "broken_book") from error


def _must_be_plain(name: str, archive: zipfile.ZipFile) -> None:
    """XML can be made to grow without end by what may stand before its root; no spreadsheet writes that."""
    for part in archive.namelist():
        if part.endswith((".xml", ".rels")):
            with archive.open(part) as opened:
                if not PLAIN_XML.match(opened.read(2**12)):
                    raise FileError(name, "broken_book")


def cell_text(value: object) -> str:
    """A value of a workbook as CSV would have it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()
