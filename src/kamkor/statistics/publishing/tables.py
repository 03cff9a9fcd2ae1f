"""The public default tables: year × women, men, girls, boys × form, in blocks of three years without overlap.

A year is counted once, when it is over, and stays as it was published: whoever compares two versions learns
nothing of one person. With the last year of a block comes the sum of its three years. What is hidden holds
against all years and earlier versions of the block together (linear programme, see methods/disclosure).
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from kamkor.base import exports, wall
from kamkor.base.problems import Problem
from kamkor.methods import indicators as method
from kamkor.methods.indicators import Dimension, Indicator, Measure, Period, declared
from kamkor.statistics.sources import Records

if TYPE_CHECKING:
    from kamkor.methods.disclosure.hiding import Hiding

SOURCES = ("presumed", "confirmed")  # indicators whose numbers are public tables, never added together
BY = ("group", "form")
YEARS = 3
LANGUAGES = ("en", "ky", "ru", "uz")
TOTAL = "total"
Exact = dict[str, dict[str, dict[str, int]]]  # year, group, form
Cells = dict[tuple[str, str, str], int | None]  # the same; None is hidden


@dataclass(frozen=True)
class Table:
    """A measure in a block of years, as it may be published."""

    measure: Measure
    years: list[str]
    exact: Exact
    cells: Cells

    @property
    def people(self) -> int:
        return sum(sum(sum(row.values()) for row in year.values()) for year in self.exact.values())


def measures() -> dict[str, tuple[Indicator, Measure]]:
    """By name of the data set without its years."""
    found = declared()[0]
    return {
        f"{code}-{measure.code}".replace("_", "-"): (found[code], measure)
        for code in SOURCES
        for measure in found[code].measures
    }


def block(year: int) -> list[int]:
    first = year - year % YEARS
    return list(range(first, first + YEARS))


def made(name: str, year: int, before: Exact, shown: Cells) -> Table:
    """The table up to `year`; `before` are years as they were counted for an earlier version, and `shown`
    what it said of them."""
    _one, measure = measures()[name]
    years = [str(each) for each in block(year) if each <= year]
    new = [Period(each) for each in years if each not in before]
    with wall.acting(None, scope="counts"):
        rows = Records(new).rows(measure.source) if new else []
        counted = {period.code: method.cross(measure, rows, [period], by=BY) for period in new}
    down, across = dimensions()
    exact = {
        each: before.get(each)
        or {
            group: {form: counted[each].get((group, form), 0) for form in across.labels}
            for group in down.labels
        }
        for each in years
    }
    return Table(measure, years, exact, _protected(exact, shown, whole=len(years) == YEARS))


def check_correction(old: Exact, new: Exact) -> None:
    """Refuse what differs by too few people from a version that was taken back: whoever kept it would
    subtract."""
    for year in old.keys() & new.keys():
        before, after = (_totals(exact[year]) for exact in (old, new))
        if any(0 < abs(after[key] - count) < settings.SMALL_CELL_PUBLIC for key, count in before.items()):
            raise Problem(_("This differs by too few people from what was taken back."))


def _totals(year: dict[str, dict[str, int]]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for group, row in year.items():
        for form, count in row.items():
            found.update(dict.fromkeys(product((group, TOTAL), (form, TOTAL)), count))
    return found


def dimensions() -> tuple[Dimension, Dimension]:
    found = declared()[1]
    return found[BY[0]], found[BY[1]]


def _protected(exact: Exact, shown: Cells, *, whole: bool) -> Cells:
    """Every cell and total that may be shown. Where the sums of three years would give a year away, the
    years stay and the sums do not come out."""
    if not all(map(find_spec, ("numpy", "scipy"))):
        raise Problem(_("The packages for figures are not installed. Mend: make science"))
    from kamkor.methods.disclosure.hiding import Unprotectable, exposed

    for sums in (True, False) if whole else (False,):
        try:
            found = _hidden(exact, shown, sums=sums)
        except Unprotectable:
            continue
        if not len(exposed(found)):
            return dict(_told(exact, found))
    raise Problem(_("These numbers cannot be protected: too few people. Wait for the next year."))


def _hidden(exact: Exact, shown: Cells, *, sums: bool) -> "Hiding":
    import numpy as np

    from kamkor.methods.disclosure.cells import ALL, linked
    from kamkor.methods.disclosure.hiding import hide
    from kamkor.methods.disclosure.reading import Microdata

    years, groups, forms = _axes(exact)
    rows = [
        (y, g, f)
        for y, year in enumerate(years)
        for g, group in enumerate(groups)
        for f, form in enumerate(forms)
        for _one in range(exact[year][group][form])
    ]
    codes = np.array(rows, dtype=np.int32).reshape(len(rows), 3)
    people = Microdata(("year", *BY), (tuple(years), tuple(groups), tuple(forms)), codes)
    system = linked(people, [[0, 1, 2]], [])
    for place, key in enumerate(system.keys):
        system.unpublished[place] = key[0] == ALL and not sums
    said = [_words(key, (years, groups, forms)) for key in system.keys]
    known = np.array([shown.get(key) is not None for key in said])
    kept = np.array([key in shown and shown[key] is None for key in said])
    return hide(system, settings.SMALL_CELL_PUBLIC, shown_before=known, hidden_before=kept)


def _told(exact: Exact, found: "Hiding") -> Iterator[tuple[tuple[str, str, str], int | None]]:
    axes = _axes(exact)
    for place, key in enumerate(found.system.keys):
        if not found.system.unpublished[place]:
            yield _words(key, axes), None if found.hidden[place] else found.system.counts[place]


def _axes(exact: Exact) -> tuple[list[str], list[str], list[str]]:
    first = next(iter(exact.values()))
    return list(exact), list(first), list(next(iter(first.values())))


def _words(key: Sequence[int], axes: Sequence[Sequence[str]]) -> tuple[str, str, str]:
    year, group, form = (TOTAL if code < 0 else axis[code] for code, axis in zip(key, axes, strict=True))
    return year, group, form


ENDS = ("", *(f"_{language}" for language in LANGUAGES))
HEAD = ("period", *(f"{name}{end}" for name in BY for end in ENDS), "count", "status")


def as_rows(table: Table) -> list[list[object]]:
    """One row for each cell: codes, their names in every language, the count, empty where it is hidden."""
    down, across = dimensions()
    span = f"{table.years[0]}/{table.years[-1]}"
    order = {code: place for place, code in enumerate([*table.years, *down.labels, *across.labels, TOTAL])}
    rows: list[list[object]] = []
    for key in sorted(table.cells, key=lambda key: [order[code] for code in key]):
        year, group, form = key
        value = table.cells[key]
        rows.append(
            [
                span if year == TOTAL else year,
                *(group, *_names(down, group), form, *_names(across, form)),
                *("" if value is None else value, "hidden" if value is None else "shown"),
            ]
        )
    return rows


def _names(dimension: Dimension, code: str) -> list[str]:
    totals = {"en": "Total", "ky": "Бардыгы", "ru": "Всего", "uz": "Jami"}
    held = totals if code == TOTAL else dimension.labels[code]
    return [held[language] for language in LANGUAGES]


def files(table: Table) -> dict[str, bytes]:
    rows = as_rows(table)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([HEAD, *rows])
    return {"table.csv": out.getvalue().encode(), "table.xlsx": exports.as_xlsx(HEAD, rows)}


def read(content: bytes) -> Cells:
    """What a published file says, by period as it stands there."""
    found: Cells = {}
    for row in csv.DictReader(io.StringIO(bytes(content).decode())):
        value = int(row["count"]) if row["status"] == "shown" else None
        found[row["period"], row["group"], row["form"]] = value
    return found
