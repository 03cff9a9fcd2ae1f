"""The hidden number: seconds of every method, and how often intervals held the truth in simulations."""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from bench.coverage import UNITED_KINGDOM, coverage, mixed
from bench.options import Options, options

ABOUT = """## The hidden number

`kamkor prevalence` as a process of its own, imports and reading of the file included. The six lists are those
of the United Kingdom in 2013; the eight are invented (2,600 people observed, each list with 100-600).
"""
RUNS = [
    ("stepwise, 1,000 resamples", 6, ["--boot", "1000"], 2),
    ("stepwise, 1,000 resamples", 8, ["--boot", "1000"], 3),
    ("stepwise, 10,000 resamples", 6, ["--boot", "10000"], 6),
    ("stepwise, 10,000 resamples", 8, ["--boot", "10000"], 12),
    ("bic over pairs, 1,000 resamples", 6, ["--method", "bic", "--boot", "1000"], None),
    ("dga", 6, ["--method", "dga"], None),
    ("lcm until it converged", 6, ["--method", "lcm"], 90),
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
    print("| Method | Lists | CPU seconds | Goal | Answer |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        eight = Path(folder) / "eight.csv"
        eight.write_text(eight_lists())
        for name, lists, arguments, goal in RUNS:
            seconds, answer = timed(UNITED_KINGDOM if lists == 6 else eight, arguments)
            print(f"| {name} | {lists} | {seconds:.1f} | {goal or ''} | {answer} |", flush=True)
    print(f"| lcm, 110,000 sweeps | 6 | {sweeps():.1f} | 1.3 | |\n")
    print(coverage())


def eight_lists() -> str:
    """Eight lists of 8,000 people in two classes, as a table of counts."""
    chances = np.array([0.06, 0.08, 0.05, 0.03, 0.02, 0.04, 0.01, 0.07])
    expected = mixed([(0.7, (chances * 0.8).tolist()), (0.3, (chances * 1.5).tolist())])
    counts = np.random.default_rng(8).multinomial(8000, expected)
    rows = [[*(history >> place & 1 for place in range(8)), counts[history]] for history in range(1, 256)]
    lines = [",".join(map(str, row)) for row in rows if row[-1]]
    return "\n".join(["a,b,c,d,e,f,g,h,count", *lines]) + "\n"


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
        env={"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    return float(done.stdout)


if __name__ == "__main__":
    main(options())
