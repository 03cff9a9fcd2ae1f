"""What everybody is told of the numbers of people: the annual report, open data and the formats of others say
the same, and what one of them has said the others do not give away.

A year is counted once, when it is over and is first told, and stays as it was told, until it is other by so
many people that whoever has both learns of no few. Every cell that may be told is decided at once, with all
that was told before (`kamkor.methods.disclosure.told`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from importlib.util import find_spec
from itertools import product

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.base.problems import Problem
from kamkor.methods import indicators as method
from kamkor.methods.disclosure.years import TOTAL, YEARS, Cell, Told, spans, years_of
from kamkor.methods.indicators import Measure, Period, declared
from kamkor.statistics.models import PublicCount, ReleaseFile
from kamkor.statistics.sources import Records

SOURCES = ("presumed", "confirmed")  # indicators whose numbers are told apart in two ways at once
BY = ("group", "form")
Year = dict[str, dict[str, int]]  # group, form
Exact = dict[str, Year]


@dataclass
class Held:
    """What is told of one number, and what was counted for it."""

    exact: Exact = field(default_factory=dict)
    cells: dict[Cell, Told] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)  # years of open data that stands

    def forget(self, year: str) -> None:
        """A year that is told anew, with its halves and the sums that it is in."""
        self.exact = {period: found for period, found in self.exact.items() if year not in years_of(period)}
        self.cells = {cell: told for cell, told in self.cells.items() if year not in years_of(cell[0])}

    def at(self, period: str, group: str = TOTAL, form: str = TOTAL) -> Told:
        return self.cells.get((period, group, form), Told())


def name_of(indicator: str, measure: Measure) -> str:
    return f"{indicator}-{measure.code}".replace("_", "-")


def is_told(measure: Measure) -> bool:
    """Whether it is a number of people or rows that is told for years and sums of years."""
    counted = measure.of in ("person", "rows") or (measure.source == "returns" and not measure.rests_on)
    return counted and not (measure.open or measure.stock or measure.today)


Ledger = defaultdict[str, Held]  # by name of the number


def told(
    ledger: Ledger, name: str, measure: Measure, records: Records, *, asked: Iterable[Period], keep: bool
) -> Held:
    """What everybody is told of these years or halves, those that are over; what is new of it is kept."""
    over = [period for period in asked if period.last < timezone.localdate()]
    live = {each.code: said for each in over if (said := counted(name, measure, records, each))}
    before = ledger[name]
    for year, exact in live.items():
        if year in before.exact and year not in before.released and _is_other(before.exact[year], exact):
            before.forget(year[:4])
    found = decided(before, live)
    if keep and found.cells != before.cells:
        rows = [[*cell, *astuple(each)] for cell, each in found.cells.items()]
        PublicCount.objects.create(measure=name, counted=found.exact, cells=rows)
    ledger[name] = found
    return found


def decided(before: Held, new: Mapping[str, Year]) -> Held:
    """With years that were not told before; those that were stay as they are."""
    exact = {**new, **before.exact}
    if not exact or {*exact, *spans(sorted(exact))} <= {period for period, *_rest in before.cells}:
        return before
    need_science()
    from kamkor.methods.disclosure.told import decide, with_halves

    cells = decide(with_halves(exact), before.cells, settings.SMALL_CELL_PUBLIC)
    return Held(exact, cells, before.released)


def counted(name: str, measure: Measure, records: Records, period: Period) -> Year | None:
    """The exact numbers of a year or a half; nothing where nobody has reported."""
    rows = records.rows(measure.source)
    if name.partition("-")[0] not in SOURCES:
        value = method.count(measure, rows, period).value
        return None if value is None else {"": {"": int(value)}}
    down, across = (declared()[1][each] for each in BY)
    found = method.cross(measure, rows, [period], by=(BY[0], BY[1]))
    return {group: {form: found.get((group, form), 0) for form in across.labels} for group in down.labels}


def ledger() -> Ledger:
    """All that was told, the oldest first; a release that waits for signatures counts as told."""
    from kamkor.statistics.publishing.tables import TABLE, read

    found: Ledger = defaultdict(Held)
    for row in PublicCount.objects.order_by("pk"):
        _add(found[row.measure], row)
    files = ReleaseFile.objects.filter(name=TABLE, release__withdrawn_at=None, release__method="suppress")
    for file in files.select_related("release").order_by("release_id"):
        held = found[file.release.about.get("measure", "")]
        held.exact |= file.release.counted
        held.released |= file.release.counted.keys()
        for cell, value in read(bytes(file.content)).items() if file.release.counted else ():
            held.cells.setdefault(cell, Told(value))
    return found


def _add(held: Held, row: PublicCount) -> None:
    for year, exact in row.counted.items():
        if held.exact.get(year, exact) != exact:
            held.forget(year[:4])
        held.exact[year] = exact
    for period, group, form, value, most in row.cells:
        held.cells.setdefault((period, group, form), Told(value, most))


def _is_other(old: Year, new: Year) -> bool:
    """Whether it differs, and nowhere by few people."""
    before, after = totals(old), totals(new)
    apart = [abs(after[key] - count) for key, count in before.items()]
    return any(apart) and not any(0 < each < settings.SMALL_CELL_PUBLIC for each in apart)


def totals(year: Year) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for group, row in year.items():
        for form, count in row.items():
            found.update(dict.fromkeys(product((group, TOTAL), (form, TOTAL)), count))
    return found


def need_science() -> None:
    if not all(map(find_spec, ("numpy", "scipy"))):
        raise Problem(_("The packages for figures are not installed. Mend: make science"))


def three_years(last: int) -> list[Period]:
    return [Period(str(year)) for year in range(last - YEARS + 1, last + 1)]
