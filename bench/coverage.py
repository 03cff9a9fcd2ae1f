"""How often the 95 % intervals of the hidden number hold the truth, on populations whose truth is known.

`python -m bench.coverage --populations 200 --seconds 3600` simulates what is missing, the most wanted first,
and writes it beside the methods, where the report of `kamkor prevalence` reads it, and into the page on the
method. What was simulated so far is kept in `--kept FILE`, so that a short run goes on where the last one
stopped. `--seconds 0` only writes the page.
"""

import argparse
import csv
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from kamkor.methods.prevalence import lcm
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
BOOT, BOOT_BIC = 1000, 200  # resamples of each population: enough for a share of coverage
CHAINS, FIRST, SWEEPS = 16, 1_000, 2_000  # of the latent classes of each population; the command has more
EFFORT = {
    "dga": "exact",
    "bic": f"{BOOT_BIC} to {BOOT:,} resamples",
    "lcm": f"{CHAINS} chains of {FIRST:,} to {SWEEPS:,} sweeps",
}
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


class Kept:
    """What has been simulated, one line for each population: world, method, seed, estimate / truth, whether
    the interval held the truth, high / low, seconds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: dict[tuple[str, str], dict[int, Outcome]] = {}
        for line in path.read_text().splitlines() if path.exists() else []:
            world, method, seed, *outcome = json.loads(line)
            self.found.setdefault((world, method), {})[seed] = Outcome(*outcome)

    def add(self, world: World, method: str, seed: int) -> None:
        """Every population has its own seed, the same for all methods."""
        started = time.process_time()
        table = world.table(np.random.default_rng([2026, seed]))
        boot = BOOT_BIC if method == "bic" else BOOT
        [result] = estimate(table, [method], Settings(boot=boot, seed=seed))
        ratio = held = width = None
        if result.total is not None and result.interval:
            ratio = result.total / world.people
            held = result.interval.low <= world.people <= result.interval.high
            width = result.interval.high / result.interval.low
        outcome = Outcome(ratio, held, width, time.process_time() - started)
        self.found.setdefault((world.name, method), {})[seed] = outcome
        with self.path.open("a") as file:
            file.write(json.dumps([world.name, method, seed, *astuple(outcome)]) + "\n")

    def covered(self, world: World, method: str) -> Covered | None:
        """All together, however many there are so far."""
        outcomes = list(self.found.get((world.name, method), {}).values())
        if not outcomes:
            return None
        ratios = [o.ratio for o in outcomes if o.ratio is not None]
        held = sum(o.held is True for o in outcomes)
        widths = [o.width for o in outcomes if o.width is not None]
        return Covered(
            world.name, method, len(outcomes), len(ratios), held / len(ratios) if ratios else None,
            float(np.median(ratios)) if ratios else None, float(np.median(widths)) if ratios else None,
            round(sum(o.seconds for o in outcomes)), EFFORT.get(method, f"{BOOT:,} resamples"),
        )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What one population gave; None where the method refused."""

    ratio: float | None
    held: bool | None
    width: float | None
    seconds: float


def wanted(populations: int, methods: Sequence[str]) -> Iterator[tuple[World, str]]:
    known = {(row.world, row.method) for row in Covered.kept() if row.populations >= populations}
    for method in sorted(methods, key=ORDER.index):
        for world in worlds():
            if (world.name, method) not in known:
                yield world, method


def write(rows: Sequence[Covered]) -> None:
    places = {world.name: place for place, world in enumerate(worlds())}
    rows = sorted(rows, key=lambda row: (ORDER.index(row.method), places[row.world]))
    with KEPT.open("w", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Covered)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def coverage() -> str:
    """The table of what `python -m bench.coverage` has simulated."""
    lines = [
        "| Populations | Method | Simulated | With a figure | Held the truth | Estimate / truth | Effort |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in Covered.kept():
        shares = " | ".join("" if share is None else f"{share:.2f}" for share in (row.coverage, row.ratio))
        figures = f"{row.populations} | {row.given} | {shares}"
        lines.append(f"| {row.world} | {row.method} | {figures} | {row.effort} |")
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
    parser.add_argument("--kept", type=Path, default=Path(tempfile.gettempdir()) / "kamkor-coverage.jsonl")
    given = parser.parse_args()
    lcm.CHAINS, lcm.FIRST, lcm.LAST = CHAINS, FIRST, SWEEPS
    kept = Kept(given.kept)
    missing = list(wanted(given.populations, given.methods))
    for seed in range(given.populations):
        for world, method in missing:
            if time.process_time() < given.seconds and seed not in kept.found.get((world.name, method), {}):
                kept.add(world, method, seed)
    for world, method in missing:
        if row := kept.covered(world, method):
            same = (world.name, method)
            write([*(old for old in Covered.kept() if (old.world, old.method) != same), row])
    publish()


if __name__ == "__main__":
    main()
