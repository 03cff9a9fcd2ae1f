"""Averaging over decomposable graphs of lists with hyper-Dirichlet priors (Madigan & York 1997).

Under a decomposable graph the marginal likelihood of the complete table is a product over cliques divided by
one over separators. Taking out one simplicial list after the other gives the same
product as one factor for each list: that of the list with its neighbours over that of the neighbours alone.
"""

from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from kamkor.methods.prevalence.intervals import LEVEL, Interval
from kamkor.methods.prevalence.loglinear import Floats
from kamkor.methods.prevalence.results import Estimate, Settings
from kamkor.methods.prevalence.said import gettext_noop as _
from kamkor.methods.prevalence.said import said
from kamkor.methods.prevalence.sensitivity import counts_of
from kamkor.methods.prevalence.stepwise import names_of
from kamkor.methods.prevalence.tables import Table

MOST_LISTS = 7  # 617,675 graphs; eight lists have 30,888,596
POINTS, FARTHEST = 1000, 30  # of the unseen: from 1 to so many times the observed
AT_ONCE = 4000  # graphs
UNINFORMED = 0.1  # the most that the complete graph may have
EDGE = 0.01  # a posterior with more than this at the last hundredth of the points does not end there
COARSE = 0.2  # the most that one point may have
Factors = NDArray[np.int8]


def dga(table: Table, _settings: Settings) -> Estimate:
    """The posterior median and the middle 95 % of it."""
    lists = len(table.lists)
    if lists > MOST_LISTS:
        words = _("There are too many graphs of %(lists)s lists; merge those alike until %(most)s are left.")
        return Estimate(np.inf, None, impossible=[said(words, lists=lists, most=MOST_LISTS)])
    graphs, factors = decomposable(lists)
    unseen = np.round(np.linspace(1, FARTHEST * table.observed, POINTS))
    by_size, by_graph = _posterior(factors, _log_factors(counts_of(table)[0], unseen), _base(table, unseen))
    ends = [_quantile(unseen, by_size, share) + table.observed for share in _shares()]
    best = int(by_graph.argmax())
    return Estimate(
        ends[1],
        Interval(ends[0], ends[2]),
        model=[names_of(table.lists, mask) for mask in _edges(graphs[best], lists)],
        diagnostics={
            "graphs": len(graphs),
            "probability_of_model": round(float(by_graph[best]), 4),
            "credible": {"level": LEVEL, "low": round(ends[0], 2), "high": round(ends[2], 2)},
            "mean": round(float(unseen @ by_size) + table.observed, 2),
        },
        doubts=_doubts(by_size, float(by_graph[graphs.argmax()])),
    )


def _doubts(by_size: Floats, complete: float) -> list[str]:
    """What makes this posterior one of the prior and the grid more than of the lists."""
    doubts: list[str] = []
    if complete > UNINFORMED:
        words = _("The graph of all pairs, which says nothing of the unseen, has probability %(share)s.")
        doubts.append(said(words, share=f"{complete:.2f}"))
    if by_size[-POINTS // 100 :].sum() > EDGE:
        words = _("The posterior does not end within %(times)s times the observed.")
        doubts.append(said(words, times=FARTHEST))
    if by_size.max() > COARSE:
        doubts.append(said(_("The posterior is narrower than the steps that were tried.")))
    return doubts


def _shares() -> tuple[float, float, float]:
    return (1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2


def _edges(graph: int, lists: int) -> list[int]:
    masks = [1 << a | 1 << b for a, b in combinations(range(lists), 2)]
    return [mask for place, mask in enumerate(masks) if graph >> place & 1]


@lru_cache(maxsize=2)
def decomposable(lists: int) -> tuple[NDArray[np.int64], Factors]:
    """All decomposable graphs, as bits of the pairs of lists, and for each the power of each set's factor."""
    pairs = list(combinations(range(lists), 2))
    graphs = np.arange(1 << len(pairs))
    near = np.zeros((len(graphs), lists), np.uint8)
    for place, (one, other) in enumerate(pairs):
        edge = (graphs >> place & 1).astype(np.uint8)
        near[:, one] |= edge << other
        near[:, other] |= edge << one
    left = np.full(len(graphs), (1 << lists) - 1, np.uint8)
    factors = np.zeros((len(graphs), 1 << lists), np.int8)
    for _round in range(lists):
        found = _simplicial(near, left)
        good = np.flatnonzero(found >= 0)
        graphs, found, factors = graphs[good], found[good], factors[good]
        near, left = near[good], left[good]
        rows = np.arange(len(graphs))
        neighbours = near[rows, found] & left
        factors[rows, neighbours | (1 << found)] += 1
        factors[rows, neighbours] -= 1
        left &= ~(1 << found).astype(np.uint8)
    return graphs, factors


def _simplicial(near: NDArray[np.uint8], left: NDArray[np.uint8]) -> NDArray[np.int64]:
    """For each graph one list that is left and whose neighbours left are all neighbours; -1 without one."""
    lists = near.shape[1]
    found = np.full(len(near), -1)
    for one in range(lists):
        mine = near[:, one] & left
        good = (left >> one & 1).astype(bool)
        for other in range(lists):
            met = (mine >> other & 1).astype(bool)
            good &= ~met | (mine & ~near[:, other] == np.uint8(1 << other))
        found[good] = one
    return found


def _log_factors(counts: Floats, unseen: Floats) -> Floats:
    """For each set of lists and number of unseen the log of its Dirichlet-multinomial factor, each cell of
    the full table having the prior 2^-lists."""
    histories = np.arange(len(counts))
    factors = np.zeros((len(counts), len(unseen)))
    for chosen in range(1, len(counts)):
        marginal = np.bincount(histories & chosen, counts, len(counts))[histories & ~chosen == 0]
        prior = 1 / len(marginal)
        known = (gammaln(prior + marginal[1:]) - gammaln(prior)).sum()
        factors[chosen] = known + gammaln(prior + marginal[0] + unseen) - gammaln(prior)
        factors[chosen] -= gammaln(1 + counts.sum() + unseen)
    return factors


def _base(table: Table, unseen: Floats) -> Floats:
    """What all graphs share: the ways to choose who is unseen, and the prior 1 / N."""
    total = table.observed + unseen
    base: Floats = gammaln(total + 1) - gammaln(unseen + 1) - np.log(total)
    return base


def _posterior(factors: Factors, logs: Floats, base: Floats) -> tuple[Floats, Floats]:
    """The probabilities of each number of unseen, and of each graph; the graphs go by in parts."""
    top, by_size = -np.inf, np.zeros(len(base))
    by_graph: list[tuple[float, Floats]] = []
    for at in range(0, len(factors), AT_ONCE):
        weights = factors[at : at + AT_ONCE].astype(float) @ logs + base
        highest = float(weights.max())
        np.exp(weights - highest, out=weights)
        by_graph.append((highest, weights.sum(1)))
        if highest > top:
            by_size *= np.exp(top - highest) if np.isfinite(top) else 0
            top = highest
        by_size += weights.sum(0) * np.exp(highest - top)
    total = by_size.sum()
    return by_size / total, np.concatenate([sums * np.exp(high - top) for high, sums in by_graph]) / total


def _quantile(values: Floats, weights: Floats, share: float) -> float:
    return float(values[min(int(np.searchsorted(weights.cumsum(), share)), len(values) - 1)])
