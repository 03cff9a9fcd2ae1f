"""A donor's table: the indicators of the donor's own period, as a spreadsheet with room for targets.

A period begins and ends with a quarter. A number is shown if neither it, nor what is left of its years before
or after the period, is small: whoever has the year could subtract.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from kamkor.base import codelists, exports, wall
from kamkor.methods import indicators as method
from kamkor.methods.disclosure.years import TOTAL
from kamkor.methods.disclosure.years import span as joined
from kamkor.methods.indicators import Measure, Period, declared
from kamkor.statistics.counts import organisations
from kamkor.statistics.indicators import RETURNS, is_over, is_small, resting_on, words
from kamkor.statistics.publishing import public
from kamkor.statistics.publishing.public import Ledger
from kamkor.statistics.sources import Records
from kamkor.statistics.wording import summed

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


def table(span: Span) -> tuple[list[str], list[list[object]]]:
    """In the language that is active."""
    head = [_("Indicator"), _("Number"), _("Unit"), span.code, _("Target"), _("Definition")]
    rows: list[list[object]] = []
    with wall.acting(None, scope="counts"):
        told = public.ledger()
        records = Records([*span.years, span, *span.rests])
        for one in declared()[0].values():
            for measure in one.measures:
                unit = codelists.label("figure_unit", measure.unit)
                value = (
                    _value(measure, records, span) if _is_told(told, one.code, measure, span) else _("hidden")
                )
                rows.append(
                    [
                        f"{one.number}. {words(one.title)}",
                        *(words(measure.title), unit, value, "", words(one.definition)),
                    ]
                )
    return head, [*rows, [summed(organisations())], [_("Give out one of several periods that overlap.")]]


def as_xlsx(span: Span) -> bytes:
    return exports.as_xlsx(*table(span))


def _is_told(ledger: Ledger, indicator: str, measure: Measure, span: Span) -> bool:
    """Not so what everybody is told of the same whole years, and hidden there."""
    if span.rests or not public.is_told(measure):
        return True
    told = ledger[public.name_of(indicator, measure)].cells.get(
        (joined([year.code for year in span.years]), TOTAL, TOTAL)
    )
    return told is None or told.value is not None


def _value(measure: Measure, records: Records, span: Span) -> object:
    """The number as it may leave; a word where it may not, nothing where it is not known."""
    if is_over(measure, span) or (measure.source == RETURNS and not span.of_halves):
        return ""
    rows = records.rows(measure.source)
    counted = method.count(measure, rows, span)
    if counted.value is None or measure.open:
        return "" if counted.value is None else counted.value
    least = settings.SMALL_CELL_PUBLIC
    if measure.of in ("person", "rows") or (measure.source == RETURNS and not measure.rests_on):
        beside = [] if measure.stock else [method.count(measure, rows, rest).value for rest in span.rests]
        small = any(0 < (value or 0) < least for value in [counted.value, *beside])
        return _("hidden") if small else counted.value
    return (
        _("hidden") if is_small(measure, resting_on(measure, counted, rows, span), least) else counted.value
    )
