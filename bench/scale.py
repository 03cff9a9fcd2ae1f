"""How cost grows from ten thousand rows to ten million: the indicators, and a release of protected tables."""

import json
import resource
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl

from bench.options import Options, options
from bench.release_tables import shaped
from kamkor.methods.indicators import Measure, declared

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
ABOUT = """## At scale

`kamkor report count` with DuckDB: every measure of the indicators on *presumed* and on *decided*, with
all their parts, from Parquet files of so many invented rows each. `kamkor release`: tables of sex, age, form,
oblast and year (all pairs) protected at k = 11, from a CSV of so many people; then records in groups
(`kanon`, k = 11, five columns known to an outsider) and synthetic records (`dp-synthetic`, epsilon 4) from a
CSV of the first 12 columns of one shaped like CTDC's, with their reports of risk and utility. Each is a
process of its own, start, reading and writing included. The goal is 4 GB at ten million rows.
"""
CODES: dict[str, list[str | None]] = {
    "finder": ["ngo", "state", "self", "unknown"],
    "value": ["confirmed", "not_confirmed"],
    "group": ["women", "men", "girls", "boys"],
    "age_then": ["0-8", "9-17", "18-29", "30-47", "48+"],
    "form": ["labour", "sexual", "labour|sexual", "begging", None],
    "oblast": ["bishkek", "osh_city", "chuy", "osh", "jalal_abad", "naryn", "talas", "batken", "issyk_kul"],
}
BY_SPARK = 1_000_000  # rows
PART, WIDE = 500_000, 12  # rows and columns of the wide table
QUASI = ("yearOfRegistration", "gender", "ageBroad", "citizenship", "CountryOfExploitation")
COLUMNS = {"sex": 2, "age": 6, "form": 6, "oblast": 9, "year": 8}


def main(_given: Options, largest: int = SIZES[-1]) -> None:
    print(ABOUT)
    print(
        "| Rows | Indicators, CPU s | GB | Tables, CPU s | GB | Groups, CPU s | GB | Synthetic, CPU s | GB |"
    )
    print("| --: " * 9 + "|")
    for rows in SIZES:
        if rows > largest:
            break
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "rows").mkdir()
            indicators = counted(folder, rows)
            released = release(folder, rows)
            print(f"| {rows:,} | {indicators} | {released} | {microdata(folder, rows)} |", flush=True)

    if find_spec("pyspark") and largest >= BY_SPARK:
        by_spark()


def by_spark() -> None:
    """The same queries, in a process of Python and one of Java; with a million rows it does not pay yet."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rows").mkdir()
        more = ("--engine", "spark")
        print(f"\nBy Spark on this machine, with the same answers, {BY_SPARK:,} rows:\n")
        print("| Indicators, CPU s | GB, largest process | Tables, CPU s | GB, largest process |")
        print("| --: " * 4 + "|")
        print(f"| {counted(folder, BY_SPARK, *more)} | {release(folder, BY_SPARK, *more)} |", flush=True)


def counted(folder: Path, rows: int, *more: str) -> str:
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
    spent = run("report", "count", folder / "rows", "--period", "2025", "--out", out, *more)
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


def release(folder: Path, rows: int, *more: str) -> str:
    chance, file = np.random.default_rng(2), folder / "people.csv"
    kinds = chance.integers(0, 6, rows)
    columns = {}
    for name, size in COLUMNS.items():
        bounds = chance.dirichlet(np.full(size, 0.8), size=6).cumsum(axis=1)[kinds]
        columns[name] = (chance.random(rows)[:, None] > bounds[:, :-1]).sum(axis=1).astype(np.int8)
    pl.DataFrame(columns).write_csv(file)
    return run("release", file, "--k", "11", "--out", folder / "released", "--json", *more)


def microdata(folder: Path, rows: int) -> str:
    """Groups and synthetic records of one wide table, which is made and written in parts."""
    file, domain = folder / "records.csv", folder / "domain.json"
    with file.open("wb") as out:
        for at in range(0, rows, PART):
            part = shaped(min(PART, rows - at), seed=27 + at // PART)
            kept = list(part.codes)[:WIDE]
            words = {name: pl.Series(part.values[name])[part.codes[name]] for name in kept}
            pl.DataFrame(words).write_csv(out, include_header=not at)
    domain.write_text(json.dumps({name: part.values[name] for name in kept}))
    given: dict[str, list[object]] = {
        "kanon": ["--quasi", ",".join(QUASI)],
        "dp-synthetic": ["--domain", domain, "--epsilon", "4"],
    }
    return " | ".join(
        run("release", file, "--method", method, *more, "--out", folder / method, "--json")
        for method, more in given.items()
    )


def run(*arguments: object) -> str:
    """CPU seconds and the most memory of a command in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{seconds:.1f} | {int(done.stdout.splitlines()[-1]) / 1e6:.2f}"


WATCHED = """import ctypes, os, resource, subprocess, sys
ctypes.CDLL(None).prctl(36, 1)  # what it starts and leaves, such as Java, is waited for here
subprocess.run([sys.executable, "-m", "kamkor.cli", *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
try:
    while os.wait():
        pass
except ChildProcessError:
    pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""


if __name__ == "__main__":
    main(options())
