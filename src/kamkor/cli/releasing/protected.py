"""Protected tables: small counts hidden, others with them, and an attacker who has tried to compute them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from kamkor.cli.releasing.outcome import Drawn, Folder, Outcome, Refused
from kamkor.cli.releasing.pictures import Line
from kamkor.methods.disclosure import cells, hiding
from kamkor.methods.disclosure.cells import ALL, Flags, Key, Linked
from kamkor.methods.disclosure.hiding import Hiding, Unprotectable
from kamkor.methods.disclosure.reading import Microdata, TableProblem

MOST_CELLS = 2_500
TOTAL = "Total"
NEARLY_ALL = 0.9
WORDS = {1: "one-way", 2: "two-way", 3: "three-way"}


@dataclass(frozen=True)
class Order:
    """Which tables, how small a count may be shown, and what was published of the same people before."""

    k: int
    columns: Sequence[str]
    tables: Sequence[Sequence[str]]
    block: str | None
    earlier: Sequence[Path]


@dataclass(frozen=True)
class Part:
    """The tables of one block, or of everybody."""

    block: str
    hiding: Hiding

    @property
    def shown(self) -> list[int]:
        return [place for place, not_public in enumerate(self.hiding.system.unpublished) if not not_public]


def release(people: Microdata, order: Order, place: Path) -> Outcome:
    """Write the tables and their papers, or refuse."""
    _check_words(people)
    outcome = Outcome("suppress")
    named = [name for name in order.columns or people.names if name != order.block]
    if not named:
        raise TableProblem(f"Beside {order.block!r} there is no column to count. Name others with --columns.")
    tables = [[people.column(name) for name in table] for table in order.tables] or _every(people, named)
    parts = []
    for block, some in _blocks(people, order.block):
        if len(some) < order.k:
            outcome.reasons.append(
                f"{order.block} {block or '(empty)'}: fewer than {order.k} people, left out."
            )
            continue
        _check_size(some, tables, order)
        parts.append(Part(block, _hidden(some, tables, order)))
    if not parts:
        raise Refused(f"There are fewer than {order.k} people: no table can be shown.")
    folder = Folder(place, outcome)
    _papers(folder, people, parts, order)
    return outcome


def _check_words(people: Microdata) -> None:
    """The words of the file of tables must not be those of the people's."""
    if "count" in people.names:
        raise TableProblem("Row 1: a column is named 'count', as that of the tables. Name it otherwise.")
    for name, words in zip(people.names, people.values, strict=True):
        if TOTAL in words:
            raise TableProblem(
                f"Column {name!r} has the value {TOTAL!r}, which marks sums. Name it otherwise."
            )


def _every(people: Microdata, names: Sequence[str]) -> list[list[int]]:
    """Up to three columns crossed with each other, of more columns every pair."""
    columns = [people.column(name) for name in names]
    return [columns] if len(columns) <= 3 else [list(pair) for pair in combinations(columns, 2)]


def _blocks(people: Microdata, block: str | None) -> list[tuple[str, Microdata]]:
    if block is None:
        return [("", people)]
    column = people.column(block)
    values = people.values[column]
    return [(values[code], people.rows(people.codes[:, column] == code)) for code in np.argsort(values)]


def _check_size(people: Microdata, tables: Sequence[Sequence[int]], order: Order) -> None:
    """Refuse what would take too long, with the coarser table that would not."""
    number = cells.number_of_cells(people.sizes, tables)
    if number <= MOST_CELLS:
        return
    used = sorted({column for table in tables for column in table}, key=lambda column: -people.sizes[column])
    reasons = [f"The tables would have {number:,} cells with their totals, more than {MOST_CELLS:,}."]
    for column in used:
        without = [rest for table in tables if (rest := [other for other in table if other != column])]
        left = cells.number_of_cells(people.sizes, without)
        name, size = people.names[column], people.sizes[column]
        if left and left <= MOST_CELLS:
            reasons.append(
                f"Without {name} ({size:,} values) they have {left:,}: leave it out with --columns, "
                "put its values "
                "into groups"
                + ("." if order.block else f", or release a block for each of its values: --block {name}.")
            )
            break
    else:
        reasons.append(
            f"Put the values of {people.names[used[0]]} into groups, and cross fewer columns: --table A,B."
        )
    raise Refused(*reasons)


