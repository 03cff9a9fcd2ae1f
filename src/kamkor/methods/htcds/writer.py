"""Writes records as HTCDS 2.0, so that reading them again gives the same."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from kamkor.methods.htcds.model import Record, Value
from kamkor.methods.htcds.reader import EXTRA, ORIGINAL
from kamkor.methods.htcds.standard import LATEST, standard
from kamkor.methods.journeys import PartialDate


def write(
    records: Sequence[Record],
    *,
    format: Literal["csv", "json"],  # noqa: A002 - the plainest name for the caller
    version: Literal["2.0"] = "2.0",
) -> bytes:
    """All fields of the standard in its order, then what records hold beyond it in columns of ours (`kmk_…`).

    For machines: a text that a spreadsheet would take for a formula is written as it is.
    """
    own = _columns(records)
    rows = [_row(record) for record in records]
    if format == "json":
        flat = [{name: row[name] for name in own if name in row} for row in rows]
        content = {"standard": "HTCDS", "version": version, "records": flat}
        return json.dumps(content, ensure_ascii=False, indent=1, default=_json_value).encode()
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, own, restval="")
    writer.writeheader()
    writer.writerows({name: _text(value) for name, value in row.items()} for row in rows)
    # The mark makes spreadsheet programs read the letters right.
    return out.getvalue().encode("utf-8-sig")


def _columns(records: Iterable[Record]) -> list[str]:
    original: dict[str, None] = {}
    extra: dict[str, None] = {}
    for record in records:
        original |= dict.fromkeys(ORIGINAL + name for name in record.original)
        extra |= dict.fromkeys(EXTRA + name for name in record.extra)
    return [*standard(LATEST).fields, *original, *extra]


def _row(record: Record) -> dict[str, Value]:
    return {
        **record.values,
        **{ORIGINAL + name: text for name, text in record.original.items()},
        **{EXTRA + name: text for name, text in record.extra.items()},
    }


def _text(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return ";".join(value)
        case _:
            return str(value)


def _json_value(value: object) -> str | int | float:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if isinstance(value, Decimal | PartialDate):
        return str(value)
    raise TypeError(type(value).__name__)
