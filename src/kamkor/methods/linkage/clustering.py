"""Who belongs together: rows joined by what speaks for all of their pairs, not by the strongest link alone.

Linked rows are first gathered; where every pair of them agrees they are one person. The others are joined
step by step, the two groups whose pairs agree best on average first, as long as more speaks for it than
against; rows of one list stay apart where there are several lists.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from kamkor.methods.linkage.folding import Ints

Floats = NDArray[np.float64]
Score = Callable[[Ints, Ints], Floats]
LARGEST = 40  # rows gathered; a larger gathering is parted at its weaker links first
MOST = 8.0  # what one pair may say at most for or against, in log odds


def clusters(lists: NDArray[np.int32], links: tuple[Ints, Ints, Floats], score: Score) -> Ints:
    """The number of each row's cluster; `score` gives the log odds of any pairs."""
    one, other, odds = links
    several = bool((lists != lists[0]).any())
    gathered = _gathered(len(lists), one, other, odds)
    left, right = pairs_within(gathered)
    found = np.clip(score(left, right), -MOST, MOST)
    if several:
        found[lists[left] == lists[right]] = -np.inf
    answer = gathered.copy()
    doubtful = np.unique(gathered[left[found < 0]])
    inside = np.isin(gathered[left], doubtful)
    left, right, found = left[inside], right[inside], found[inside]
    order = np.argsort(gathered[left], kind="stable")
    bounds = np.flatnonzero(np.diff(gathered[left[order]])) + 1
    new = int(answer.max()) + 1
    for places in np.split(order, bounds) if len(order) else []:
        for group in _agreed(left[places], right[places], found[places])[1:]:
            answer[group] = new
            new += 1
    return np.unique(answer, return_inverse=True)[1].astype(np.int64)


def _gathered(size: int, one: Ints, other: Ints, odds: Floats) -> Ints:
    """Rows that hang together by links; of gatherings that are too large only stronger links count."""
    bar = np.zeros(len(odds))
    for step in (0.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0):
        kept = odds > np.maximum(bar, 0)
        graph = coo_array((np.ones(int(kept.sum())), (one[kept], other[kept])), shape=(size, size))
        labels = connected_components(graph, directed=False)[1].astype(np.int64)
        large = np.bincount(labels) > LARGEST
        if not large.any():
            break
        bar[large[labels[one]]] = step + 2
    return labels


def pairs_within(labels: Ints) -> tuple[Ints, Ints]:
    order = np.argsort(labels, kind="stable")
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    at = np.arange(len(order))
    for step in range(1, min(len(order), 4 * LARGEST)):
        at = at[at + step < len(order)]
        at = at[labels[order[at]] == labels[order[at + step]]]
        if not len(at):
            break
        left.append(order[at])
        right.append(order[at + step])
    return np.concatenate(left), np.concatenate(right)


def _agreed(left: Ints, right: Ints, odds: Floats) -> list[list[int]]:
    """Groups of these rows by average linkage on log odds; the first keeps the number that it has."""
    groups = {int(row): [int(row)] for row in np.unique(np.concatenate([left, right]))}
    pairs = zip(left.tolist(), right.tolist(), odds.tolist(), strict=True)
    sums = {(min(one, other), max(one, other)): value for one, other, value in pairs}

    def average(pair: tuple[int, int]) -> tuple[float, tuple[int, int]]:
        return sums[pair] / (len(groups[pair[0]]) * len(groups[pair[1]])), pair

    while sums:
        one, other = best = max(sums, key=average)
        if sums[best] <= 0:
            break
        del sums[best]
        for third in groups:
            if third not in best:
                gone = sums.pop((min(other, third), max(other, third)))
                sums[min(one, third), max(one, third)] += gone
        groups[one] += groups.pop(other)
    return list(groups.values())
