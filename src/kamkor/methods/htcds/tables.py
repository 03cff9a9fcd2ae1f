"""From bytes to a table of texts: the encoding, CSV or JSON, the delimiter. Knows nothing of the standard."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from kamkor.methods.htcds.model import FileError, Limits, Notice

DELIMITERS = ",;\t"
LOST = "\ufffd"
FOREIGN_FORMATS = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
SURROGATES = re.compile("[\ud800-\udfff]")
NEVER_TEXT = re.compile("[\x00-\x08\x0e-\x1a]")


@dataclass
class Row:
    """One row; `flaw` is the code of an error that shows before the meaning of the cells is read."""

    number: int
    cells: list[str]
    flaw: str = ""
    flaw_field: str = ""
    params: dict[str, str] = field(default_factory=dict)


@dataclass
class Table:
    """What a file says before anybody asks what it means."""

    format: str
    encoding: str
    headings: list[str]
    rows: list[Row]
    version: str = ""
    notices: list[Notice] = field(default_factory=list)


def open_table(name: str, raw: bytes, *, limits: Limits, known: Callable[[str], bool]) -> Table:
    """The table in a CSV or JSON file; `known` tells whether a heading is one of the standard."""
    if len(raw) > limits.bytes:
        raise FileError(name, "too_large", limit=str(limits.bytes // 1_000_000), unit="MB")
    text, encoding, mixed = _decode(name, raw)
    if text.lstrip()[:1] in ("[", "{") or name.lower().endswith(".json"):
        table = _json(name, text, limits)
    else:
        table = _csv(name, text, limits, known)
    if not table.rows:
        raise FileError(name, "empty")
    table.encoding = encoding
    table.notices += [Notice("encoding_cp1251")] * (encoding == "cp1251") + [Notice("mixed_encoding")] * mixed
    return table


def _decode(name: str, raw: bytes) -> tuple[str, str, bool]:
    if not raw.strip():
        raise FileError(name, "empty")
    wide = _wide(raw)
    if raw.startswith(FOREIGN_FORMATS):
        raise FileError(name, "not_text")
    if wide:
        text, encoding, mixed = raw.decode(wide, "replace"), "utf-16", False
    else:
        text, encoding, mixed = _decode_lines(name, raw)
    if NEVER_TEXT.search(text, 0, 200):
        raise FileError(name, "not_text")
    return text.removeprefix("\ufeff"), encoding, mixed


def _wide(raw: bytes) -> str:
    """The name of the 16-bit encoding, by its mark or by where its zero bytes stand."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = raw[:400]
    if start[1::2].count(0) * 2 > len(start[1::2]):
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) * 2 > len(start[::2]) else ""


def _decode_lines(name: str, raw: bytes) -> tuple[str, str, bool]:
    """Decodes line by line, since files are often glued together from two programs.

    Most lines decide; in the others every letter beyond ASCII becomes `LOST`, so that the cell is refused.
    """
    try:
        return raw.decode(), "utf-8", False
    except UnicodeDecodeError:
        lines = [_line(line) for line in raw.splitlines(keepends=True)]
    special = [encoding for _, encoding in lines if encoding]
    main = max(("utf-8", "cp1251"), key=special.count)
    if main == "cp1251" and not _is_cyrillic("".join(text for text, encoding in lines if encoding == main)):
        raise FileError(name, "unknown_encoding")
    texts = [text if encoding in ("", main) else BEYOND_ASCII.sub(LOST, text) for text, encoding in lines]
    return "".join(texts), main, len(set(special) - {""}) > 1


def _line(line: bytes) -> tuple[str, str]:
    if line.isascii():
        return line.decode("ascii"), ""
    try:
        return line.decode(), "utf-8"
    except UnicodeDecodeError:
        return line.decode("cp1251", "replace"), "cp1251"


