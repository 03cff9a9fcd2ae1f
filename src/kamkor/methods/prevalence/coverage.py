"""How often the intervals held the truth in simulations: what was simulated is kept beside this file."""

import csv
from dataclasses import dataclass
from pathlib import Path

KEPT = Path(__file__).with_name("coverage.csv")


@dataclass(frozen=True)
class Covered:
    """One method on one kind of population: how many were simulated, how many got an interval, the share of
    these that held the truth, the median of estimate / truth and of high / low, the seconds, and what was
    spent on each population where the command spends more."""

    world: str
    method: str
    populations: int
    given: int
    coverage: float | None
    ratio: float | None
    width: float | None
    seconds: int
    effort: str

    @classmethod
    def kept(cls) -> "list[Covered]":
        """All that has been simulated."""
        if not KEPT.exists():
            return []
        with KEPT.open(newline="") as file:
            return [cls._read(row) for row in csv.DictReader(file)]

    @classmethod
    def _read(cls, row: dict[str, str]) -> "Covered":
        populations, given, seconds = (int(row[name]) for name in ("populations", "given", "seconds"))
        shares = (float(row[name]) if row[name] else None for name in ("coverage", "ratio", "width"))
        coverage, ratio, width = shares
        return cls(
            row["world"], row["method"], populations, given, coverage, ratio, width, seconds, row["effort"]
        )  # fmt: skip
