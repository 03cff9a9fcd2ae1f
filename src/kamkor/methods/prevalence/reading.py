"""Lists as people keep them: a comma-separated file of histories with counts, or of individuals."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from kamkor.methods.prevalence.said import gettext_noop as _
from kamkor.methods.prevalence.said import said
from kamkor.methods.prevalence.tables import Table, TableProblem

NOBODY = _("The file has no people: it needs a heading and at least one row that counts.")
MOST_PEOPLE = 10**10  # there are fewer in the world
CLUSTERS = {"source", "unique_id", "cluster_id"}  # the answer of a linkage
ON = {"1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False}


class Kind(Enum):
    """What a row stands for; AUTO goes by whether there is a column of counts."""

    AUTO = "auto"
    COUNTS = "counts"
    INDIVIDUALS = "individuals"


@dataclass(frozen=True)
class Sheet:
    """A file as read: the whole table, its parts by a covariate, and the table without own referrals."""

    table: Table
    strata: dict[str, Table] = field(default_factory=dict)
    without_referred: Table | None = None

    def beside(self, alone: Table) -> "Sheet":
        """With a second table of the same lists, in which own referrals made no overlap."""
        if set(alone.lists) != set(self.table.lists):
            words = _("The second table needs the same lists as the first: %(lists)s.")
            raise TableProblem(said(words, lists=", ".join(self.table.lists)))
        places = [alone.lists.index(name) for name in self.table.lists]
        return replace(self, without_referred=alone.selected(places))

    def merged(self, names: Sequence[str]) -> "Sheet":
        """With these lists as one in every table."""
        alone = self.without_referred
        return Sheet(
            self.table.merged(names),
            {value: table.merged(names) for value, table in self.strata.items()},
            alone.merged(names) if alone else None,
        )


@dataclass(frozen=True)
class _Columns:
    lists: list[str]
    count: str | None
    by: str | None
    referred: str | None


def read(text: str, *, kind: Kind = Kind.AUTO, by: str | None = None, referred: str | None = None) -> Sheet:
    """The sheet in this text; `by` names the column of strata, `referred` the column that names the list
    (several joined by +) which a person is on only because another list sent him or her there."""
    cells = csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=_delimiter(text))
    header, rows = _told_apart(*_headed(cells))
    if CLUSTERS.issubset(header) and not (by or referred):
        return Sheet(_of_clusters(_filled(rows, header)))
    columns = _columns(header, kind, by=by, referred=referred)
    total: Counter[int] = Counter()
    alone: Counter[int] = Counter()
    strata: dict[str, Counter[int]] = {}
    for line, row in _filled(rows, header):
        history, number = _history(line, row, columns), _number(line, row, columns.count)
        total[history] += number
        alone[_unsent(line, row, columns, history)] += number
        if columns.by:
            strata.setdefault(row[columns.by] or "unknown", Counter())[history] += number
    if not sum(total.values()):
        raise TableProblem(said(NOBODY))
    return Sheet(
        _table(columns.lists, total),
        {name: _table(columns.lists, strata[name]) for name in sorted(strata)},
        _table(columns.lists, alone) if referred else None,
    )


def _headed(cells: Iterator[list[str]]) -> tuple[list[str], Iterator[list[str]]]:
    """The heading, and the rows below it; a column without a name that spreadsheets and R leave, empty or
    with the number of each row, is none."""
    header = [name.strip() for name in next(cells, [])]
    if all(header):
        return header, cells
    rows = list(cells)
    whole = [row for row in rows if len(row) == len(header)]
    numbers = [str(number) for number in range(1, len(whole) + 1)]
    left = {
        place
        for place, name in enumerate(header)
        if not name and [row[place].strip() for row in whole] in (numbers, [""] * len(whole))
    }

    def kept(row: list[str]) -> list[str]:
        fits = len(row) == len(header)
        return [cell for place, cell in enumerate(row) if place not in left] if fits else row

    return kept(header), map(kept, rows)


def _told_apart(header: list[str], rows: Iterator[list[str]]) -> tuple[list[str], Iterator[list[str]]]:
    """A column N may be a list or the counts: it is the counts where it has other numbers than 0 and 1."""
    if "N" not in header or any(map(_counts, header)):
        return header, rows
    held, place = list(rows), header.index("N")
    column = {row[place].strip() for row in held if len(row) == len(header)}
    if any(cell.isdecimal() and cell not in ON for cell in column):
        header = [*header[:place], "n", *header[place + 1 :]]
    return header, iter(held)


def _counts(name: str) -> bool:
    return name == "n" or name.lower() in {"count", "freq"}


def _of_clusters(rows: Iterator[tuple[int, dict[str, str]]]) -> Table:
    """Who is on which list, from a row for each row of the linked lists."""
    on: dict[str, set[str]] = {}
    for line, row in rows:
        if not row["source"] or not row["cluster_id"]:
            words = _("Row %(line)s: the list (source) or the person (cluster_id) is missing.")
            raise TableProblem(said(words, line=line))
        on.setdefault(row["cluster_id"], set()).add(row["source"])
    lists = sorted(set().union(*on.values()))
    if not lists:
        raise TableProblem(said(NOBODY))
    bits = {name: 1 << place for place, name in enumerate(lists)}
    return _table(lists, Counter(sum(bits[name] for name in named) for named in on.values()))


def _table(lists: Sequence[str], counts: Counter[int]) -> Table:
    return Table(tuple(lists), {history: counts[history] for history in sorted(counts) if counts[history]})


def _delimiter(text: str) -> str:
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)


def _columns(header: list[str], kind: Kind, *, by: str | None, referred: str | None) -> _Columns:
    if repeated := [name for name, times in Counter(header).items() if times > 1]:
        words = _("The heading has the column “%(name)s” twice: give each list its own name.")
        raise TableProblem(said(words, name=repeated[0]))
    for wanted in (by, referred):
        if wanted and wanted not in header:
            words = _("There is no column “%(name)s”; there are %(columns)s.")
            raise TableProblem(said(words, name=wanted, columns=", ".join(header)))
    counting = [name for name in header if _counts(name)]
    if kind is Kind.COUNTS and not counting:
        words = "There is no column of counts: name it count, n or Freq, or use --individuals."
        raise TableProblem(said(words))
    if kind is Kind.INDIVIDUALS and counting:
        words = "Rows of individuals have no counts: take column “%(name)s” out, or use --counts."
        raise TableProblem(said(words, name=counting[0]))
    if len(counting) > 1:
        words = _("Two columns look like counts, %(one)s and %(other)s: keep one.")
        raise TableProblem(said(words, one=counting[0], other=counting[1]))
    apart = {by, referred, *counting}
    lists = [name for name in header if name not in apart]
    if not lists or "" in lists:
        raise TableProblem(said(_("Every list needs a column of its own with a name in the heading.")))
    return _Columns(lists, counting[0] if counting else None, by, referred)


def _filled(rows: Iterator[list[str]], header: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not blank with its number, as an editor or a spreadsheet shows it."""
    for line, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            words = _("Row %(line)s has %(cells)s cells, the heading has %(columns)s.")
            raise TableProblem(said(words, line=line, cells=len(row), columns=len(header)))
        yield line, dict(zip(header, (cell.strip() for cell in row), strict=True))


