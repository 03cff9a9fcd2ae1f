"""Indicators counted by a database: the same declarations as in `indicators`, said in SQL.

The rows of a source are a table with `on`, perhaps `person` and `period`, and the fields as text or numbers;
several codes in one cell are joined by a stroke (`a|b`). What is asked is the same for DuckDB and for Spark;
only how a text is parted is said differently. Nothing here is ever given a value from outside: codes of
declarations and names of columns are quoted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kamkor.methods.indicators import UNKNOWN, Counted, Measure, Period

Ask = Callable[[str], Sequence[Sequence[Any]]]  # a query, and its rows


@dataclass(frozen=True)
class Engine:
    """How a database is asked, how it quotes a name, and how it parts a text into rows."""

    ask: Ask
    quote: str
    parted: str  # what stands behind the table, with {text} for the column; its values are called `each`


DUCKDB = ('"', "CROSS JOIN unnest(string_split({text}, '|')) AS parts(each)")
SPARK = ("`", "LATERAL VIEW explode(split({text}, '[|]')) parts AS each")


@dataclass(frozen=True)
class Source:
    """A table with its columns, as an engine knows it."""

    engine: Engine
    table: str
    columns: frozenset[str]

    def name(self, column: str) -> str:
        return named(column, self.engine.quote)

    def text(self, column: str) -> str:
        """As words, also where a file's codes look like numbers, or nothing stands in the column."""
        return f"CAST({self.name(column)} AS STRING)"

    def count(self, measure: Measure, period: Period, *, by: Sequence[str] = ()) -> Counted:
        """The number for one period with its parts, as `indicators.count` gives it."""
        held = f"{self.table} WHERE {' AND '.join(self._held(measure, period))}"
        if measure.of in ("person", "rows"):
            unit = f"COUNT(DISTINCT {self.name('person')})" if measure.of == "person" else "COUNT(*)"
            whole = int(self._one(unit, held)[0])
            return Counted(whole, whole, cells={one: self._parts(held, unit, one) for one in by})
        if measure.of == "share":
            part = " AND ".join(self._matches(measure.part)) or "TRUE"
            base, some = self._one(f"COUNT(*), COUNT(CASE WHEN {part} THEN 1 END)", held)
            return Counted(round(100 * some / base, 1) if base else None, base, some)
        if measure.column not in self.columns:
            return Counted(None, 0)
        return self._summed(measure, held)

    def _held(self, measure: Measure, period: Period) -> Iterator[str]:
        on = self.name("on")
        if period.half:
            first, last = period.first.isoformat()[:7], period.last.isoformat()[:7]
            yield f"length({on}) >= 7 AND substr({on}, 1, 7) BETWEEN '{first}' AND '{last}'"
        else:
            yield f"substr({on}, 1, 4) = '{period.code}'"
        if "period" in self.columns:
            yield f"coalesce({self.text('period')}, '{period.code}') = '{period.code}'"
        yield from self._matches(measure.where)

    def _matches(self, where: Mapping[str, Any]) -> Iterator[str]:
        for column, wanted in where.items():
            if column not in self.columns:
                yield "FALSE"
            elif isinstance(wanted, Mapping):
                yield f"{self.name(column)} > {_literal(wanted['above'])}"
            else:
                codes = wanted if isinstance(wanted, list) else [wanted]
                told = self.text if all(isinstance(code, str) for code in codes) else self.name
                yield f"{told(column)} IN ({', '.join(map(_literal, codes))})"

    def _parts(self, held: str, unit: str, column: str) -> dict[str, int]:
        """Of each category how many; what is not known is one of them."""
        if column not in self.columns:
            return {UNKNOWN: int(self._one(unit, held)[0])}
        text = f"coalesce(nullif({self.text(column)}, ''), '{UNKNOWN}')"
        inner = f"({selected(f'*, {text} AS category', held)}) AS counted"
        parted = self.engine.parted.format(text="category")
        rows = self.engine.ask(selected(f"each, {unit}", inner, parted, "GROUP BY each"))
        return {UNKNOWN: 0} | {str(category): int(number) for category, number in rows}

    def _summed(self, measure: Measure, held: str) -> Counted:
        value = self.name(measure.column)
        known = f"{held} AND {value} IS NOT NULL"
        if measure.of == "p90":  # the smallest value that at least nine in ten do not exceed
            order = f"row_number() OVER (ORDER BY {value}) AS place, COUNT(*) OVER () AS n"
            chosen = "place = CAST(floor((9 * n + 9) / 10) AS BIGINT)"
            ranked = f"({selected(f'{value} AS value, {order}', known)}) AS ranked"
            rows = self.engine.ask(selected("value, n", ranked, "WHERE", chosen))
            return Counted(rows[0][0], int(rows[0][1])) if rows else Counted(None, 0)
        middle = f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {value})"
        how = f"SUM({value})" if measure.of == "sum" else middle
        found, number = self._one(f"{how}, COUNT(*)", known)
        if found is not None and measure.of == "median":
            found = round(float(found), 1)
        return Counted(found, int(number))

    def _one(self, what: str, table: str) -> Sequence[Any]:
        return self.engine.ask(selected(what, table))[0]


def named(column: str, mark: str) -> str:
    """A name that a query may hold, whatever is in it."""
    return f"{mark}{column.replace(mark, mark * 2)}{mark}"


def selected(what: str, table: str, *rest: str) -> str:
    return " ".join(("SELECT", what, "FROM", table, *rest))


def _literal(value: Any) -> str:
    if isinstance(value, (int, float)):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