def _hidden(people: Microdata, tables: Sequence[Sequence[int]], order: Order) -> Hiding:
    before = [_Before(file, people) for file in order.earlier]
    system = cells.linked(people, tables, [table for each in before for table in each.tables])
    shown, hidden = _known_before(system, before)
    try:
        found = hiding.hide(system, order.k, shown_before=shown, hidden_before=hidden)
    except Unprotectable as problem:
        largest = max(range(len(people.sizes)), key=lambda column: people.sizes[column])
        raise Refused(
            f"The count of {system.named(problem.place)} is under {order.k} and can be computed "
            "whatever else is "
            f"hidden. Put the values of {people.names[largest]} into groups, or release fewer tables."
        ) from None
    if len(left := hiding.exposed(found)):
        raise Refused(
            f"{len(left)} hidden counts can be bounded below {order.k}, the first of "
            f"{system.named(int(left[0]))}. "
            "Release fewer or coarser tables."
        )
    return found


class _Before:
    """Tables published earlier of the same people: a row for each cell, TOTAL or a value in each column, and
    its count, empty where it was hidden."""

    def __init__(self, file: Path, people: Microdata) -> None:
        self.cells: dict[Key, int | None] = {}
        try:
            with file.open(encoding="utf-8-sig", newline="") as text:
                rows = csv.DictReader(text)
                names = [name for name in rows.fieldnames or [] if name != "count"]
                for line, row in enumerate(rows, 2):
                    self.cells[_key(file, line, row, people)] = _count(file, line, row)
        except (UnicodeDecodeError, csv.Error):
            raise TableProblem(
                f"{file.name} is no table in UTF-8. Name a tables.csv with --earlier."
            ) from None
        if not self.cells:
            raise TableProblem(f"{file.name} has no rows. Name a tables.csv with --earlier.")
        columns = [people.column(name) for name in names]
        used = {tuple(c for c in columns if key[c] != ALL) for key in self.cells}
        self.tables = [table for table in used if not any(set(table) < set(other) for other in used)]
        self.file = file


def _key(file: Path, line: int, row: dict[str, str], people: Microdata) -> Key:
    key = [ALL] * len(people.names)
    if not all(isinstance(word, str) for word in row.values()):
        raise TableProblem(f"{file.name}, row {line}: it has not as many cells as the heading. Mend the row.")
    for name, word in row.items():
        if name == "count" or word == TOTAL:
            continue
        column = people.column(name)
        if word not in people.values[column]:
            raise TableProblem(
                f"{file.name}, row {line}, column {name!r}: nobody in the file has this value, so "
                "the tables are not "
                "of the same people. Name only tables of these people with --earlier."
            )
        key[column] = people.values[column].index(word)
    return tuple(key)


def _count(file: Path, line: int, row: dict[str, str]) -> int | None:
    word = row.get("count")
    if word is None or not (word == "" or word.isdecimal()):
        raise TableProblem(
            f"{file.name}, row {line}, column 'count': write a whole number, or nothing if hidden."
        )
    return int(word) if word else None


def _known_before(system: Linked, before: Sequence[_Before]) -> tuple[Flags, Flags]:
    shown, hidden = (np.zeros(len(system.keys), dtype=bool) for _ in range(2))
    for each in before:
        for line, (key, count) in enumerate(each.cells.items(), 2):
            place = system.places[key]
            if count is not None and count != system.counts[place]:
                raise TableProblem(
                    f"{each.file.name}, row {line}, column 'count': the file has another number of "
                    "these people now. "
                    "Tables of other people or days cannot be protected together with these."
                )
            shown[place] |= count is not None
            hidden[place] |= count is None
    return shown, hidden & ~shown


