"""Noise that guarantees: OpenDP's discrete Gaussian, and its arithmetic of concentrated differential privacy.

Canonne, Kamath & Steinke 2020 (arXiv:2004.00010). Nobody can seed it: it draws from the operating system.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np
from numpy.typing import NDArray
from opendp.combinators import make_fix_delta, make_zCDP_to_approxDP
from opendp.domains import atom_domain, vector_domain
from opendp.measurements import make_gaussian
from opendp.metrics import l2_distance
from opendp.mod import Domain, Metric, enable_features

from kamkor.methods.disclosure.pairs import Floats, Layout

ONE_WAY_SHARE = 0.2  # of rho; the two-way tables tell of one-way counts too
POWER = 0.4  # a table of more cells gets more of rho: cells to this power
ONE_WAY_POWER = 2 / 3  # the least sum of errors, as that of a table is its cells times its scale
MOST_CELLS = 400_000  # of all two-way tables: OpenDP draws about 100,000 in a second

enable_features("contrib")


@dataclass(frozen=True)
class Measured:
    """Noisy counts, the standard deviations of their noise (0: not measured), and what they cost."""

    one: Floats
    one_scale: Floats
    two: Floats
    two_scale: Floats
    rho: float
    skipped: tuple[tuple[int, int], ...]

    @property
    def known(self) -> NDArray[np.bool_]:
        return np.asarray(self.two_scale > 0)


def epsilon_of(rho: float, delta: float) -> float:
    """The tight epsilon at this delta of everything that cost rho together."""
    if not rho:
        return 0.0
    noise = make_gaussian(*_space(), scale=1 / float(np.sqrt(2 * rho)))
    fixed = make_fix_delta(make_zCDP_to_approxDP(noise), delta=delta)
    return float(cast(tuple[float, float], fixed.map(1.0))[0])  # type: ignore[no-untyped-call]


@cache
def rho_of(epsilon: float, delta: float) -> float:
    """The most that may be spent within epsilon and delta."""
    low, high = 0.0, epsilon
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if epsilon_of(middle, delta) <= epsilon else (low, middle)
    return low


def measured(counts: Floats, layout: Layout, *, rho: float, rows: int) -> Measured:
    """Every one-way and two-way table with noise, where one person has at most so many rows."""
    pairs, skipped = measurable(layout)
    one, one_scale = np.zeros(layout.width), np.zeros(layout.width)
    two, two_scale = np.zeros_like(counts), np.zeros_like(counts)
    spent = 0.0
    for column, share in zip(range(len(layout.sizes)), _shares(layout.sizes, ONE_WAY_POWER), strict=True):
        part = layout.part(column)
        given = rho * share * (ONE_WAY_SHARE if pairs else 1)
        one[part], scale, cost = _noisy(np.diag(counts)[part], given, rows)
        one_scale[part] = scale
        spent += cost
    for pair, share in zip(pairs, _shares([_cells(layout, pair) for pair in pairs], POWER), strict=True):
        a, b = layout.part(pair[0]), layout.part(pair[1])
        block, scale, cost = _noisy(counts[a, b], rho * share * (1 - ONE_WAY_SHARE), rows)
        two[a, b], two[b, a] = block, block.T
        two_scale[a, b] = two_scale[b, a] = scale
        spent += cost
    return Measured(one, one_scale, two, two_scale, spent, tuple(skipped))


def _shares(cells: Sequence[int], power: float) -> Floats:
    weights = np.array(cells, dtype=np.float64) ** power
    return np.asarray(weights / weights.sum())


def _cells(layout: Layout, pair: tuple[int, int]) -> int:
    return layout.sizes[pair[0]] * layout.sizes[pair[1]]


def measurable(layout: Layout) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The pairs that are measured, and the largest that are not; it goes by the domain alone."""
    by_size = sorted(layout.pairs(), key=lambda pair: _cells(layout, pair))
    number = int((np.cumsum([_cells(layout, pair) for pair in by_size]) <= MOST_CELLS).sum())
    return sorted(by_size[:number]), sorted(by_size[number:])


def _noisy(counts: Floats, rho: float, rows: int) -> tuple[Floats, float, float]:
    """The counts with noise, its scale, and the rho that OpenDP says it costs: a person moves a table by at
    most as many as he or she has rows, in Euclidean length (all of them in one cell)."""
    scale = float(rows * np.sqrt(1 / (2 * rho)) * (1 + 1e-9))
    noise = make_gaussian(*_space(), scale=scale)
    drawn = cast(list[int], noise(counts.ravel().astype(np.int64).tolist()))
    cost = float(cast(float, noise.map(float(rows))))  # type: ignore[no-untyped-call]
    return np.array(drawn, dtype=np.float64).reshape(counts.shape), scale, cost


def _space() -> tuple[Domain, Metric]:
    return vector_domain(atom_domain(T="i64")), l2_distance(T=float)
