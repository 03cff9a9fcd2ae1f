"""What a method found, and whether it may be called an estimate."""

from dataclasses import dataclass, field
from enum import Enum

from kamkor.methods.prevalence.intervals import LEVEL, Interval


class Status(Enum):
    """How far a figure may be trusted: an indication is published as a range only, a refusal not at all."""

    ESTIMATE = "estimate"
    INDICATION = "indication"
    REFUSED = "refused"


@dataclass(frozen=True)
class Settings:
    """With the table, all that a result depends on."""

    threshold: float = 0.02
    max_order: int | None = None
    boot: int = 10_000
    seed: int = 1


@dataclass(frozen=True)
class Estimate:
    """A method's own answer: the total with the observed, and what makes it doubtful or impossible."""

    total: float
    interval: Interval | None
    model: list[str] = field(default_factory=list)
    diagnostics: dict[str, object] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """An answer with its verdict; `total` is None exactly if it is refused."""

    method: str
    status: Status
    reasons: list[str]
    total: float | None
    interval: Interval | None
    observed: int
    lists: tuple[str, ...]
    model: list[str]
    diagnostics: dict[str, object]
    seed: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        """The contract of `kamkor prevalence --json`."""
        interval = self.interval and {
            "level": LEVEL, "low": round(self.interval.low, 2), "high": round(self.interval.high, 2)
        }  # fmt: skip
        return {
            "method": self.method,
            "status": self.status.value,
            "reasons": self.reasons,
            "N_hat": None if self.total is None else round(self.total, 2),
            "ci": interval,
            "observed": self.observed,
            "lists": list(self.lists),
            "model": self.model,
            "diagnostics": self.diagnostics,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
        }
