"""Stepwise choice of pairs of lists (Bales, Hesketh & Silverman 2015; Chan, Silverman & Vincent 2021), for
many tables at once: every bootstrap resample goes through the whole selection."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import gammainc, gammaincc

from kamkor.methods.prevalence.existence import exists
from kamkor.methods.prevalence.loglinear import NONE, Bools, Floats, Ints, fit, opened, over, with_lists

AT_ONCE, CELLS = 1000, 500_000  # rows and cells worked on together: enough to be quick, and to fit in memory
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
    parts = list(_selected(counts, threshold, largest))
    return Chosen(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Chosen.__annotations__)
    )


def totals(counts: Floats, *, threshold: float = THRESHOLD, largest: int | None = None) -> Floats:
    """The totals alone, for any number of rows."""
    return np.concatenate([part.totals for part in _selected(counts, threshold, largest)])


def _selected(counts: Floats, threshold: float, largest: int | None) -> Iterator[Chosen]:
    histories = counts.shape[1]
    inside = history_sizes(histories.bit_length() - 1) <= (largest or histories)
    rows = min(AT_ONCE, CELLS // histories)
    for at in range(0, len(counts), rows):
        yield _Selection(counts[at : at + rows], inside, threshold).run()


def masks_of_pairs(lists: int) -> Ints:
    return np.array([1 << a | 1 << b for a, b in combinations(range(lists), 2)], int).reshape(-1)


def history_sizes(lists: int) -> Ints:
    return np.array([history.bit_count() for history in range(1 << lists)])


class _Selection:
    """The state of rows that are selected together."""

    def __init__(self, counts: Floats, within: Bools, threshold: float) -> None:
        self.counts, self.within, self.threshold = counts, within, threshold
        lists = counts.shape[1].bit_length() - 1
        self.pairs = masks_of_pairs(lists)
        self.totals = over(counts)
        self.overlaps = self.totals[:, self.pairs]
        self.terms = with_lists(np.full((len(counts), len(self.pairs)), NONE), lists)
        self.filled = np.full(len(counts), 1 + lists)
        self.taken: Bools = np.zeros(self.overlaps.shape, bool)
        self.expected = np.zeros(counts.shape)
        self.inside: Bools = np.zeros(counts.shape, bool)

    def run(self) -> Chosen:
        rows = np.arange(len(self.counts))
        good = self._possible(rows)
        self._fit(rows[good])
        live = rows[good & (self.threshold > 0)]
        while live.size:
            live = self._add(live)
            self._fit(live)
        total = np.where(good, self.counts.sum(1) + self.expected[:, 0], np.inf)
        return Chosen(total, self.taken, self.expected, self.inside)

    def _opened(self, rows: Ints) -> tuple[Bools, Ints]:
        inside, terms = opened(self.totals[rows], self.terms[rows, : int(self.filled[rows].max())])
        return inside & self.within, terms

    def _possible(self, rows: Ints) -> Bools:
        return exists(self.counts[rows] > 0, *self._opened(rows))

    def _fit(self, rows: Ints) -> None:
        if rows.size:
            start = self.expected[rows] if self.expected[rows].any() else None
            inside, terms = self._opened(rows)
            self.expected[rows] = fit(self.counts[rows], inside, terms, start).expected
            self.inside[rows] = inside

    def _add(self, rows: Ints) -> Ints:
        """Give each row its most telling pair that can be estimated; the rows that got one."""
        probable = tails(self.overlaps[rows], self._expected_overlaps(rows))
        probable[self.taken[rows]] = 2.0
        grown = [rows[:0]]
        while rows.size:
            best = probable.argmin(1)
            telling = probable[np.arange(len(rows)), best] < self.threshold
            rows, probable, best = rows[telling], probable[telling], best[telling]
            possible = self._try(rows, best)
            grown.append(rows[possible])
            probable[np.arange(len(rows)), best] = 2.0
            rows, probable = rows[~possible], probable[~possible]
        return np.sort(np.concatenate(grown))

    def _expected_overlaps(self, rows: Ints) -> Floats:
        expected = self.expected[rows]
        expected[:, 0] = 0
        return over(expected)[:, self.pairs]

    def _try(self, rows: Ints, pair: Ints) -> Bools:
        """Add a pair to each row, and take it back where the model then has no estimate."""
        if not rows.size:
            return np.zeros(0, bool)
        self.terms[rows, self.filled[rows]] = self.pairs[pair]
        self.filled[rows] += 1
        good = self._possible(rows)
        self.taken[rows[good], pair[good]] = True
        back = rows[~good]
        self.filled[back] -= 1
        self.terms[back, self.filled[back]] = NONE
        return good


def tails(observed: Floats, expected: Floats) -> Floats:
    """The smaller Poisson probability of an overlap as small, or as large, as the observed one."""
    lower = gammaincc(observed + 1, expected)
    upper = np.where(observed > 0, gammainc(np.maximum(observed, 1), expected), 1.0)
    smaller: Floats = np.minimum(lower, upper)
    return smaller


def names_of(lists: Sequence[str], mask: int) -> str:
    """A term as a statistician writes it: the lists joined by *."""
    return "*".join(name for place, name in enumerate(lists) if mask >> place & 1)
