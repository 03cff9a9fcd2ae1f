"""The indicators of a period: counted from live records, small numbers hidden before anything is shown.

A year is shown with its parts. Of a half-year the numbers alone are shown, and of two halves neither where
one is small: whoever has the year could subtract.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.base import codelists, wall
from kamkor.codes.cyrillic import uz_cyrillic
from kamkor.directory.places import oblast
from kamkor.methods import indicators as method
from kamkor.methods.disclosure import parts
from kamkor.methods.indicators import Counted, Dimension, Indicator, Labels, Measure, Period
from kamkor.statistics.sources import Records

YEARS, HALVES = 5, 4  # how far back the pages look
RETURNS = "returns"
OBLAST, RAYON = "oblast", "rayon"
Parts = dict[str, dict[str, int | None]]


@dataclass(frozen=True)
class Result:
    """A number as it may be seen. None is hidden, or where nothing was counted, not known."""

    measure: Measure
    value: float | None
    hidden: bool
    parts: Parts

    @property
    def title(self) -> str:
        return words(self.measure.title)

    @property
    def text(self) -> str:
        if self.hidden:
            return _("hidden")
        return "–" if self.value is None else number(self.value)

    @property
    def with_unit(self) -> str:
        if self.hidden or self.value is None:
            return self.text
        return f"{self.text} {codelists.label('figure_unit', self.measure.unit)}"


def words(labels: Labels) -> str:
    """In the reader's language."""
    language = get_language() or "en"
    said = labels.get(language.split("-")[0]) or labels["en"]
    return uz_cyrillic(said) if language == "uz-cyrl" else said


def number(value: float) -> str:
    return number_format(int(value) if float(value).is_integer() else value, force_grouping=True)


def periods() -> list[str]:
    """Those on offer, the newest first: halves that have begun, then years."""
    today = timezone.localdate()
    halves = [f"{year}H{half}" for year in (today.year, today.year - 1, today.year - 2) for half in (2, 1)]
    begun = [code for code in halves if Period(code).first <= today]
    return [str(today.year - back) for back in range(YEARS)] + begun[:HALVES]


Results = dict[str, list[Result]]


def all_results(period: Period, chosen: Iterable[Indicator]) -> Results:
    """The results of each indicator, for inside."""
    return side_by_side([period], list(chosen))[0]


def side_by_side(
    periods: Sequence[Period],
    chosen: Sequence[Indicator],
    actor: Actor | None = None,
) -> list[Results]:
    """The same of several periods, read once; what `actor` sees of their own desk is not hidden from them."""
    needed = dict.fromkeys(each for period in periods for each in (period, period.sibling) if each)
    records = Records(needed, actor)
    if actor is not None:
        countings = [Counting(records, period, small=0) for period in periods]
        return [{each.code: one.results(each) for each in chosen} for one in countings]
    with wall.acting(None, scope="counts"):
        countings = [Counting(records, period, settings.SMALL_CELL_INSIDE) for period in periods]
        return [{each.code: one.results(each) for each in chosen} for one in countings]


@dataclass(frozen=True)
class Counting:
    """One period of some records, in which numbers from 1 to below `small` are hidden."""

    records: Records
    period: Period
    small: int

    def results(self, indicator: Indicator) -> list[Result]:
        return [self.one(measure, indicator.by) for measure in indicator.measures]

    def one(self, measure: Measure, by: tuple[str, ...]) -> Result:
        if is_over(measure, self.period):
            return Result(measure, None, False, {})
        rows = self.records.rows(measure.source)
        counted = method.count(measure, rows, self.period, by=by)
        told = {
            name: dict(cells)
            for name, cells in counted.cells.items()
            if cells != {method.UNKNOWN: counted.value}
        }
        if measure.open or not self.small or counted.value is None:
            return Result(measure, counted.value, False, {name: {**cells} for name, cells in told.items()})
        if measure.of in ("person", "rows") or (measure.source == RETURNS and not measure.rests_on):
            return self.hide(measure, int(counted.value or 0), told)
        hidden = is_small(measure, resting_on(measure, counted, rows, self.period), self.small)
        return Result(measure, None if hidden else counted.value, hidden, {})

    def hide(self, measure: Measure, total: int, told: dict[str, dict[str, int]]) -> Result:
        sibling = self.period.sibling
        if sibling is None:
            apart = {name: cells for name, cells in told.items() if name != RAYON}
            shown = parts.hide(total, apart, threshold=self.small)
            if RAYON in told:
                rayons = parts.hide_within(told, shown, _rayons(told[RAYON]), threshold=self.small)
                shown.parts[RAYON] = rayons
            return Result(measure, shown.total, shown.total is None, shown.parts)
        other = method.count(measure, self.records.rows(measure.source), sibling)
        value, _other = parts.halves(total, int(other.value or 0), threshold=self.small)
        return Result(measure, value, value is None, {})


def _rayons(codes: Iterable[str]) -> parts.Within:
    return parts.Within(RAYON, OBLAST, {code: oblast(code) for code in codes})


def is_over(measure: Measure, period: Period) -> bool:
    """Whether it is a period of which nothing can be said any more."""
    return measure.today and not period.holds(timezone.localdate().isoformat())


def resting_on(measure: Measure, counted: Counted, rows: Iterable[method.Row], period: Period) -> Counted:
    """What decides whether the number is small: of money, how many people it is for."""
    if not measure.rests_on:
        return counted
    people = method.count(replace(measure, where={"item": measure.rests_on}), rows, period)
    return replace(counted, base=int(people.value or 0))


def is_small(measure: Measure, counted: Counted, small: int) -> bool:
    """Whether a share, a sum or a middle rests on so few that it would tell about one of them."""
    if measure.of == "share":
        return any(0 < held < small for held in (counted.base, counted.part, counted.base - counted.part))
    return 0 < counted.base < small


def shown(period: Period) -> str:
    """A period in words: a year, or the first and the last month of a half."""
    if not period.half:
        return period.code
    first, last = (date_format(day, "F") for day in (period.first, period.last))
    return f"{first} – {last} {period.first.year}"


def category(dimension: Dimension, code: str) -> str:
    """A part in words; a code without words stays as it is."""
    if code in dimension.labels:
        return words(dimension.labels[code])
    if code == method.UNKNOWN:
        return _("Not known")
    if dimension.to:
        start, _arrow, end = code.partition(method.ARROW)
        return f"{codelists.label(dimension.list, start)} → {codelists.label(dimension.to, end)}"
    return codelists.label(dimension.list, code) if dimension.list else code


def in_order(dimension: Dimension, codes: Iterable[str]) -> list[str]:
    """The parts in the order of their list, the unknown last."""
    order = list(dimension.labels or codelists.entries(dimension.list))
    place = {code: number for number, code in enumerate(order)}
    return sorted(set(codes), key=lambda code: (code == method.UNKNOWN, place.get(code, len(place)), code))


def sources_of(period: Period, actor: Actor) -> dict[str, float]:
    """What the live records of the actor's desk say of items that returns ask for as well."""
    records = Records([period], actor)
    presumed = sum(period.holds(row["on"]) for row in records.rows("presumed"))
    helped = len({row["person"] for row in records.rows("services") if period.holds(row["on"])})
    found: dict[str, float] = {
        "persons_found": presumed,
        "people_treated": helped,
        "people_supported": helped,
    }
    for row in records.rows("claims"):
        for item, more in (("persons", 1), ("som", row["som"])):
            code = f"{row['item']}_{item}"
            found[code] = found.get(code, 0) + (more or 0)
    return found
