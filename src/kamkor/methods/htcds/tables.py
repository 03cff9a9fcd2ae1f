"""From bytes to a table of texts: the encoding, CSV or JSON, the delimiter. Knows nothing of the standard."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from kamkor.methods.htcds.model import Notice
from kamkor.methods.sheets.decoding import LOST, decode
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

SURROGATES = re.compile("[\ud800-\udfff]")


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
        raise FileError(name, "too_large", limit=str(limits.bytes // 1_000_000))
    text, encoding, mixed = decode(name, raw)
    if text.lstrip()[:1] in ("[", "{") or name.lower().endswith(".json"):
        table = _json(name, text, limits)
    else:
        table = _csv(name, text, limits, known)
    if not table.rows:
        raise FileError(name, "empty")
    table.encoding = encoding
    table.notices += [Notice("encoding_cp1251")] * (encoding == "cp1251") + [Notice("mixed_encoding")] * mixed
    return table


def _csv(name: str, text: str, limits: Limits, known: Callable[[str], bool]) -> Table:
    delimiter = tell_delimiter(text, known)
    numbered = csv_rows(name, text, delimiter)
    start = next(((number, cells) for number, cells in numbered if is_heading(cells)), None)
    if start is None:
        raise FileError(name, "empty")
    headings = trimmed(start[1])
    check_headings(name, headings, limits)
    body = list(islice(numbered, limits.rows + 1))
    if len(body) > limits.rows:
        raise FileError(name, "too_many_rows", limit=str(limits.rows))
    return Table("csv", "", headings, [csv_row(number, cells, len(headings)) for number, cells in body])


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
        raise FileError(name, "too_many_rows", limit=str(limits.rows))
    keys = list(dict.fromkeys(key for entry in content if isinstance(entry, dict) for key in entry))
    check_headings(name, keys, limits)
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