def _is_cyrillic(text: str) -> bool:
    """Whether it makes words: “Josй” is a Western letter in the wrong encoding."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()]
    return 2 * sum(bool(re.fullmatch("[а-яёА-ЯЁ]+", word)) for word in words) >= len(words)


def _csv(name: str, text: str, limits: Limits, known: Callable[[str], bool]) -> Table:
    delimiter = max(DELIMITERS, key=lambda sign: _recognised(text, sign, known))
    numbered = _csv_rows(name, text, delimiter)
    start = next(((number, cells) for number, cells in numbered if _is_heading(cells)), None)
    if start is None:
        raise FileError(name, "empty")
    headings = _trimmed(start[1])
    _check_headings(name, headings, limits)
    body = list(islice(numbered, limits.rows + 1))
    if len(body) > limits.rows:
        raise FileError(name, "too_large", limit=str(limits.rows), unit="rows")
    return Table("csv", "", headings, [_csv_row(number, cells, len(headings)) for number, cells in body])


def _recognised(text: str, delimiter: str, known: Callable[[str], bool]) -> tuple[int, int]:
    """How many headings the delimiter makes recognisable, then how many it makes at all."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        cells = next((cells for cells in rows if _is_heading(cells)), [])
    except csv.Error:
        return 0, 0
    return sum(known(cell) for cell in cells), len(cells)


def _csv_rows(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
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


def _is_heading(cells: list[str]) -> bool:
    # Some spreadsheet programs put a line such as “sep=;” above the heading.
    return any(cell.strip() for cell in cells) and not "".join(cells).strip().lower().startswith("sep=")


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _csv_row(number: int, cells: list[str], width: int) -> Row:
    if not any(cells):
        return Row(number, [])
    kept = cells[:width] + _trimmed(cells[width:])
    if len(kept) == width:
        return Row(number, kept)
    return Row(number, kept, "ragged_row", params={"found": str(len(kept)), "expected": str(width)})


def _check_headings(name: str, headings: list[str], limits: Limits) -> None:
    if len(headings) > limits.columns:
        raise FileError(name, "too_large", limit=str(limits.columns), unit="columns")
    if any(len(heading) > limits.cell for heading in headings):
        raise FileError(name, "too_large", limit=str(limits.cell), unit="characters in a heading")


def _json(name: str, text: str, limits: Limits) -> Table:
    try:
        # Numbers stay text: nothing is rounded, and a number of a million digits costs nothing.
        content = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
        return _json_table(name, content, limits)
    except json.JSONDecodeError as error:
        raise FileError(name, "not_json", line=str(error.lineno)) from None
    except RecursionError:
        raise FileError(name, "not_json", line="1") from None


def _json_table(name: str, content: object, limits: Limits) -> Table:
    version = ""
    if isinstance(content, dict) and "records" in content:
        version, content = str(content.get("version") or ""), content["records"]
    if not isinstance(content, list):
        raise FileError(name, "not_json", line="1")
    if len(content) > limits.rows:
        raise FileError(name, "too_large", limit=str(limits.rows), unit="rows")
    keys = list(dict.fromkeys(key for entry in content if isinstance(entry, dict) for key in entry))
    _check_headings(name, keys, limits)
    rows = [_json_row(number, entry, keys) for number, entry in enumerate(content, start=1)]
    return Table("json", "", [SURROGATES.sub(LOST, key).strip() for key in keys], rows, version)


def _json_row(number: int, entry: object, headings: list[str]) -> Row:
    if not isinstance(entry, dict):
        return Row(number, [json.dumps(entry, ensure_ascii=False)], "not_a_record")
    row = Row(number, [])
    for heading in headings:
        cell = _json_cell(entry.get(heading))
        if cell is None:
            row.flaw, row.flaw_field = "nested_value", heading.strip()
            cell = json.dumps(entry[heading], ensure_ascii=False)
        row.cells.append(cell)
    return row if row.flaw or any(row.cells) else Row(number, [])


def _json_cell(value: object) -> str | None:
    """A value as the text that CSV would have; nothing for an object or a list of lists."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value.strip()
        case list():
            items = [_json_cell(item) for item in value if not isinstance(item, list)]
            texts = [item for item in items if item is not None]
            return "; ".join(texts) if len(texts) == len(value) else None
        case _:
            return None
