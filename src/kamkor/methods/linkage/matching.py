"""Who is on several encoded lists, found without the key: bits compared, best matches of both sides taken.

Bits that common names set together say less than their number: the filters are whitened by what all of them
have in common before they are compared. The threshold needs no truth: how high strangers score is seen from
when the best matches are taken away.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kamkor.methods.linkage.encoding import Bits
from kamkor.methods.linkage.folding import Ints

Floats = NDArray[np.float32]
_BLOCK = 2000  # rows compared together
_SHRUNK = 500  # rows that no correlation at all counts for
_NOISE = 0.02
_FEW = 200  # rows of the shorter list below which the usual threshold holds
_USUAL = 0.35
# Whose match was taken away is one of whom much is written; others meet strangers that score higher.
_WARY = 1.3
# Of the row of which less is written so much should be found in the other; what only the other tells is no
# sign against them, as an empty field and one that differs look alike.
_EXPECTED = np.float32(0.2)
_ABOVE = 2.0  # what the lead over the next best weighs, beside the score


class Best(NamedTuple):
    """For every row of a list its best three rows of another, best first, and their scores."""

    rows: Ints  # rows x 3
    scores: Floats


class Links(NamedTuple):
    """Rows of two lists that are each other's best, with their scores, and the threshold between them."""

    one: Ints
    other: Ints
    score: Floats
    threshold: float


def matched(lists: Sequence[Bits]) -> tuple[list[Ints], dict[tuple[int, int], float]]:
    """For each list the cluster of every row, and the threshold of each pair of lists."""
    sides = whitened(lists)
    starts = np.cumsum([0, *map(len, lists)])
    thresholds, found = {}, []
    for one, other in combinations(range(len(lists)), 2):
        links = linked(sides[one], sides[other])
        thresholds[one, other] = links.threshold
        kept = links.score >= links.threshold
        above = links.score[kept] - links.threshold
        found += [
            *zip(
                above.tolist(),
                (links.one[kept] + starts[one]).tolist(),
                (links.other[kept] + starts[other]).tolist(),
                strict=True,
            )
        ]
    which = np.repeat(np.arange(len(lists)), [len(rows) for rows in lists])
    clusters = _joined(found, which)
    return np.split(clusters, starts[1:-1]), thresholds


def whitened(lists: Sequence[Bits]) -> list[Floats]:
    """Rows in which correlated bits count less, of length one on average: longer if more is written."""
    together = np.concatenate(lists).astype(np.float32)
    size = len(together)
    mean = (together.sum(0) + _SHRUNK * together.mean()) / (size + _SHRUNK)
    together -= mean
    shared = together.T @ together
    usual = np.trace(shared) / len(shared) / max(size, 1)
    shared = (shared + _SHRUNK * usual * np.eye(len(shared))) / (size + _SHRUNK)
    values, vectors = np.linalg.eigh(shared)
    halfway = (vectors * (np.maximum(values, 0) + _NOISE) ** -0.25) @ vectors.T
    rows = together @ halfway.astype(np.float32)
    rows /= np.sqrt(max((rows * rows).sum(1).mean(), 1e-6))
    return np.split(rows, np.cumsum([len(one) for one in lists])[:-1])


def linked(one: Floats, other: Floats) -> Links:
    """Rows of two lists that are each other's best. How strangers score is seen when those are taken away:
    by the rows that are then each other's best."""
    left, right = bests(one, other)
    rows, none = np.arange(len(one)), np.zeros(len(one), np.int64)
    best = left.rows[:, 0]
    mutual = right.rows[best, 0] == rows
    scores = _standing(left, right, none, none)[mutual]
    if min(len(one), len(other)) < _FEW:
        return Links(rows[mutual], best[mutual], scores, _USUAL)
    taken = np.zeros(len(other), np.int64)
    taken[best[mutual]] = 1
    place = mutual.astype(np.int64)
    after = left.rows[rows, place]
    back = right.rows[after, taken[after]] == rows
    strangers = _standing(left, right, place, taken[after])[back]
    return Links(rows[mutual], best[mutual], scores, threshold(scores, strangers))


