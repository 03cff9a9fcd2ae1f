"""How well and how fast people are found again, in the open and encoded, and by Splink as usually set up."""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.linkage.people import HARD, USUAL, Noise, save, written
from bench.options import Options

ABOUT = """## Linkage

`kamkor link` as a process of its own, reading and writing included, on invented people
(`bench/linkage/people.py`: families that share surname, telephone and town, twins, homonyms; every row in a
custom of spelling of its own, with slips of the hand, swapped names, wrong dates, empty cells). F1 is of
pairs within clusters. The threshold is chosen without the truth. *Harder* is the half of the names and the
customs that the program was not made with, and twice the noise; no goal was set for it, nor for three
lists, of which a person is on two and seldom three.
"""
HEAD = """
| Rows | What | Precision | Recall | F1 | Goal | CPU seconds | Goal | Memory at most, GB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |"""


class Run(NamedTuple):
    """What is measured: rows of some lists, and what is asked of F1 and seconds."""

    rows: int
    what: str
    lists: int = 1
    noise: Noise = USUAL
    held_back: bool = False
    f1: float | None = None
    seconds: int | None = None


RUNS = [
    Run(100_000, "one list, its duplicates", f1=0.98, seconds=35),
    Run(100_000, "one list, harder", noise=HARD, held_back=True),
    Run(60_000, "three lists", lists=3),
    Run(1_000_000, "one list, its duplicates", f1=0.97, seconds=150),
]
ENCODED = Run(40_000, "two lists, encoded", lists=2, f1=0.96, seconds=60)
SPLINK = [
    ("Splink 5 with ordinary settings, best threshold by the truth",),
    ("Splink 5 on names folded by us, best threshold by the truth", "folded"),
]


class Spent(NamedTuple):
    output: str
    seconds: float
    gigabytes: float


def main(_given: Options | None = None, largest: int = 1_000_000) -> None:
    print(ABOUT + HEAD)
    with tempfile.TemporaryDirectory() as name:
        for number, run in enumerate(run for run in [*RUNS, ENCODED] if run.rows <= largest):
            folder = Path(name) / str(number)
            made = written(
                run.rows, lists=run.lists, seed=number + 1, held_back=run.held_back, noise=run.noise
            )
            paths = save(made, folder)
            for line in encoded(run, paths) if run is ENCODED else in_the_open(run, paths):
                print(line, flush=True)


def in_the_open(run: Run, paths: Sequence[Path]) -> Iterator[str]:
    folder = paths[0].parent
    out = folder / "clusters.csv"
    spent = spend("kamkor.cli", "link", *paths, "--truth", folder / "truth.csv", "--out", out, "--json")
    yield line(run, run.what, json.loads(spent.output), spent)
    if run is RUNS[0]:
        for what, *options in SPLINK:
            spent = spend("bench.linkage.splink_usual", paths[0], folder / "truth.csv", *options)
            yield line(Run(run.rows, what), what, json.loads(spent.output.splitlines()[-1]), spent)


def encoded(run: Run, paths: Sequence[Path]) -> Iterator[str]:
    folder = paths[0].parent
    (folder / "key").write_text("0123456789abcdef" * 4)
    files = [path.with_suffix(".clk") for path in paths]
    for path, file in zip(paths, files, strict=True):
        made = spend(
            "kamkor.cli", "link", "encode", path, "--key-file", folder / "key", "--out", file, "--invented"
        )
    truth, out = folder / "truth.csv", folder / "overlap.csv"
    spent = spend("kamkor.cli", "link", "match-encoded", *files, "--truth", truth, "--out", out, "--json")
    yield line(run, f"{run.what} (encoding one: {made.seconds:.0f} s)", json.loads(spent.output), spent)


def line(run: Run, what: str, found: dict[str, float], spent: Spent) -> str:
    cells = [
        f"{run.rows:,}", what, *(f"{found[name]:.4f}" for name in ("precision", "recall", "f1")),
        f"{run.f1 or ''}", f"{spent.seconds:.0f}", f"{run.seconds or ''}", f"{spent.gigabytes:.1f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def spend(module: str, *arguments: str | Path) -> Spent:
    """Runs a module in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    watched = (
        "import resource, runpy, sys; sys.argv = sys.argv[1:]\n"
        "try: runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", watched, module, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(done.stdout, seconds, int(done.stderr.splitlines()[-1]) / 1e6)