def _history(line: int, row: dict[str, str], columns: _Columns) -> int:
    history = 0
    for place, name in enumerate(columns.lists):
        there = ON.get(row[name].lower())
        if there is None:
            words = _(
                "Row %(line)s, column “%(name)s”: “%(cell)s” is neither 0 nor 1. A column that is not a list "
                "must be taken out."
            )
            raise TableProblem(said(words, line=line, name=name, cell=row[name]))
        history |= there << place
    if not history:
        words = _("Row %(line)s: this history is on no list (all zeros). Take the row out.")
        raise TableProblem(said(words, line=line))
    return history


def _number(line: int, row: dict[str, str], column: str | None) -> int:
    if column is None:
        return 1
    try:
        number = float(row[column].replace("_", " "))
    except ValueError:
        number = -0.5
    if not 0 <= number <= MOST_PEOPLE or not number.is_integer():
        words = _("Row %(line)s, column “%(name)s”: “%(cell)s” is not a whole number of people (0, 1, 2 …).")
        raise TableProblem(said(words, line=line, name=column, cell=row[column]))
    return int(number)


def _unsent(line: int, row: dict[str, str], columns: _Columns, history: int) -> int:
    """The history without the lists that the person was sent to."""
    for name in filter(None, row.get(columns.referred or "", "").split("+")):
        if name.strip() not in columns.lists:
            words = _(
                "Row %(line)s, column “%(name)s”: there is no list “%(cell)s”. Write the list that received "
                "the person, or leave the cell empty."
            )
            raise TableProblem(said(words, line=line, name=columns.referred, cell=name.strip()))
        history &= ~(1 << columns.lists.index(name.strip()))
    if not history:
        words = _(
            "Row %(line)s, column “%(name)s”: somebody sent to every list that has him or her was found by "
            "none; name only the lists that received the person from another one here."
        )
        raise TableProblem(said(words, line=line, name=columns.referred))
    return history
