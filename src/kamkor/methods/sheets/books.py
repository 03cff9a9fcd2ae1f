"""A table of unknown meaning: the heading of a CSV file or workbook, then its rows one at a time."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

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
from kamkor.methods.sheets.workbooks import Numbered, Workbook

ZIP = b"PK\x03\x04"
LAST_ROW = 2**20  # of a spreadsheet


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
    if layout == "xlsx":
        numbered = padded(numbered, len(headings))
    return Book(layout, encoding, headings, _rows(Sieve(name, len(headings), limits), numbered))


def _headings(name: str, numbered: Numbered, limits: Limits) -> list[str]:
    start = next((cells for _number, cells in numbered if is_heading(cells)), None)
    if start is None:
        raise FileError(name, "empty")
    return headings_of(name, start, limits)


def headings_of(name: str, cells: list[str], limits: Limits) -> list[str]:
    """Each with a name of its own, so that a column can be spoken of."""
    written = trimmed(cells)
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


@dataclass
class Sieve:
    """Lets rows through that say anything; one that repeats an earlier one has a flaw. `marks` and `count`
    are what another sieve needs to go on with the next rows of the same table."""

    name: str
    width: int
    limits: Limits
    marks: dict[int, int] = field(default_factory=dict)  # of what was seen: the number of its row
    count: int = 0

    def sift(self, numbered: Numbered) -> Iterator[Row]:
        for number, cells in numbered:
            row = csv_row(number, cells, self.width)
            self.count += bool(row.cells)
            if self.count > self.limits.rows or number > LAST_ROW:
                raise FileError(self.name, "too_many_rows", limit=str(self.limits.rows))
            if not row.cells:
                continue
            first = self.marks.setdefault(_mark(row.cells), number)
            if first != number and not row.flaw:
                row.flaw, row.params = "duplicate_row", {"first": str(first)}
            yield row

    def end(self) -> None:
        if not self.count:
            raise FileError(self.name, "empty")


def padded(numbered: Numbered, width: int) -> Numbered:
    """A sheet leaves empty cells at the end out."""
    return ((number, cells + [""] * (width - len(cells))) for number, cells in numbered)


def _mark(cells: list[str]) -> int:
    """The same for the same cells in every process."""
    text = "\x1f".join(cells).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest())


def _rows(sieve: Sieve, numbered: Numbered) -> Iterator[Row]:
    yield from sieve.sift(numbered)
    sieve.end()


def sheet_rows(name: str, raw: bytes, sheet: str, limits: Limits) -> Numbered:
    """Of the sheet, else of the first, all at once; rows that are left out have no number."""
    book = Workbook(name, io.BytesIO(raw), limits=limits, sheet=sheet)
    for _place, rows in book.rows(book.all_texts()):
        yield from rows