def _standing(left: Best, right: Best, place: Ints, back: Ints) -> Floats:
    """The score of each row with the one at this place of its best, and how far it is above the next best of
    both: somebody who is like many is nobody's double."""
    rows = np.arange(len(place))
    score, partner = left.scores[rows, place], left.rows[rows, place]
    following = (left.scores[rows, place + 1] + right.scores[partner, back + 1]) / 2
    following = np.maximum(following, -_EXPECTED)  # where there are too few others to have a next best
    return np.asarray(score + _ABOVE * (score - following), np.float32)


def bests(one: Floats, other: Floats) -> tuple[Best, Best]:
    """Block by block, so that memory holds no table of all pairs."""
    pieces = []
    right = Best(np.zeros((len(other), 3), np.int64), np.full((len(other), 3), -2, np.float32))
    for start in range(0, len(one), _BLOCK):
        part = one[start : start + _BLOCK]
        scores = part @ other.T
        scores -= np.minimum.outer(_EXPECTED * lengths(part), _EXPECTED * lengths(other))
        pieces.append(_best(scores))
        down = _best(scores.T)
        rows = np.hstack([right.rows, down.rows + start])
        found: Floats = np.hstack([right.scores, down.scores])
        order = np.argsort(-found, axis=1, kind="stable")[:, :3]
        right = Best(np.take_along_axis(rows, order, 1), np.take_along_axis(found, order, 1))
    left = Best(*(np.concatenate(part) for part in zip(*pieces, strict=True)))
    return left, right


def lengths(rows: Floats) -> Floats:
    """The squared length of each."""
    answer: Floats = np.einsum("ij,ij->i", rows, rows)
    return answer


def _best(scores: Floats) -> Best:
    at = np.arange(len(scores))
    rows, found = [], []
    for _place in range(3):
        rows.append(scores.argmax(1))
        found.append(scores[at, rows[-1]].copy())
        scores[at, rows[-1]] = -2
    for row, score in zip(reversed(rows), reversed(found), strict=True):
        scores[at, row] = score
    return Best(np.column_stack(rows), np.column_stack(found))


def threshold(scores: Floats, strangers: Floats) -> float:
    """The score with the best F1 that is to be expected, when so many strangers score so high."""
    middle = float(np.median(strangers))
    share = (scores < middle).sum() / max(int((strangers < middle).sum()), 1)
    steps = np.unique(scores[scores >= middle])
    if not len(steps):
        return middle
    found = len(scores) - np.searchsorted(np.sort(scores), steps)
    wrong = _WARY * share * (len(strangers) - np.searchsorted(np.sort(strangers), steps))
    real = max(len(scores) - share * len(strangers), 1.0)
    expected = 2 * np.maximum(found - wrong, 0) / (found + real)
    return float(steps[expected.argmax()])


def _joined(links: list[tuple[float, int, int]], which: Ints) -> Ints:
    """Clusters by the surest links first; no cluster has two rows of one list."""
    cluster = {row: [row] for _, *rows in links for row in rows}
    for _, one, other in sorted(links, reverse=True):
        left, right = cluster[one], cluster[other]
        if left is not right and not {which[row] for row in left} & {which[row] for row in right}:
            left += right
            cluster |= dict.fromkeys(right, left)
    label = np.arange(len(which))
    for rows in cluster.values():
        label[rows] = min(rows)
    return np.unique(label, return_inverse=True)[1].astype(np.int64) + 1


def overlaps(lists: Sequence[Ints]) -> Iterator[tuple[tuple[int, ...], int]]:
    """How many clusters are on which lists."""
    size = max(int(rows.max()) for rows in lists) + 1
    there = np.zeros((size, len(lists)), np.int64)
    for at, rows in enumerate(lists):
        there[rows, at] = 1
    histories, counts = np.unique(there[1:], axis=0, return_counts=True)
    for history, count in zip(histories[::-1].tolist(), counts[::-1].tolist(), strict=True):
        if any(history):
            yield tuple(history), count
