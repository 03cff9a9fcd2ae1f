"""Releases: how near synthetic records and protected tables come to the truth, at what cost."""

import csv
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.options import Options, options
from bench.release_tables import TABLES, Invented

PERSONS = 222_000
EPSILON = "4"
ABOUT = f"""## Releases

`kamkor release` as a process of its own, imports, reading, reports and the attacks that are run included.
Both tables are invented (`bench/release_tables.py`): {PERSONS:,} people in 27 columns, epsilon {EPSILON} at
delta 1e-9, domain from their code lists. *Shaped* is like CTDC's file; *structured* has corridors (four
countries reached from each) and combinations that cannot be, of which the command is not told. Errors are
total variation distances. The figures of MST and pac-synth are quoted, not run again, and were measured on
another table of this shape.
"""
QUOTED = [
    ("shaped", "MST on mbi 2.0 (quoted)", ".0011", ".0186", ".091", "15", "1.2"),
    ("shaped", "pac-synth 0.0.8 (quoted)", ".0455", ".0890", "", "474", ""),
]
# What json.loads gives back has no narrower type.
Answer = dict[str, Any]


def main(_given: Options) -> None:
    print(ABOUT)
    print("| Table | | One-way | Two-way | Worst two-way | Three-way | CPU s | Memory GB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    print("| shaped | goal | .0005 | .004 | .06 | | 20 | 0.8 |\n| structured | goal | | .004 | .16 | | | |")
    with tempfile.TemporaryDirectory() as folder:
        for name, make in TABLES.items():
            synthetic(name, make(PERSONS), Path(folder))
        for table, whose, one, two, worst, seconds, memory in QUOTED:
            print(f"| {table} | {whose} | {one} | {two} | {worst} | | {seconds} | {memory} |")
        print()
        tables(Path(folder))


@dataclass(frozen=True)
class Run:
    """What a release answered, and what it took."""

    answer: Answer
    seconds: float
    memory: float


def run(*arguments: object) -> Run:
    """Each in an interpreter of its own, which starts the command and tells the most memory it had."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer, _, memory = done.stdout.rpartition("\n}")
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(json.loads(answer + "\n}"), seconds, int(memory) / 2**20)


WATCHED = """import resource, subprocess, sys
sys.stdout.write(subprocess.run([sys.executable, "-m", "kamkor.cli", "release", *sys.argv[1:], "--json"],
                                capture_output=True, text=True).stdout)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""


def synthetic(name: str, table: Invented, folder: Path) -> None:
    file = folder / f"{name}.csv"
    with file.open("w", newline="") as out:
        table.write(out)
    (folder / "domain.json").write_text(json.dumps(table.values))
    done = run(file, "--method", "dp-synthetic", "--epsilon", EPSILON, "--domain", folder / "domain.json",
               "--out", folder / name)  # fmt: skip
    ours = done.answer["utility"]
    line(name, "Kamkor", ours, f"{done.seconds:.1f} | {done.memory:.2f}")
    line(name, "columns permuted independently", ours["columns_permuted_independently"], " | ")
    if table.impossible:
        broken = impossible(folder / name / "synthetic.csv", table)
        print(f"| {name} | Kamkor: rows that cannot be | {broken} | | | | | |")
    who = done.answer["risk"]["membership"]
    print(
        f"| {name} | Kamkor: membership attack, AUC | {who['auc']:.3f} ± {2 * who['error']:.3f} | | | | | |"
    )


def line(name: str, whose: str, found: dict[str, float], rest: str) -> None:
    keys = ("one_way", "two_way", "two_way_worst", "three_way")
    print(f"| {name} | {whose} | {' | '.join(f'{found[key]:.4f}' for key in keys)} | {rest} |", flush=True)


def impossible(file: Path, table: Invented) -> int:
    with file.open(newline="") as rows:
        return sum(
            any(all(row[name] in words for name, words in rule.items()) for rule in table.impossible)
            for row in csv.DictReader(rows)
        )


def tables(folder: Path) -> None:
    """Protected tables of invented people, from few cells to as many as are allowed."""
    print("Protected tables at k = 11: small counts hidden, others with them, and the attacker's work.\n")
    print(
        "| Columns crossed | People | Cells | Small | Found if only these were hidden | Hidden | "
        "CPU s | Goal |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    rng = np.random.default_rng(11)
    for sizes, people in [
        ((9, 8, 6), 2_000),
        ((20, 12, 8), 5_000),
        ((9, 4, 4, 5, 10), 1_500),
        ((30, 70), 6_000),
    ]:
        kinds = rng.integers(0, 6, people)
        file = folder / "people.csv"
        columns = [rng.dirichlet(np.full(size, 0.6), size=6).cumsum(axis=1)[kinds] for size in sizes]
        codes = [(rng.random(people)[:, None] > bounds[:, :-1]).sum(axis=1) for bounds in columns]
        rows = [
            ",".join("abcde"[: len(sizes)]),
            *(",".join(map(str, row)) for row in zip(*codes, strict=True)),
        ]
        file.write_text("\n".join(rows) + "\n")
        done = run(file, "--out", folder / "tables")
        cells, risk = done.answer["cells"], done.answer["risk"]
        crossed = " × ".join(map(str, sizes)) + (" (all pairs)" if len(sizes) > 3 else "")
        found = risk["bounded_below_k_if_only_small_cells_were_hidden"]
        print(
            f"| {crossed} | {people:,} | {cells['published']:,} | {cells['small']:,} | up to {found:,} | "
            f"{cells['hidden']:,} | {done.seconds:.1f} | 30 |",
            flush=True,
        )


if __name__ == "__main__":
    main(options())