def _papers(folder: Folder, people: Microdata, parts: Sequence[Part], order: Order) -> None:
    names = [
        name
        for column, name in enumerate(people.names)
        if name == order.block or any(key[column] != ALL for part in parts for key in part.hiding.system.keys)
    ]
    _write(folder.place / "tables.csv", names, parts, order)
    folder.kept("tables.csv")
    published = sum(len(part.shown) for part in parts)
    small, hidden = (
        sum(int((flags & ~part.hiding.unpublished).sum()) for part, flags in _each(parts, which))
        for which in ("small", "hidden")
    )
    folder.outcome.figures |= {
        "k": order.k, "people": len(people), "columns": names,
        "cells": {"published": published, "small": small, "hidden": hidden},
    }  # fmt: skip
    _risk(folder, parts, order)
    _utility(folder, parts, order.k)
    _sheet(folder, order, names, [published, hidden])
    folder.for_signatures(["tables.csv", "datasheet.md"])


def _each(parts: Sequence[Part], which: str) -> list[tuple[Part, Flags]]:
    return [(part, getattr(part.hiding, which)) for part in parts]


def _write(file: Path, names: Sequence[str], parts: Sequence[Part], order: Order) -> None:
    """A row for each cell: the values, or Total; the count, empty if it is hidden."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*names, "count"])
        for part in parts:
            system = part.hiding.system
            for place in sorted(
                part.shown, key=lambda place: [-code for code in system.keys[place]], reverse=True
            ):
                words = dict(zip(system.columns, _words(system, system.keys[place]), strict=True))
                if order.block:
                    words[order.block] = part.block
                count = "" if part.hiding.hidden[place] else system.counts[place]
                writer.writerow([*(words[name] for name in names), count])


def _words(system: Linked, key: Key) -> list[str]:
    return [TOTAL if code == ALL else system.values[column][code] for column, code in enumerate(key)]


def _risk(folder: Folder, parts: Sequence[Part], order: Order) -> None:
    alone = sum(part.hiding.open_alone for part in parts)
    small = sum(int(part.hiding.small.sum()) for part in parts)
    groups = [_groups(part) for part in parts]
    whole, nearly = ([word for each in groups for word in each[number]] for number in range(2))
    zeros = sum(int(part.hiding.counts[place] == 0) for part in parts for place in part.shown)
    before = sum(int((part.hiding.fixed & (part.hiding.counts > 0) & (part.hiding.counts < order.k)).sum())
                 for part in parts)  # fmt: skip
    joined = all(part.hiding.system.joined for part in parts)
    told: dict[str, object] = {
        "attacker": "linear programme over all tables, earlier ones included",
        "joined_by": "the cross of all columns" if joined else "shared totals",
        "small_cells": small,
        "bounded_below_k_if_only_small_cells_were_hidden": alone,
        "bounded_below_k": 0,
        "programmes": sum(part.hiding.programmes for part in parts),
        "small_cells_published_before": before,
        "groups_in_one_category": whole,
        "groups_nearly_in_one_category": nearly,
        "zeros_shown": zeros,
    }
    folder.outcome.figures["risk"] = {**told, "groups_in_one_category": len(whole),
                                      "groups_nearly_in_one_category": len(nearly)}  # fmt: skip
    if whole:
        folder.outcome.reasons.append(
            f"{len(whole)} groups are shown to be all in one category: whoever knows that somebody "
            "is in the group "
            "knows the category too. They are listed in risk.json; group coarser if the category can harm."
        )
    if before:
        folder.outcome.reasons.append(
            f"{before} counts under {order.k} were published before and stay known."
        )
    lines = [
        "## The attacker",
        f"A hidden count is safe if, for all the attacker knows, it could be {order.k}. He knows "
        "every shown count, "
        "every sum, that zeros are shown (so that what is hidden is at least 1), and the earlier "
        "tables; tables are "
        f"joined by {told['joined_by']}. With only the {small:,} small counts hidden he bounds up "
        f"to {alone:,} of "
        f"them below {order.k}; in this release none.",
        "## Shown groups",
        f"- All in one category: {len(whole)}. Examples: {'; '.join(whole[:5]) or 'none'}",
        f"- One category has {NEARLY_ALL:.0%} or more: {len(nearly)}. Examples: "
        f"{'; '.join(nearly[:5]) or 'none'}",
        f"- Zeros shown: {zeros}. They say that nobody is there",
    ]
    folder.risk(told, lines)


def _groups(part: Part) -> tuple[list[str], list[str]]:
    """Shown totals that are in one category whole or nearly."""
    system, hidden, counts = part.hiding.system, part.hiding.hidden, part.hiding.counts
    whole: list[str] = []
    nearly: list[str] = []
    for (key, column), places in system.sums.items():
        total = counts[system.places[key]]
        shown = [place for place in [system.places[key], *places] if not hidden[place]]
        if len(places) < 2 or not total or any(system.unpublished[place] for place in places):
            continue
        if shown and system.places[key] == shown[0] and len(shown) > 1:
            largest = max(shown[1:], key=lambda place: counts[place])
            share = counts[largest] / total
            if share >= NEARLY_ALL and any(code != ALL for code in key):
                word = f"{system.named(system.places[key])}: {system.columns[column]} "
                word += system.values[column][system.keys[largest][column]] or "(empty)"
                (whole if share == 1 else nearly).append(word)
    return whole, nearly


def _utility(folder: Folder, parts: Sequence[Part], k: int) -> None:
    """What a reader loses who takes half of k for every hidden count, as a share of everybody."""
    told: dict[str, object] = {"measure": "error if k/2 is read for a hidden count, as a share of all people"}
    drawn, lines = [], [told["measure"], "\n| Counts by | Cells | Hidden | Mean error | Largest |",
                        "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for ways, word in WORDS.items():
        errors, hidden = [], 0
        for part in parts:
            system = part.hiding.system
            people = system.counts[system.places[tuple([ALL] * len(system.columns))]]
            for place in part.shown:
                if sum(code != ALL for code in system.keys[place]) == ways:
                    secret = bool(part.hiding.hidden[place])
                    hidden += secret
                    errors.append(secret * abs(system.counts[place] - k / 2) / people)
        if errors:
            told[word] = {
                "cells": len(errors),
                "hidden": hidden,
                "mean": float(np.mean(errors)),
                "worst": max(errors),
            }
            lines.append(
                f"| {word} | {len(errors):,} | {hidden:,} | {np.mean(errors):.5f} | {max(errors):.5f} |"
            )
            drawn.append(Drawn(word, f"Errors of {word} counts", [Line("This release", errors)]))
    folder.outcome.figures["utility"] = told
    folder.utility(told, [str(line) for line in lines], drawn)


def _sheet(folder: Folder, order: Order, names: Sequence[str], cells_: Sequence[int]) -> None:
    published, hidden = cells_
    lines = [
        "Counts of people in which small numbers are hidden, together with as many others as it "
        "takes to keep them "
        "from being computed.",
        f"- Columns: {', '.join(names)}. “{TOTAL}” in a column: all its values together; empty: not known",
        f"- {published:,} cells, {hidden:,} of them hidden (no count). A count from 1 to "
        f"{order.k - 1} is always "
        "hidden; a hidden count may also be larger. Zeros are shown",
        f"- Checked: for all that can be computed from these tables and {len(order.earlier)} "
        "earlier ones, every "
        f"hidden count could be {order.k} or more",
        "- Not checked: tables that others publish of the same people, and what somebody knows who "
        "is in a group",
        *(
            f"- Blocks: every {order.block} by itself; totals over them are not published"
            for _ in [0]
            if order.block
        ),
    ]
    folder.sheet("Data sheet: protected tables", lines)
