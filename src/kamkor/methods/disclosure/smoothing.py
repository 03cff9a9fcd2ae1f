"""What noisy tables say together: totals that agree, and small counts drawn to what can be believed."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from kamkor.methods.disclosure.noise import Measured
from kamkor.methods.disclosure.pairs import Floats, Layout

SCALES = (0.25, 1.0, 4.0, 16.0, 64.0)
SPARSE = 500  # a table of fewer cells is taken as it was measured
ROUNDS = 30


def size(found: Measured, layout: Layout) -> float:
    """How many rows there are: the totals of all tables, weighted by how sure each is."""
    sums, weights = [], []
    for column in range(len(layout.sizes)):
        part = layout.part(column)
        sums.append(found.one[part].sum())
        weights.append(1 / float((found.one_scale[part] ** 2).sum()))
    for a, b in layout.pairs():
        block = layout.part(a), layout.part(b)
        if found.known[block][0, 0]:
            sums.append(found.two[block].sum())
            weights.append(1 / float((found.two_scale[block] ** 2).sum()))
    return float(np.average(sums, weights=weights))


def totals(found: Measured, layout: Layout, rows: float) -> Floats:
    """One-way counts from their own tables and the margins of all others; none below 0."""
    weights = 1 / found.one_scale**2
    sums = found.one * weights
    for column in range(len(layout.sizes)):
        part = layout.part(column)
        unsure = (found.two_scale[:, part] ** 2).sum(axis=1)
        weight = np.divide(1, unsure, out=np.zeros_like(unsure), where=unsure > 0)
        sums += found.two[:, part].sum(axis=1) * weight
        weights += weight
    best, sure = sums / weights, 1 / np.sqrt(weights)
    best[best < 2.5 * sure] = 0  # a value that nobody has must not appear
    for column in range(len(layout.sizes)):
        best[layout.part(column)] = _simplex(best[layout.part(column)], rows)
    return best


def _simplex(values: Floats, total: float) -> Floats:
    """The nearest counts of at least 0 that add up to the total; a value of 0 stays 0."""
    kept = values > 0
    if not kept.any():
        return np.full_like(values, total / len(values))
    ordered = np.sort(values[kept])[::-1]
    over = (np.cumsum(ordered) - total) / np.arange(1, len(ordered) + 1)
    return np.where(kept, np.maximum(values - over[ordered > over][-1], 0), 0)


def forbidden(found: Measured, layout: Layout, ones: Floats) -> NDArray[np.bool_]:
    """Pairs of values that were measured as nobody's though many were to be expected: code books' rules."""
    rows = ones[layout.part(0)].sum()
    expected = np.outer(ones, ones) / rows
    empty = found.known & (expected >= 6 * found.two_scale) & (found.two <= 2 * found.two_scale)
    return np.asarray(empty)


def believed(found: Measured, layout: Layout, ones: Floats, model: Floats) -> Floats:
    """The two-way counts with the large tables shrunk: each count is nobody's, as the model says, or another
    (exponential around the model's, at several widths); how often each holds is learnt from the table."""
    told = found.two.copy()
    for a, b in _sparse(found, layout):
        block = _shrunk(found.two[a, b].ravel(), model[a, b].ravel(), found.two_scale[a, b][0, 0])
        told[a, b] = raked(block.reshape(model[a, b].shape), ones[a], ones[b])
        told[b, a] = told[a, b].T
    return told


def _sparse(found: Measured, layout: Layout) -> Iterator[tuple[slice, slice]]:
    for one, other in layout.pairs():
        a, b = layout.part(one), layout.part(other)
        if layout.sizes[one] * layout.sizes[other] >= SPARSE and found.known[a, b][0, 0]:
            yield a, b


def _shrunk(cells: Floats, expected: Floats, scale: float) -> Floats:
    flat = -np.log(scale * np.sqrt(2 * np.pi))
    chances = [flat - cells**2 / (2 * scale**2), flat - (cells - expected) ** 2 / (2 * scale**2)]
    means = [np.zeros_like(cells), expected]
    for width in SCALES:
        mean = np.maximum(expected * width, 0.05 * scale)
        z = cells / scale - scale / mean
        below = log_ndtr(z)
        chances.append(scale**2 / (2 * mean**2) - cells / mean + below - np.log(mean))
        means.append(scale * (z + np.exp(-(z**2) / 2 - below) / np.sqrt(2 * np.pi)))
    likely, shares = np.stack(chances), np.full(len(chances), 1 / len(chances))
    for _ in range(ROUNDS):
        held = likely + np.log(shares + 1e-12)[:, None]
        held = np.exp(held - held.max(axis=0))
        held /= held.sum(axis=0)
        shares = held.mean(axis=1)
    return np.asarray((held * np.stack(means)).sum(axis=0))


def raked(block: Floats, rows: Floats, columns: Floats) -> Floats:
    block = np.maximum(block, 0)
    for _ in range(5):
        block = block * (rows / np.maximum(block.sum(axis=1), 1e-9))[:, None]
        block = block * (columns / np.maximum(block.sum(axis=0), 1e-9))
    return block
