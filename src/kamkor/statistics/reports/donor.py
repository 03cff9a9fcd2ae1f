"""A donor's table: the indicators of the donor's own period, as a spreadsheet with room for targets.

A period begins and ends with a quarter. It is for one recipient, and not part of what everybody is told; but
whoever holds it may hold all that as well. So a number says the same where it follows from that, and is shown
only if neither it, nor what is left of its years before or after, nor what else could be subtracted is small.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import inf

from django.conf import settings
from django.utils.translation import gettext as _

from kamkor.base import codelists, exports, wall
from kamkor.methods import indicators as method
from kamkor.methods.disclosure.stretches import Known, follows, gives_away
from kamkor.methods.disclosure.years import TOTAL, YEARS, years_of
from kamkor.methods.disclosure.years import span as joined
from kamkor.methods.indicators import Measure, Period, declared
from kamkor.statistics.counts import organisations
from kamkor.statistics.indicators import RETURNS, is_over, is_small, resting_on, words
from kamkor.statistics.publishing import public
from kamkor.statistics.publishing.public import Held, Ledger
from kamkor.statistics.publishing.results import HALVES as ADDING
from kamkor.statistics.sources import Records
from kamkor.statistics.wording import summed

LEAST = settings.SMALL_CELL_PUBLIC
BEGINS, ENDS, HALVES = (1, 4, 7, 10), (3, 6, 9, 12), ((1, 7), (6, 12))


@dataclass(frozen=True)
class Span(Period):
    """Whole quarters: "2025-04/2026-03"."""

    def __post_init__(self) -> None:
        start, _stroke, end = self.code.partition("/")
        wrong = ValueError(f"“{self.code}” is no period of whole quarters like 2025-04/2026-03")
        if not all(len(part) == 7 and (part[:4] + part[5:]).isdecimal() for part in (start, end)):
            raise wrong
        if int(start[5:]) not in BEGINS or int(end[5:]) not in ENDS or start > end:
            raise wrong

    @property
    def half(self) -> str:
        return ""

    @property
    def first(self) -> date:
        return date(int(self.code[:4]), int(self.code[5:7]), 1)

    @property
    def last(self) -> date:
        year, month = int(self.code[8:12]), int(self.code[13:])
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)

    @property
    def sibling(self) -> None:
        return None

    @property
    def years(self) -> list[Period]:
        return [Period(str(year)) for year in range(self.first.year, self.last.year + 1)]

    @property
    def rests(self) -> list["Span"]:
        """What is left of its years before and after it."""
        found = []
        if self.first.month > 1:
            found.append(Span(f"{self.first.year}-01/{self.first.year}-{self.first.month - 1:02}"))
        if self.last.month < 12:
            found.append(Span(f"{self.last.year}-{self.last.month + 1:02}/{self.last.year}-12"))
        return found

    @property
    def of_halves(self) -> bool:
        """Whether returns, which are of half-years, can be added up to it."""
        return self.first.month in HALVES[0] and self.last.month in HALVES[1]

    def holds(self, on: str) -> bool:
        return len(on) >= 7 and self.code[:7] <= on[:7] <= self.code[8:]


@dataclass(frozen=True)
class _Telling:
    """The numbers of one donor's period, held against all that everybody is told or may be told later."""

    span: Span
    records: Records
    ledger: Ledger

    @cached_property
    def cuts(self) -> list[str]:
        """The months that begin a half-year of the period's years and of two on either side, and its own."""
        years = range(self.span.first.year - YEARS + 1, self.span.last.year + YEARS)
        halves = {f"{year}-{month:02}" for year in years for month in HALVES[0]}
        return sorted({*halves, *self._ends(self.span), f"{years[-1] + 1}-01"})

    def value(self, indicator: str, measure: Measure) -> object:
        """The number as it may leave; a word where it may not, nothing where it is not known."""
        span = self.span
        if is_over(measure, span) or (measure.source == RETURNS and not span.of_halves):
            return ""
        rows = self.records.rows(measure.source)
        counted = method.count(measure, rows, span)
        if counted.value is None or measure.open:
            return "" if counted.value is None else counted.value
        if measure.of in ("person", "rows") or (measure.source == RETURNS and not measure.rests_on):
            found = self._people(indicator, measure, int(counted.value))
        else:
            small = is_small(measure, resting_on(measure, counted, rows, span), LEAST)
            found = None if small else counted.value
        return _("hidden") if found is None else found

    def _people(self, indicator: str, measure: Measure, counted: int) -> float | None:
        """As everybody is told it, where that follows; else as it is counted, if that gives nobody away."""
        held = self.ledger[public.name_of(indicator, measure)] if public.is_told(measure) else Held()
        same = held.cells.get((joined([year.code for year in self.span.years]), TOTAL, TOTAL))
        if same and not self.span.rests:
            return same.value
        rows = self.records.rows(measure.source)
        rests = [] if measure.stock else [method.count(measure, rows, rest).value for rest in self.span.rests]
        if any(0 < (value or 0) < LEAST for value in [counted, *rests]):
            return None
        if not public.is_told(measure) or (measure.of == "person" and measure.source not in ADDING):
            return counted
        return self._adding(held, self._between(measure), counted)

    def _adding(self, held: Held, counts: list[int], counted: int) -> float | None:
        first, end = map(self.cuts.index, self._ends(self.span))
        told = list(self._told(held))
        if (value := follows(len(self.cuts), told, first, end)) is not None:
            return value if value == 0 or value >= LEAST else None
        known = [*told, *self._later(held, counts)]
        return None if gives_away(counts, known, Known(first, end, counted, counted), LEAST) else counted

    def _told(self, held: Held) -> Iterator[Known]:
        """What everybody is told of whole years, halves and sums of years."""
        for (code, *other), each in held.cells.items():
            places = self._places(code)
            if places and other == [TOTAL, TOTAL]:
                value = each.value
                yield Known(*places, 1, each.most or inf) if value is None else Known(*places, value, value)

    def _later(self, held: Held, counts: list[int]) -> Iterator[Known]:
        """What everybody may be told of years and halves that nobody was told of yet."""
        for code in {cut[:4] for cut in self.cuts} - held.exact.keys():
            halves = [self._places(f"{code}{half}") for half in ("H1", "H2")]
            sums = {places: sum(counts[slice(*places)]) for places in halves if places}
            if all(number == 0 or number >= LEAST for number in sums.values()):
                yield from (Known(*places, number, number) for places, number in sums.items())

    def _between(self, measure: Measure) -> list[int]:
        """How many there are between each two cuts."""
        found = [0] * (len(self.cuts) - 1)
        for row in self.records.rows(measure.source):
            on = str(row["on"])
            if len(on) >= 7 and self.cuts[0] <= on[:7] < self.cuts[-1] and method.matches(row, measure.where):
                worth = int(row.get(measure.column) or 0) if measure.of == "sum" else 1
                found[bisect_right(self.cuts, on[:7]) - 1] += worth
        return found

    def _places(self, code: str) -> tuple[int, int] | None:
        """Of a period that everybody is told of, among the cuts."""
        years = years_of(code)
        ends = self._ends(Period(code)) if "/" not in code else (f"{years[0]}-01", f"{int(years[-1]) + 1}-01")
        inside = all(end in self.cuts for end in ends)
        return (self.cuts.index(ends[0]), self.cuts.index(ends[1])) if inside else None

    @staticmethod
    def _ends(period: Period) -> tuple[str, str]:
        return f"{period.first:%Y-%m}", f"{period.last + timedelta(days=1):%Y-%m}"


def table(span: Span, whom: str = "") -> tuple[list[str], list[list[object]]]:
    """In the language that is active; for one recipient, who is named in it."""
    head = [_("Indicator"), _("Number"), _("Unit"), span.code, _("Target"), _("Definition")]
    rows: list[list[object]] = []
    with wall.acting(None, scope="counts"):
        near = [Period(str(year)) for year in range(span.first.year - YEARS + 1, span.last.year + YEARS)]
        telling = _Telling(span, Records([*near, span, *span.rests]), public.ledger())
        for one in declared()[0].values():
            for measure in one.measures:
                unit = codelists.label("figure_unit", measure.unit)
                told = words(measure.title), unit, telling.value(one.code, measure), "", words(one.definition)
                rows.append([f"{one.number}. {words(one.title)}", *told])
    rows += [[summed(organisations())], [_("Give out one of several periods that overlap.")]]
    return head, [*rows, [_("For whom"), whom], [_("For the named recipient alone: not for publication.")]]


def as_xlsx(span: Span, whom: str = "") -> bytes:
    return exports.as_xlsx(*table(span, whom))
