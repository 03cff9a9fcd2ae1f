"""The hidden number: seconds of every method, and how often intervals held the truth in simulations."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.coverage import UNITED_KINGDOM, coverage, mixed
from bench.options import Options, options
from kamkor.methods.prevalence.loglinear import Bools, Floats
from kamkor.methods.prevalence.stepwise import select
from kamkor.methods.prevalence.tables import Table
from tests.methods.prevalence.elsewhere import new_orleans

ABOUT = """## The hidden number

`kamkor prevalence` as a process of its own, imports and reading of the file included. The six lists are those
of the United Kingdom in 2013, five of them with PF and NCA as one; eight are those of New Orleans (186
people, 18 of 28 pairs share nobody), or invented (2,600 people observed, each list with 100-600).
"""
MERGED = ["--merge", "PF+NCA"]
RUNS: list[tuple[str, str, list[str], int | None]] = [
    ("stepwise, 1,000 resamples", "6", ["--boot", "1000"], 2),
    ("stepwise, 1,000 resamples", "8, New Orleans", ["--boot", "1000"], 3),
    ("stepwise, 1,000 resamples", "8, invented", ["--boot", "1000"], 3),
    ("stepwise, 10,000 resamples", "6", ["--boot", "10000"], 6),
    ("stepwise, 10,000 resamples", "8, New Orleans", ["--boot", "10000"], 12),
    ("stepwise, 10,000 resamples", "8, invented", ["--boot", "10000"], 12),
    ("bic over pairs, 1,000 resamples", "6", ["--method", "bic", "--boot", "1000"], None),
    ("bic over all orders, 1,000 resamples", "5", [*MERGED, "--method", "bic", "--boot", "1000"], None),
    ("dga", "6", ["--method", "dga"], None),
    ("lcm until it converged", "6", ["--method", "lcm"], 90),
    ("lcm until it converged", "5", [*MERGED, "--method", "lcm"], None),
]
SWEEPS = """import time, numpy, kamkor.methods.prevalence.lcm as l
from kamkor.methods.prevalence.reading import read
chains = l._Chains(read(open(__import__("sys").argv[1]).read()).table, numpy.random.default_rng(1))
chains.run(100)
before = time.process_time()
chains.run(110_000 // l.CHAINS)
print(time.process_time() - before)"""


def main(_given: Options) -> None:
    print(ABOUT)
    if not UNITED_KINGDOM.exists():
        print(f"Left out: {UNITED_KINGDOM.name} is not here.\n")
        return
    print("| Method | Lists | CPU seconds | Goal | Answer |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        eight = {"8, invented": eight_lists(), "8, New Orleans": written(new_orleans())}
        for name, lists, arguments, goal in RUNS:
            file = UNITED_KINGDOM
            if lists in eight:
                file = Path(folder) / "eight.csv"
                file.write_text(eight[lists])
            seconds, answer = timed(file, arguments)
            print(f"| {name} | {lists} | {seconds:.1f} | {goal or ''} | {answer} |", flush=True)
    print(f"| lcm, 110,000 sweeps | 6 | {sweeps():.1f} | 1.3 | |\n")
    print(coverage())
    print(referrals())


def referrals() -> str:
    """What people whom we sent from one list to another do to the estimate, by how they are sent."""
    rng, people, chance = np.random.default_rng(5), 2000, 0.085
    rows = []
    for name, anywhere in (("from the first list to the second", False), ("to any other list", True)):
        found = []
        for _population in range(100):
            on = rng.random((people, 4)) < chance
            seen = np.flatnonzero(on.any(1) if anywhere else on[:, 0])
            sent = seen[rng.random(len(seen)) < 0.2]
            after = on.copy()
            after[sent, rng.integers(4, size=len(sent)) if anywhere else 1] = True
            found.append([float(select(histories(each)).totals[0]) for each in (on, after)])
        alone, together = np.median(found, axis=0) / people
        rows.append(f"| {name} | {together:.2f} | {alone:.2f} |")
    head = "| A fifth are sent | Estimate / truth | Without such overlaps |\n| --- | --- | --- |\n"
    return head + "\n".join(rows) + "\n"


def histories(on: Bools) -> Floats:
    """A row of counts of people who are on these lists."""
    of = (on * (1 << np.arange(on.shape[1]))).sum(1)
    return np.bincount(of[of > 0], minlength=1 << on.shape[1]).astype(float)[None]


def eight_lists() -> str:
    """Eight lists of 8,000 people in two classes, as a table of counts."""
    chances = np.array([0.06, 0.08, 0.05, 0.03, 0.02, 0.04, 0.01, 0.07])
    expected = mixed([(0.7, (chances * 0.8).tolist()), (0.3, (chances * 1.5).tolist())])
    counts = np.random.default_rng(8).multinomial(8000, expected)
    return written(Table(tuple("abcdefgh"), {h: int(counts[h]) for h in range(1, 256) if counts[h]}))


def written(table: Table) -> str:
    """As a file of counts."""
    places = range(len(table.lists))
    rows = [[*(history >> place & 1 for place in places), n] for history, n in table.counts.items()]
    lines = [",".join(map(str, row)) for row in rows]
    return "\n".join([",".join([*table.lists, "count"]), *lines]) + "\n"


def timed(file: Path, arguments: list[str]) -> tuple[float, str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "kamkor.cli", "prevalence", file, *arguments, "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = json.loads(done.stdout)
    return seconds, f"{found['N_hat']:,.0f} ({found['ci']['low']:,.0f}-{found['ci']['high']:,.0f})"


def sweeps() -> float:
    done = subprocess.run(
        [sys.executable, "-c", SWEEPS, UNITED_KINGDOM], capture_output=True, text=True, check=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    return float(done.stdout)


if __name__ == "__main__":
    main(options())
