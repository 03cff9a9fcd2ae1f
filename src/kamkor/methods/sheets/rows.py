"""Rows of text: CSV with any of the usual delimiters, read as a stream, numbered as a spreadsheet does."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kamkor.methods.sheets.problems import FileError, Limits

DELIMITERS = ",;\t"
csv.field_size_limit(2**25)  # a cell that is too long is an error of its row, not of the file
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


@dataclass
class Row:
    """One row; `flaw` is the code of an error that shows before the meaning of the cells is read."""

    number: int
    cells: list[str]
    flaw: str = ""
    flaw_field: str = ""
    params: dict[str, str] = field(default_factory=dict)


def check_headings(name: str, headings: list[str], limits: Limits) -> None:
    if len(headings) > limits.columns:
        raise FileError(name, "too_many_columns", limit=str(limits.columns))
    if any(len(heading) > limits.cell for heading in headings):
        raise FileError(name, "long_heading", limit=str(limits.cell))


def tell_delimiter(text: str, known: Callable[[str], bool]) -> str:
    """The sign between cells; `known` tells whether a heading is one that somebody expects."""
    return max(DELIMITERS, key=lambda sign: _recognised(text, sign, known))


def _recognised(text: str, delimiter: str, known: Callable[[str], bool]) -> tuple[int, int]:
    """How many headings the delimiter makes recognisable, then how many it makes at all."""
    rows = csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True)
    try:
        cells = next((cells for cells in rows if is_heading(cells)), [])
    except csv.Error:
        return 0, 0
    return sum(known(cell) for cell in cells), len(cells)


def csv_rows(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows of trimmed cells, one at a time."""
    rows = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            raise FileError(name, "not_csv", row=str(number)) from None
        yield number, [cell.strip() for cell in cells]


def is_heading(cells: list[str]) -> bool:
    # Some spreadsheet programs put a line such as “sep=;” above the heading.
    return any(cell.strip() for cell in cells) and not "".join(cells).strip().lower().startswith("sep=")


def trimmed(cells: list[str]) -> list[str]:
    """Without the empty cells at the end."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def csv_row(number: int, cells: list[str], width: int) -> Row:
    """A row as wide as its heading; a longer or shorter one has a flaw."""
    if not any(cells):
        return Row(number, [])
    kept = cells[:width] + trimmed(cells[width:])
    if len(kept) == width:
        return Row(number, kept)
    return Row(number, kept, "ragged_row", params={"found": str(len(kept)), "expected": str(width)})


def _lines(text: str) -> Iterator[str]:
    """Without a second copy of the whole text."""
    return (match.group() for match in LINE.finditer(text))
