"""Indicators as data: what is declared (unit, filter, event date, disaggregations, definition, standard) is
counted from plain rows, however they were read.

A row is a mapping with `on` (a partial ISO date of the event), `person` where people are counted, `period`
where it was made for one alone, and the fields that filters and disaggregations name. A person is counted
once per period; what is not known is a category of its own and never left out.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

UNKNOWN = "unknown"
Row = Mapping[str, Any]  # a cell holds a code, a number, or a list of codes
Labels = dict[str, str]
FILE = Path(__file__).parents[1] / "codes" / "data" / "indicators.json"


@dataclass(frozen=True)
class Period:
    """A year, or a half of one: "2026", "2026H1"."""

    code: str

    def __post_init__(self) -> None:
        year, half = self.code[:4], self.code[4:]
        if not (year.isdecimal() and len(year) == 4 and half in ("", "H1", "H2")):
            raise ValueError(f"“{self.code}” is neither a year like 2026 nor a half-year like 2026H1")

    @property
    def year(self) -> int:
        return int(self.code[:4])

    @property
    def half(self) -> str:
        return self.code[4:]

    @property
    def first(self) -> date:
        return date(self.year, 7 if self.half == "H2" else 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 6, 30) if self.half == "H1" else date(self.year, 12, 31)

    @property
    def before(self) -> "Period":
        """The one before it, of the same length."""
        if not self.half:
            return Period(str(self.year - 1))
        return Period(f"{self.year}H1" if self.half == "H2" else f"{self.year - 1}H2")

    @property
    def sibling(self) -> "Period | None":
        """The other half of the year."""
        return Period(f"{self.year}H{2 if self.half == 'H1' else 1}") if self.half else None

    @property
    def whole_year(self) -> "Period":
        return Period(str(self.year))

    def holds(self, on: str) -> bool:
        """Whether a partial date falls into it: one without a month falls into no half-year."""
        if not self.half:
            return on[:4] == self.code
        return len(on) >= 7 and self.first.isoformat()[:7] <= on[:7] <= self.last.isoformat()[:7]

    def nights(self, since: date, until: date) -> int:
        """How many nights between two days lie in it."""
        begin, end = max(since, self.first), min(until, self.last + timedelta(days=1))
        return max((end - begin).days, 0)


@dataclass(frozen=True)
class Measure:
    """One number of an indicator, and what it is counted from."""

    code: str
    title: Labels
    unit: str
    source: str
    of: str = "person"  # person, rows, sum, median, p90, share
    column: str = ""  # of which field, where it is not people or rows
    where: Mapping[str, Any] = field(default_factory=dict)
    part: Mapping[str, Any] = field(default_factory=dict)  # of a share: which of them
    series: str = ""  # of a standard, such as VC_HTF_DETV
    stock: bool = False  # how many there were at the end of a period: of several years there is no sum
    today: bool = False  # known as of today alone: of periods that are over nothing is said
    rests_on: str = ""  # of money: the item that says for how many people it is
    open: bool = False  # counts no people and nothing of theirs: a small number gives nobody away


@dataclass(frozen=True)
class Indicator:
    code: str
    number: int
    title: Labels
    definition: Labels
    event: str
    standard: str
    by: tuple[str, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Dimension:
    """What a number is told apart by: a code list, or a few labels of its own."""

    code: str
    title: Labels
    list: str = ""
    to: str = ""  # of a way, whose codes are two with an arrow between: the list of the second
    labels: Mapping[str, Labels] = field(default_factory=dict)


ARROW = ">"


@dataclass
class Counted:
    """The number of a measure, how many rows or people it rests on, and its parts by dimension."""

    value: float | None
    base: int
    part: int = 0
    cells: dict[str, dict[str, int]] = field(default_factory=dict)

    def adds_up(self, dimension: str) -> bool:
        """Whether each is in one category only, so that the parts sum to the whole."""
        return sum(self.cells[dimension].values()) == self.value


@cache
def declared(path: Path = FILE) -> tuple[dict[str, Indicator], dict[str, Dimension]]:
    """The indicators in their order and the dimensions, as the versioned file declares them."""
    held = json.loads(path.read_text("utf-8"))
    dimensions = {code: Dimension(code=code, **facts) for code, facts in held["dimensions"].items()}
    found = {}
    for facts in held["indicators"]:
        measures = tuple(Measure(**measure) for measure in facts.pop("measures"))
        indicator = Indicator(by=tuple(facts.pop("by")), measures=measures, **facts)
        missing = set(indicator.by) - dimensions.keys()
        if missing:
            raise ValueError(f"indicator {indicator.code}: no dimension is called {', '.join(missing)}")
        found[indicator.code] = indicator
    return found, dimensions


def version(path: Path = FILE) -> str:
    return str(json.loads(path.read_text("utf-8"))["version"])


def matches(row: Row, where: Mapping[str, Any]) -> bool:
    """`{"kind": "a"}`, `{"kind": ["a", "b"]}`, `{"days": {"above": 30}}`; all of them hold."""
    for name, wanted in where.items():
        value = row.get(name)
        if isinstance(wanted, Mapping):
            if value is None or value <= wanted["above"]:
                return False
        elif value not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


def count(measure: Measure, rows: Iterable[Row], period: Period, *, by: Sequence[str] = ()) -> Counted:
    """The number for one period with its parts."""
    held = [row for row in rows if _counts(row, period) and matches(row, measure.where)]
    if measure.of in ("person", "rows"):
        keys = [row["person"] if measure.of == "person" else place for place, row in enumerate(held)]
        whole = len(set(keys))
        return Counted(whole, whole, cells={name: _parts(keys, held, name) for name in by})
    if measure.of == "share":
        part = sum(matches(row, measure.part) for row in held)
        return Counted(round(100 * part / len(held), 1) if held else None, len(held), part)
    values = sorted(row[measure.column] for row in held if row.get(measure.column) is not None)
    return Counted(_summed(measure.of, values), len(values))


def cross(
    measure: Measure, rows: Iterable[Row], periods: Sequence[Period], *, by: tuple[str, str]
) -> Counter[tuple[str, str]]:
    """People of several periods by two dimensions at once, each in the categories of their first row."""
    seen: dict[tuple[str, Any], tuple[str, str]] = {}
    for row in rows:
        period = next((each for each in periods if _counts(row, each)), None)
        if period is not None and matches(row, measure.where):
            one, other = (_categories(row, name)[0] for name in by)
            seen.setdefault((period.code, row["person"]), (one, other))
    return Counter(seen.values())


def _counts(row: Row, period: Period) -> bool:
    return bool(row.get("period", period.code) == period.code and period.holds(row["on"]))


def _parts(keys: Sequence[object], rows: Sequence[Row], name: str) -> dict[str, int]:
    found: defaultdict[str, set[object]] = defaultdict(set)
    found[UNKNOWN] = set()
    for key, row in zip(keys, rows, strict=True):
        for category in _categories(row, name):
            found[category].add(key)
    return {category: len(members) for category, members in found.items()}


def _categories(row: Row, name: str) -> list[str]:
    value = row.get(name)
    if isinstance(value, (list, tuple)):
        return [str(each) for each in value] or [UNKNOWN]
    return [str(value)] if value not in (None, "") else [UNKNOWN]


def _summed(how: str, values: Sequence[float]) -> float | None:
    if not values:
        return None
    if how == "sum":
        return sum(values)
    if how == "p90":  # the smallest value that at least nine in ten do not exceed
        return values[max(-(-9 * len(values) // 10) - 1, 0)]
    return round(float(median(values)), 1)
