"""The public default tables: year × women, men, girls, boys × form, in blocks of three years without overlap.

A year is counted once, when it is over, and stays as it was published: whoever compares two versions learns
nothing of one person. With the last year of a block comes the sum of its three years. What is hidden holds
against all that everybody is told of the number, here and elsewhere (see public).
"""

import csv
import io
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from kamkor.base import exports, wall
from kamkor.base.problems import Problem
from kamkor.methods.disclosure.years import TOTAL, YEARS, span
from kamkor.methods.indicators import Dimension, Indicator, Measure, Period, declared
from kamkor.statistics.publishing import public
from kamkor.statistics.publishing.public import BY, SOURCES, Exact
from kamkor.statistics.sources import Records

LANGUAGES = ("en", "ky", "ru", "uz")
TABLE = "table.csv"
Cells = dict[tuple[str, str, str], int | None]  # period, group, form; None is hidden


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
        public.name_of(code, measure): (found[code], measure)
        for code in SOURCES
        for measure in found[code].measures
    }


def block(year: int) -> list[int]:
    first = year - year % YEARS
    return list(range(first, first + YEARS))


def made(name: str, year: int) -> Table:
    """The table up to `year`; years that were told before stay as they were counted then. Where the sum of
    three years would give a year away, the years stay and the sum does not come out."""
    _one, measure = measures()[name]
    said = [str(each) for each in block(year) if each <= year]
    before = public.ledger()[name]
    with wall.acting(None, scope="counts"):
        new = [Period(each) for each in said if each not in before.exact]
        records = Records(new)
        live = {each.code: public.counted(name, measure, records, each) or {} for each in new}
    found = public.decided(before, live)
    wanted = {*said, span(said) if len(said) == YEARS else ""}
    cells = {cell: told.value for cell, told in found.cells.items() if cell[0] in wanted}
    if not {*said} <= {period for period, *_rest in cells}:
        raise Problem(_("These numbers cannot be protected: too few people. Wait for the next year."))
    return Table(measure, said, {each: found.exact[each] for each in said}, cells)


def check_correction(old: Exact, new: Exact) -> None:
    """Refuse what differs by too few people from a version that was taken back: whoever kept it would
    subtract."""
    for year in old.keys() & new.keys():
        before, after = (public.totals(exact[year]) for exact in (old, new))
        if any(0 < abs(after[key] - count) < settings.SMALL_CELL_PUBLIC for key, count in before.items()):
            raise Problem(_("This differs by too few people from what was taken back."))


def dimensions() -> tuple[Dimension, Dimension]:
    found = declared()[1]
    return found[BY[0]], found[BY[1]]


ENDS = ("", *(f"_{language}" for language in LANGUAGES))
HEAD = ("period", *(f"{name}{end}" for name in BY for end in ENDS), "count", "status")


def as_rows(table: Table) -> list[list[object]]:
    """One row for each cell: codes, their names in every language, the count, empty where it is hidden."""
    down, across = dimensions()
    periods = [*table.years, span(table.years)]
    order = {code: place for place, code in enumerate([*periods, *down.labels, *across.labels, TOTAL])}
    rows: list[list[object]] = []
    for key in sorted(table.cells, key=lambda key: [order[code] for code in key]):
        year, group, form = key
        value = table.cells[key]
        rows.append(
            [
                year,
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
    return {TABLE: out.getvalue().encode(), "table.xlsx": exports.as_xlsx(HEAD, rows)}


def read(content: bytes) -> Cells:
    """What a published file says, by period as it stands there."""
    found: Cells = {}
    for row in csv.DictReader(io.StringIO(content.decode())):
        value = int(row["count"]) if row["status"] == "shown" else None
        found[row["period"], row["group"], row["form"]] = value
    return found
