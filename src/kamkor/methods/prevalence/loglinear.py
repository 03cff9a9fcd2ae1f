"""Poisson log-linear models of capture histories, many at once.

A set of lists is a bit mask: it names a history, a term of a model, and a marginal total alike, so that
X'WX and the linear predictor are sums over supersets and subsets (zeta transforms) and no design matrix is
ever built. Fitting is iteratively reweighted least squares (McCullagh & Nelder 1989, section 2.5).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NONE = -1  # in a row of terms: no term here
STEPS, ENOUGH = 60, 1e-6  # the step that is taken last squares what is left to gain
RIDGE = 1e-11  # keeps a model at its boundary a hair above singular
LOWEST, HIGHEST = -60.0, 60.0  # of a linear predictor, so that exp stays finite
DOWN, UP = (
    8.0,
    2.0,
)  # the most that one step may move it: too large an expected count shrinks only by e a step


def over(values: Floats) -> Floats:
    """Along the last axis, for each set of lists the sum over the sets that contain it."""
    sums = values.copy()
    for width in _widths(values):
        halves = sums.reshape(-1, sums.shape[-1] // (2 * width), 2, width)
        halves[:, :, 0] += halves[:, :, 1]
    return sums


def under(values: Floats) -> Floats:
    """Along the last axis, for each set of lists the sum over the sets that it contains."""
    sums = values.copy()
    for width in _widths(values):
        halves = sums.reshape(-1, sums.shape[-1] // (2 * width), 2, width)
        halves[:, :, 1] += halves[:, :, 0]
    return sums


def _widths(values: Floats) -> list[int]:
    return [1 << place for place in range(values.shape[-1].bit_length() - 1)]


def opened(totals: Floats, terms: Ints) -> tuple[Bools, Ints]:
    """The histories of each row that stay in the likelihood, and the terms that stay free, from the numbers
    of people on all the lists of each set (`over` the counts).

    A term whose lists share nobody is minus infinity in the extended maximum likelihood estimate: its
    histories are certainly empty and leave. So does a list that has nobody."""
    places = np.where(terms == NONE, 0, terms)
    empty = (terms != NONE) & (np.take_along_axis(totals, places, 1) == 0)
    marks = np.zeros_like(totals)
    rows = np.nonzero(empty)
    marks[rows[0], terms[rows]] = 1
    inside = under(marks) == 0
    inside[:, 0] = False
    free = -np.sort(-np.where(empty, NONE, terms)[:, 1:], axis=1)
    width = 1 + int((free != NONE).any(0).sum())
    return inside, np.hstack([terms[:, :1], free])[:, :width]


def with_lists(interactions: Ints, lists: int) -> Ints:
    """Rows of interactions with the intercept and every list before them."""
    begin = np.concatenate([[0], 1 << np.arange(lists)])
    return np.hstack([np.repeat(begin[None], len(interactions), 0), interactions])


@dataclass(frozen=True)
class Fit:
    """For each row: expected counts by history, at 0 those of the unseen; histories outside have 0."""

    expected: Floats
    settled: Bools

    @property
    def unseen(self) -> Floats:
        return self.expected[:, 0]


def fit(
    counts: Floats, inside: Bools, terms: Ints, start: Floats | None = None, *, steps: int = STEPS
) -> Fit:
    """The maximum of the likelihood of each row of counts over the histories inside, for the row's terms.

    `terms` has a row of masks for each row of counts, 0 being the intercept, filled up with NONE.
    `start` holds expected counts to begin with; few `steps` leave the maximum roughly reached.
    """
    expected = np.where(inside, counts + 0.5, 0.0) if start is None else start * inside
    unseen = np.zeros(len(counts)) if start is None else start[:, 0].copy()
    expected[:, 0] = 0
    settled = np.zeros(len(counts), bool)
    live = np.arange(len(counts))
    for _step in range(steps):
        predicted, gain = _improve(counts[live], inside[live], terms[live], expected[live])
        before = np.log(np.where(inside[live] & (expected[live] > 0), expected[live], 1.0))
        moved = np.clip(predicted, before - DOWN, before + UP)
        expected[live] = np.where(inside[live], np.exp(moved), 0.0)
        unseen[live] = np.exp(predicted[:, 0])
        settled[live] = gain < ENOUGH
        live = live[gain >= ENOUGH]
        if not live.size:
            break
    expected[:, 0] = unseen
    return Fit(expected, settled)


def _improve(counts: Floats, inside: Bools, terms: Ints, expected: Floats) -> tuple[Floats, Floats]:
    """One weighted least squares: the new linear predictors, and how much the likelihood had to gain."""
    used = terms != NONE
    places = np.where(used, terms, 0)
    safe = np.where(inside & (expected > 0), expected, 1.0)
    residual = np.where(inside, counts - expected, 0.0)
    working = expected * np.log(safe) + residual
    information = information_of(expected, places, used)
    score = np.take_along_axis(over(np.stack([working, residual])), places[None], 2) * used
    diagonal = np.arange(terms.shape[1])
    information[:, diagonal, diagonal] += information[:, diagonal, diagonal] * RIDGE + 1e-30
    solved = np.linalg.solve(information, np.moveaxis(score, 0, 2))
    gain = np.einsum("bp,bp->b", score[1], solved[:, :, 1])
    spread = np.zeros_like(expected)
    np.put_along_axis(spread, np.where(used, terms, terms[:, :1]), 0.0, 1)
    rows = np.nonzero(used)
    spread[rows[0], terms[rows]] = solved[:, :, 0][rows]
    return np.clip(under(spread), LOWEST, HIGHEST), np.abs(gain)


def information_of(weights: Floats, places: Ints, used: Bools) -> Floats:
    """X'WX of each row, with ones on the diagonal where a row has no term."""
    unions = (places[:, :, None] | places[:, None, :]).reshape(len(places), -1)
    sums = np.take_along_axis(over(weights), unions, 1).reshape(len(places), places.shape[1], -1)
    both = used[:, :, None] & used[:, None, :]
    matrix = np.where(both, sums, 0.0)
    diagonal = np.arange(places.shape[1])
    matrix[:, diagonal, diagonal] += ~used
    return matrix


def log_likelihood(counts: Floats, inside: Bools, expected: Floats) -> Floats:
    """Of each row, up to what depends on the counts alone."""
    safe = np.where(inside & (expected > 0), expected, 1.0)
    likelihood: Floats = np.where(inside, counts * np.log(safe) - expected, 0.0).sum(1)
    return likelihood
