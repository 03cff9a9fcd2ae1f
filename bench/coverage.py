"""How often the 95 % intervals of the hidden number hold the truth, on populations whose truth is known.

`python -m bench.coverage --populations 200 --seconds 3600` simulates what is missing, the most wanted first,
and writes it beside the methods, where the report of `kamkor prevalence` reads it, and into the page on the
method. `--seconds 0` only writes the page.
"""

import argparse
import csv
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from kamkor.methods.prevalence.coverage import KEPT, Covered
from kamkor.methods.prevalence.estimating import METHODS, estimate
from kamkor.methods.prevalence.loglinear import Floats
from kamkor.methods.prevalence.reading import read
from kamkor.methods.prevalence.results import Settings
from kamkor.methods.prevalence.sensitivity import counts_of
from kamkor.methods.prevalence.stepwise import select
from kamkor.methods.prevalence.tables import Table

UNITED_KINGDOM = Path(__file__).parents[2] / "shared" / "reference" / "mse_uk2013.csv"
PAGE = Path(__file__).parents[1] / "docs" / "methods" / "prevalence.md"
BOOT = 1000  # resamples of each population: enough for a share of coverage
ORDER = ["stepwise", "independence", "chao", "dga", "bic", "lcm"]


@dataclass(frozen=True)
class World:
    """A population: how many, and the chance of each capture history, that of being unseen first."""

    name: str
    people: int
    chances: Floats

    def table(self, rng: np.random.Generator) -> Table:
        counts = rng.multinomial(self.people, self.chances)
        lists = tuple("ABCDEF"[: len(counts).bit_length() - 1])
        return Table(lists, {h: int(counts[h]) for h in range(1, len(counts)) if counts[h]})


def worlds() -> list[World]:
    """The five kinds of populations."""
    return [
        World("independent", 3000, mixed([(1.0, [0.08, 0.06, 0.05, 0.04, 0.03])])),
        united_kingdom(),
        World("two classes, mild", 3000,
              mixed([(0.3, [0.14, 0.10, 0.09, 0.07, 0.05]), (0.7, [0.06, 0.05, 0.04, 0.03, 0.02])])),
        World("two classes, strong", 3000,
              mixed([(0.15, [0.30, 0.25, 0.20, 0.15, 0.10]), (0.85, [0.04, 0.03, 0.03, 0.02, 0.02])])),
        World("lists of tens", 400, mixed([(1.0, [0.12, 0.10, 0.08, 0.07])])),
    ]  # fmt: skip


def mixed(classes: Sequence[tuple[float, Sequence[float]]]) -> Floats:
    """The chances of histories where each class has its own chance of each list."""
    histories = np.arange(1 << len(classes[0][1]))
    total = np.zeros(len(histories))
    for share, lists in classes:
        on = histories[:, None] >> np.arange(len(lists)) & 1
        total += share * np.where(on, lists, 1 - np.array(lists)).prod(1)
    return total


def united_kingdom() -> World:
    """As the stepwise model fits the lists of 2013."""
    fitted = select(counts_of(read(UNITED_KINGDOM.read_text()).table))
    expected = fitted.expected[0]
    return World("as fitted to the UK in 2013", round(float(fitted.totals[0])), expected / expected.sum())


def simulated(world: World, method: str, populations: int) -> Covered:
    """Every population has its own seed, the same for all methods."""
    held, ratios, widths, started = 0, [], [], time.process_time()
    for seed in range(populations):
        table = world.table(np.random.default_rng([2026, seed]))
        [result] = estimate(table, [method], Settings(boot=BOOT, seed=seed))
        if result.total is not None and result.interval:
            held += result.interval.low <= world.people <= result.interval.high
            ratios.append(result.total / world.people)
            widths.append(result.interval.high / result.interval.low)
    given = len(ratios)
    return Covered(
        world.name, method, populations, given, held / given if given else None,
        float(np.median(ratios)) if given else None, float(np.median(widths)) if given else None,
        round(time.process_time() - started),
    )  # fmt: skip


def wanted(populations: int, methods: Sequence[str]) -> Iterator[tuple[World, str]]:
    known = {(row.world, row.method) for row in Covered.kept() if row.populations >= populations}
    for method in sorted(methods, key=ORDER.index):
        for world in worlds():
            if (world.name, method) not in known:
                yield world, method


def write(rows: Sequence[Covered]) -> None:
    with KEPT.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Covered)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def coverage() -> str:
    """The table of what `python -m bench.coverage` has simulated."""
    lines = [
        "| Populations | Method | Simulated | With a figure | Interval held the truth | Estimate / truth |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in Covered.kept():
        shares = " | ".join("" if share is None else f"{share:.2f}" for share in (row.coverage, row.ratio))
        lines.append(f"| {row.world} | {row.method} | {row.populations} | {row.given} | {shares} |")
    return "\n".join(lines) + "\n"


def publish() -> None:
    """Put the table into the page on the method, in the place of the one there."""
    before, begin, rest = PAGE.read_text().partition("| Populations |")
    after = rest[rest.index("\n\n") :]
    PAGE.write_text(before + (coverage().rstrip() if begin else "") + after)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--populations", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3600, help="CPU, after which nothing new begins")
    parser.add_argument("--methods", nargs="*", default=list(METHODS))
    given = parser.parse_args()
    for world, method in wanted(given.populations, given.methods):
        if time.process_time() >= given.seconds:
            break
        row = simulated(world, method, given.populations)
        same = (world.name, method)
        write([*(old for old in Covered.kept() if (old.world, old.method) != same), row])
    publish()


if __name__ == "__main__":
    main()
