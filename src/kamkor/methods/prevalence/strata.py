"""One log-linear model for several groups of people: each group has its own size and its own chance of each
list, and all share how pairs of lists attract or avoid each other, the pairs being chosen stepwise as for one
group (covariates as in Bishop, Fienberg & Holland 1975, chapter 6)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kamkor.methods.prevalence.existence import estimable
from kamkor.methods.prevalence.intervals import Interval
from kamkor.methods.prevalence.loglinear import DOWN, UP, Bools, Floats
from kamkor.methods.prevalence.results import Status
from kamkor.methods.prevalence.rules import doubts, refusals, too_wide
from kamkor.methods.prevalence.sensitivity import counts_of
from kamkor.methods.prevalence.stepwise import masks_of_pairs, names_of, tails
from kamkor.methods.prevalence.tables import Table

NORMAL_975 = 1.959964
STEPS, ENOUGH = 60, 1e-9


@dataclass(frozen=True)
class Together:
    """The totals by group and of all, the pairs taken, and the interval of the total given that model."""

    totals: dict[str, float]
    total: float
    interval: Interval
    model: list[str]
    reasons: list[str]  # why it is an indication only

    def as_json(self) -> dict[str, object]:
        low, high = round(self.interval.low, 2), round(self.interval.high, 2)
        return {
            "status": (Status.INDICATION if self.reasons else Status.ESTIMATE).value,
            "reasons": self.reasons,
            "N_hat": round(self.total, 2),
            "ci_given_model": {"level": 0.95, "low": low, "high": high},
            "by": {name: round(total, 2) for name, total in self.totals.items()},
            "model": self.model,
        }


def together(strata: Mapping[str, Table], *, threshold: float) -> Together | None:
    """The estimate of all groups in one model; None where the model without pairs has none. A group that is
    on fewer than two lists, or whose lists share nobody, has none by itself and makes it None. Where a group
    by itself may have no estimate it is an indication."""
    model = _Model(np.vstack([counts_of(table) for table in strata.values()]))
    if not model.possible([]):
        return None
    pairs = model.choose(threshold)
    expected, information = model.fit(pairs)
    unseen = expected.reshape(model.shape)[:, 0]
    lists = next(iter(strata.values())).lists
    observed = model.counts.sum(1)
    interval = _interval(float(observed.sum()), unseen, np.asarray(np.linalg.inv(information), float))
    return Together(
        dict(zip(strata, (observed + unseen).tolist(), strict=True)),
        float(observed.sum() + unseen.sum()),
        interval,
        [names_of(lists, int(mask)) for mask in pairs],
        [*_reasons(strata), *too_wide(interval)],
    )


def _reasons(strata: Mapping[str, Table]) -> list[str]:
    tables = {name: table.trimmed() for name, table in strata.items()}
    return [
        f"{name}: {reason}"
        for name, table in tables.items()
        for reason in refusals(table) or doubts(table, None)
    ]


def _interval(observed: float, unseen: Floats, variance: Floats) -> Interval:
    """Log-normal for the unseen (Chao 1987), by the delta method and with their own Poisson variance."""
    groups = len(unseen)
    total = float(unseen.sum())
    spread = float(unseen @ variance[:groups, :groups] @ unseen) + total
    factor = float(np.exp(NORMAL_975 * np.sqrt(np.log1p(spread / total**2))))
    return Interval(observed + total / factor, observed + total * factor)


class _Model:
    """The design: the groups' intercepts come first, then their lists, then the pairs in common."""

    def __init__(self, counts: Floats) -> None:
        self.counts, self.shape = counts, counts.shape
        groups, histories = counts.shape
        self.lists = histories.bit_length() - 1
        self.history = np.tile(np.arange(histories), groups)
        own = np.repeat(np.eye(groups), histories, 0)
        on = (self.history[:, None] >> np.arange(self.lists) & 1).astype(float)
        chances = (own[:, :, None] * on[:, None]).reshape(len(own), -1)
        people = chances.T @ counts.ravel() > 0
        self.closed = (chances[:, ~people] > 0).any(1)  # a list that has nobody of a group
        self.base = np.hstack([own, chances[:, people]])

    def choose(self, threshold: float) -> list[int]:
        """The pairs that the stepwise rule takes."""
        taken: list[int] = []
        while True:
            expected, _ = self.fit(taken)
            left = [int(mask) for mask in masks_of_pairs(self.lists) if mask not in taken]
            telling = {mask: self._tail(mask, expected) for mask in left}
            possible = (m for m in sorted(left, key=telling.__getitem__)
                        if telling[m] < threshold and self.possible([*taken, m]))  # fmt: skip
            best = next(possible, None)
            if best is None:
                return taken
            taken.append(best)

    def possible(self, pairs: list[int]) -> bool:
        """Whether the model with these pairs has one estimate."""
        design, within = self._opened(pairs)
        people = self.counts.ravel() > 0
        return estimable(design, within & people, within & ~people)

    def fit(self, pairs: list[int]) -> tuple[Floats, Floats]:
        """The expected counts of all histories, the unseen too, and the information of the parameters."""
        design, within = self._opened(pairs)
        rows, counts = design[within], self.counts.ravel()[within]
        expected = counts + 0.5
        for _step in range(STEPS):
            information = rows.T @ (expected[:, None] * rows)
            working = expected * np.log(expected) + counts - expected
            solved = np.linalg.solve(
                information + np.diag(np.diagonal(information)) * 1e-11, rows.T @ working
            )
            near = np.log(expected)
            before, expected = expected, np.exp(np.clip(rows @ solved, near - DOWN, near + UP))
            if np.abs(expected - before).max() < ENOUGH * counts.sum():
                break
        everywhere = np.where(within | (self.history == 0), np.exp(np.clip(design @ solved, -60, 60)), 0.0)
        return everywhere, rows.T @ (expected[:, None] * rows)

    def _tail(self, mask: int, expected: Floats) -> float:
        met = (self.history & mask) == mask
        observed = self.counts.ravel()[met].sum()
        return float(tails(np.array(observed), np.array(expected[met].sum())))

    def _opened(self, pairs: list[int]) -> tuple[Floats, Bools]:
        """The design with the pairs that have people, and the histories that stay in the likelihood."""
        within = (self.history != 0) & ~self.closed
        columns = [self.base]
        for mask in pairs:
            met = (self.history & mask) == mask
            if self.counts.ravel()[met].sum() > 0:
                columns.append(met[:, None].astype(float))
            else:
                within &= ~met
        return np.hstack(columns), within
