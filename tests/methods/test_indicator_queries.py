"""What a database counts is what the rows say: every declared measure, against the plain count."""

import random
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kamkor.methods.engines import EngineProblem, sources
from kamkor.methods.indicators import Indicator, Measure, Period, count, declared

DAYS = ["2026", "2025-12-31", "2026-01-01", "2026-06", "2026-07-01", "2027-01-01", "2026-06-30"]
ENGINES = [
    "duckdb",
    pytest.param("spark", marks=pytest.mark.skipif(not find_spec("pyspark"), reason="no pyspark")),
]


def wanted(measure: Measure) -> dict[str, list[Any]]:
    """Values of each field that a measure looks at: those that it wants, others, and none."""
    found: dict[str, list[Any]] = {}
    for name, value in [*measure.where.items(), *measure.part.items()]:
        if isinstance(value, Mapping):
            found[name] = [value["above"], value["above"] + 1, None]
        else:
            found[name] = [*(value if isinstance(value, list) else [value]), "o'ther", None]
    if measure.column:
        found.setdefault(measure.column, [1, 2, 3.5, 7, None])
    return found


def made(one: Indicator, measure: Measure, chance: random.Random) -> list[dict[str, Any]]:
    fields = {name: ["a", "b", None, ""] for name in one.by} | wanted(measure)
    return [
        {
            "on": chance.choice(DAYS),
            "person": chance.randrange(40),
            "period": chance.choice([None, "2026", "2026H1"]),
        }
        | {name: chance.choice(values) for name, values in fields.items()}
        for _row in range(chance.choice([0, 1, 10, 11, 150]))
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_declared_measure_is_counted_alike(tmp_path: Path, engine: str) -> None:
    chance = random.Random(5)
    cases: list[tuple[Indicator, Measure, list[dict[str, Any]], str]] = []
    for one in declared()[0].values():
        for measure in one.measures:
            rows = made(one, measure, chance)
            if rows:
                name = f"s{len(cases)}"
                pl.DataFrame(rows, infer_schema_length=None).write_parquet(tmp_path / f"{name}.parquet")
                cases.append((one, measure, rows, name))
    with sources(tmp_path, engine) as tables:
        for number, (one, measure, rows, name) in enumerate(cases):
            period = Period(["2026", "2026H1", "2026H2"][number % 3])
            plain = [
                {key: value for key, value in row.items() if (key, value) != ("period", None)} for row in rows
            ]
            assert tables[name].count(measure, period, by=one.by) == count(measure, plain, period, by=one.by)


@pytest.mark.parametrize("engine", ENGINES)
def test_several_codes_in_a_cell_and_missing_columns(tmp_path: Path, engine: str) -> None:
    (tmp_path / "codes.csv").write_text(
        "on,person,form,period\n2026-02-01,1,1,\n2026-03-01,2,0,\n2026-03-01,3,,\n2026-03-01,4,1,2026\n"
    )
    (tmp_path / "rows.csv").write_text("on,person,form\n2026,1,a|b\n2026-05,1,a\n2026,2,\n")
    measure = Measure("m", {}, "persons", "rows")
    with sources(tmp_path, engine) as tables:
        found = tables["rows"].count(measure, Period("2026"), by=("form", "oblast"))
        assert found.cells == {"form": {"a": 1, "b": 1, "unknown": 1}, "oblast": {"unknown": 2}}
        numbers = tables["codes"].count(measure, Period("2026H1"), by=("form",))
        assert numbers.cells == {"form": {"1": 1, "0": 1, "unknown": 1}}
        assert (
            tables["codes"]
            .count(Measure("m", {}, "persons", "rows", where={"form": "1"}), Period("2026H1"))
            .value
            == 1
        )
        narrow = Measure("m", {}, "persons", "rows", where={"ground": "x"})
        assert tables["rows"].count(narrow, Period("2026")).value == 0


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineProblem, match="one for each source"), sources(tmp_path):
        pass
    (tmp_path / "Bad name.csv").write_text("on\n2026\n")
    with pytest.raises(EngineProblem, match="named like its source"), sources(tmp_path):
        pass
    (tmp_path / "Bad name.csv").rename(tmp_path / "rows.csv")
    if not find_spec("pyspark"):
        with pytest.raises(EngineProblem, match="pyspark"), sources(tmp_path, "spark"):
            pass
