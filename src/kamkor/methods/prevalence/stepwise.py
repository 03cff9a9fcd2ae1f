"""Stepwise choice of pairs of lists (Bales, Hesketh & Silverman 2015; Chan, Silverman & Vincent 2021), for
many tables at once: every bootstrap resample goes through the whole selection."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import gammainc, gammaincc

from kamkor.methods.prevalence.existence import exists
from kamkor.methods.prevalence.loglinear import NONE, Bools, Fit, Floats, Ints, fit, over

AT_ONCE = 2000  # rows that are worked on together: enough to be quick, few enough for the memory
THRESHOLD = 0.02


@dataclass(frozen=True)
class Chosen:
    """For each table: the estimated total (inf where there is none), the pairs taken (in columns as `pairs`),
    the expected counts, and which histories stayed in the likelihood."""

    totals: Floats
    taken: Bools
    expected: Floats
    inside: Bools


def select(counts: Floats, *, threshold: float = THRESHOLD, largest: int | None = None) -> Chosen:
    """The choice for each row of counts by history; threshold 0 takes no pair: independence. Histories of
    more than `largest` lists are left out of the likelihood."""
    inside = history_sizes(counts.shape[1].bit_length() - 1) <= (largest or counts.shape[1])
    parts = [
        _Selection(counts[at : at + AT_ONCE], inside, threshold).run()
        for at in range(0, len(counts), AT_ONCE)
    ]
    return Chosen(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Chosen.__annotations__)
    )


def masks_of_pairs(lists: int) -> Ints:
    return np.array([1 << a | 1 << b for a, b in combinations(range(lists), 2)], int).reshape(-1)


def history_sizes(lists: int) -> Ints:
    return np.array([history.bit_count() for history in range(1 << lists)])


class _Selection:
    """The state of rows that are selected together."""

    def __init__(self, counts: Floats, inside: Bools, threshold: float) -> None:
        self.counts, self.threshold = counts, threshold
        lists = counts.shape[1].bit_length() - 1
        self.pairs = masks_of_pairs(lists)
        self.totals = over(counts)
        self.support = counts > 0
        singles = 1 << np.arange(lists)
        present = self.totals[:, singles] > 0
        self.inside = np.repeat(inside[None], len(counts), 0)
        self.inside[:, 0] = False
        for place, single in enumerate(singles):  # a list without people says nothing: it leaves the table
            self._close(np.flatnonzero(~present[:, place]), np.repeat(single, (~present[:, place]).sum()))
        both = (self.pairs[:, None] & singles) > 0
        self.banned: Bools = np.any(both[None] & ~present[:, None], axis=2)
        self.taken: Bools = np.zeros((len(counts), len(self.pairs)), bool)
        self.terms = np.full((len(counts), 1 + lists + len(self.pairs)), NONE)
        self.terms[:, 0] = 0
        self.terms[:, 1 : 1 + lists] = np.where(present, singles, NONE)
        self.filled = np.full(len(counts), 1 + lists)
        self.expected = np.zeros(counts.shape)

    def run(self) -> Chosen:
        rows = np.arange(len(self.counts))
        good = exists(self.support, self.inside, self._terms(rows))
        self._fit(rows[good], None)
        live = rows[good & (self.threshold > 0)]
        while live.size:
            live = self._add(live)
            self._fit(live, self.expected[live])
        total = np.where(good, self.counts.sum(1) + self.expected[:, 0], np.inf)
        return Chosen(total, self.taken, self.expected, self.inside)

    def _terms(self, rows: Ints) -> Ints:
        return self.terms[rows, : int(self.filled[rows].max(initial=1))]

    def _fit(self, rows: Ints, start: Floats | None) -> None:
        if rows.size:
            done: Fit = fit(self.counts[rows], self.inside[rows], self._terms(rows), start)
            self.expected[rows] = done.expected

    def _add(self, rows: Ints) -> Ints:
        """Give each row its most telling pair that can be estimated; the rows that got one."""
        tails = _tails(self.totals[rows][:, self.pairs], self._overlaps(rows))
        tails[self.taken[rows] | self.banned[rows]] = 2.0
        grown: list[Ints] = []
        while rows.size:
            best = tails.argmin(1)
            telling = tails[np.arange(len(rows)), best] < self.threshold
            rows, tails, best = rows[telling], tails[telling], best[telling]
            possible = self._try(rows, best)
            grown.append(rows[possible])
            tails[np.arange(len(rows)), best] = 2.0
            rows, tails = rows[~possible], tails[~possible]
        return np.sort(np.concatenate(grown)) if grown else rows

    def _overlaps(self, rows: Ints) -> Floats:
        return over(np.where(self.inside[rows], self.expected[rows], 0.0))[:, self.pairs]

    def _try(self, rows: Ints, pair: Ints) -> Bools:
        """Add a pair to each row, and take it back where the model then has no estimate."""
        if not rows.size:
            return np.zeros(0, bool)
        masks = self.pairs[pair]
        empty = self.totals[rows, masks] == 0
        before = self.inside[rows[empty]]
        self._close(rows[empty], masks[empty])
        full = rows[~empty]
        self.terms[full, self.filled[full]] = masks[~empty]
        self.filled[full] += 1
        good = exists(self.support[rows], self.inside[rows], self._terms(rows))
        self.taken[rows[good], pair[good]] = True
        self.inside[rows[empty & ~good]] = before[~good[empty]]
        back = rows[~empty & ~good]
        self.filled[back] -= 1
        self.terms[back, self.filled[back]] = NONE
        return good

    def _close(self, rows: Ints, masks: Ints) -> None:
        """Take the histories that contain these lists out of the likelihood: their expected count is 0."""
        histories = np.arange(self.counts.shape[1])
        self.inside[rows] &= (histories & masks[:, None]) != masks[:, None]


def _tails(observed: Floats, expected: Floats) -> Floats:
    """The smaller Poisson probability of an overlap as small, or as large, as the observed one."""
    lower = gammaincc(observed + 1, expected)
    upper = np.where(observed > 0, gammainc(np.maximum(observed, 1), expected), 1.0)
    smaller: Floats = np.minimum(lower, upper)
    return smaller


def names_of(lists: Sequence[str], mask: int) -> str:
    """A term as a statistician writes it: the lists joined by *."""
    return "*".join(name for place, name in enumerate(lists) if mask >> place & 1)
