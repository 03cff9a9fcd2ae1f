"""The table of an estimate: as kept, as a file whose digest is known, and as the methods take it."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kamkor.methods.prevalence.reading import Sheet
from kamkor.methods.prevalence.tables import Table

Kept = Mapping[str, Any]  # what was read from JSON has no narrower type


def kept(sheet: Sheet) -> dict[str, object]:
    """What is kept of a file: its lists and how many people have which history, and nobody's row."""
    alone = sheet.without_referred
    return {
        "lists": list(sheet.table.lists),
        "counts": _pairs(sheet.table),
        "alone": _pairs(alone) if alone else None,
        "groups": {name: _pairs(table) for name, table in sheet.strata.items()},
    }


def _pairs(table: Table) -> list[list[int]]:
    return [[history, number] for history, number in sorted(table.counts.items())]


def table_of(row: Kept, *, merged: Iterable[str] = (), alone: bool = False) -> Table | None:
    """The table with lists merged as in `PF+NCA`; without own referrals only where these are known."""
    pairs = row["alone" if alone else "counts"]
    return None if pairs is None else _merged(row["lists"], pairs, merged)


def groups_of(row: Kept, *, merged: Iterable[str]) -> dict[str, Table]:
    """The tables of the groups, where a column of groups was named."""
    merged = list(merged)
    return {name: _merged(row["lists"], pairs, merged) for name, pairs in row.get("groups", {}).items()}


def _merged(lists: Sequence[str], pairs: Any, merged: Iterable[str]) -> Table:
    table = Table(tuple(lists), dict(pairs))
    for names in merged:
        table = table.merged([name.strip() for name in names.split("+")])
    return table


def as_file(table: Table) -> bytes:
    """The CSV that `kamkor prevalence` reads; the same table always gives the same bytes."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*table.lists, "count"])
    places = range(len(table.lists))
    rows.writerows(
        [*(history >> place & 1 for place in places), number]
        for history, number in sorted(table.counts.items())
    )
    return text.getvalue().encode()


def digest(table: Table) -> str:
    return hashlib.sha256(as_file(table)).hexdigest()
