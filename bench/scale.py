"""How cost grows from ten thousand rows to ten million: the indicators, and a release of protected tables."""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from bench.options import Options, options
from kamkor.methods.indicators import Measure, declared

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
ABOUT = """## At scale

`kamkor report count` with DuckDB: every measure of the indicators on *presumed* and on *decided*, with
all their parts, from Parquet files of so many invented rows each. `kamkor release`: tables of sex, age, form,
oblast and year (all pairs) protected at k = 11, from a CSV of so many people. Each is a process of its own,
start, reading and writing included. The goal is 4 GB at ten million rows. The same queries run on Spark
(`--engine spark`); pyspark is none of our packages and was not here, so that this was not tried.
"""
CODES: dict[str, list[str | None]] = {
    "finder": ["ngo", "state", "self", "unknown"],
    "value": ["confirmed", "not_confirmed"],
    "group": ["women", "men", "girls", "boys"],
    "age_then": ["0-8", "9-17", "18-29", "30-47", "48+"],
    "form": ["labour", "sexual", "labour|sexual", "begging", None],
    "oblast": ["bishkek", "osh_city", "chuy", "osh", "jalal_abad", "naryn", "talas", "batken", "issyk_kul"],
}
COLUMNS = {"sex": 2, "age": 6, "form": 6, "oblast": 9, "year": 8}


def main(_given: Options, largest: int = SIZES[-1]) -> None:
    print(ABOUT)
    print("| Rows | Indicators, CPU s | GB at most | Release, CPU s | GB at most |")
    print("| --: | --: | --: | --: | --: |")
    for rows in SIZES:
        if rows > largest:
            break
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "rows").mkdir()
            indicators = counted(folder, rows)
            released = release(folder, rows)
            print(f"| {rows:,} | {indicators} | {released} |", flush=True)


def counted(folder: Path, rows: int) -> str:
    chance = np.random.default_rng(1)
    days = np.array([f"{2022 + day // 365}-{day % 12 + 1:02}-{day % 28 + 1:02}" for day in range(5 * 365)])
    for source in ("presumed", "decided"):
        fields: dict[str, pl.Series] = {
            "on": pl.Series(days)[chance.integers(len(days), size=rows)],
            "person": pl.Series(chance.integers(rows, size=rows)),
            "days": pl.Series(chance.integers(400, size=rows)),
        }
        for field in needed(source):
            codes = CODES.get(field, ["a", "b", "c", None])
            fields[field] = pl.Series(codes, dtype=pl.String)[chance.integers(len(codes), size=rows)]
        pl.DataFrame(fields).write_parquet(folder / "rows" / f"{source}.parquet")
    out = folder / "out.json"
    spent = run("report", "count", folder / "rows", "--period", "2025", "--out", out)
    assert json.loads(out.read_text())["indicators"]["presumed"]
    return spent


def needed(source: str) -> list[str]:
    """The fields that the measures of a source look at."""
    found: set[str] = set()
    for one in declared()[0].values():
        measures: list[Measure] = [measure for measure in one.measures if measure.source == source]
        found |= {name for measure in measures for name in measure.where}
        found |= set(one.by) if measures else set()
    return sorted(found - {"days", "person", "on"})


def release(folder: Path, rows: int) -> str:
    chance, file = np.random.default_rng(2), folder / "people.csv"
    kinds = chance.integers(0, 6, rows)
    columns = {}
    for name, size in COLUMNS.items():
        bounds = chance.dirichlet(np.full(size, 0.8), size=6).cumsum(axis=1)[kinds]
        columns[name] = (chance.random(rows)[:, None] > bounds[:, :-1]).sum(axis=1).astype(np.int8)
    pl.DataFrame(columns).write_csv(file)
    return run("release", file, "--k", "11", "--out", folder / "released", "--json")


def run(*arguments: object) -> str:
    """CPU seconds and the most memory of a command in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{seconds:.1f} | {int(done.stdout.splitlines()[-1]) / 1e6:.2f}"


WATCHED = """import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "kamkor.cli", *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""


if __name__ == "__main__":
    main(options())
