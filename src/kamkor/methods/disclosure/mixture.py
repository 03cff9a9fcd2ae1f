"""A mixture of products fitted to noisy tables: within each hidden kind of rows, columns are independent.

Its two-way tables are one matrix product, so least squares over all tables at once is cheap; the noise being
Gaussian, that is maximum likelihood. Two columns that follow each other closely are taken as one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from kamkor.methods.disclosure.pairs import Floats, Layout
from kamkor.methods.disclosure.reading import Codes
from kamkor.methods.disclosure.smoothing import raked

Small = NDArray[np.float32]
Ints = NDArray[np.int64]
CLOSE = 0.25  # total variation distance from independence
MOST_TOGETHER = 3_000
FEW = 0.5  # of the noise's standard deviation: cells below are left out


@dataclass(frozen=True)
class Goal:
    """What the mixture is to say: counts, and the standard deviation of each (0: not known)."""

    ones: Floats
    two: Floats
    one_scale: Floats
    two_scale: Floats


@dataclass(frozen=True)
class Block:
    """One column, or two taken as one; `cells` are rows of the matrix, `counts` how many have each."""

    columns: tuple[int, ...]
    cells: Ints
    counts: Floats


def alone(goal: Goal, layout: Layout) -> list[Block]:
    """Every column by itself."""
    parts = [(column, layout.part(column)) for column in range(len(layout.sizes))]
    return [
        Block((column,), np.arange(part.start, part.stop)[:, None], goal.ones[part]) for column, part in parts
    ]


def joined(goal: Goal, layout: Layout, barred: NDArray[np.bool_]) -> list[Block]:
    """Large pairs that are far from independent together, every other column by itself."""
    found = [_together(pair, goal, layout, barred) for pair in _close(goal, layout)]
    taken = {column for block in found for column in block.columns}
    return found + [block for block in alone(goal, layout) if block.columns[0] not in taken]


def _close(goal: Goal, layout: Layout) -> list[tuple[int, int]]:
    rows = goal.ones[layout.part(0)].sum()
    dependence = {}
    for one, other in layout.pairs():
        a, b = layout.part(one), layout.part(other)
        if layout.sizes[one] * layout.sizes[other] >= 500 and goal.two_scale[a, b][0, 0]:
            apart = np.abs(goal.two[a, b] - np.outer(goal.ones[a], goal.ones[b]) / rows).sum() / rows / 2
            dependence[one, other] = float(apart)
    chosen: list[tuple[int, int]] = []
    for pair, apart in sorted(dependence.items(), key=lambda found: -found[1]):
        if apart > CLOSE and not any(set(pair) & set(other) for other in chosen):
            chosen.append(pair)
    return chosen


def _together(pair: tuple[int, int], goal: Goal, layout: Layout, barred: NDArray[np.bool_]) -> Block:
    a, b = layout.part(pair[0]), layout.part(pair[1])
    counts = np.where(barred[a, b], 0, np.maximum(goal.two[a, b], 0))
    order = np.argsort(-counts.ravel())[:MOST_TOGETHER]
    kept = order[counts.ravel()[order] > FEW * goal.two_scale[a, b][0, 0]]
    cells = np.zeros(counts.size)
    cells[kept] = counts.ravel()[kept]
    whole = raked(cells.reshape(counts.shape), goal.ones[a], goal.ones[b])
    rows, columns = np.divmod(kept, layout.sizes[pair[1]])
    return Block(pair, np.stack([rows + a.start, columns + b.start], axis=1), whole.ravel()[kept])


class Mixture:
    """Weights of the kinds, and each kind's chances of every value of every block."""

    def __init__(self, layout: Layout, parts: list[Block], kinds: int, rng: np.random.Generator) -> None:
        self.layout, self.parts = layout, parts
        self._starts = np.concatenate([[0], np.cumsum([len(part.cells) for part in parts])[:-1]])
        self._lengths = np.array([len(part.cells) for part in parts])
        where = np.concatenate([part.cells.ravel() for part in parts])
        width = np.concatenate([np.full(len(part.cells), len(part.columns)) for part in parts])
        beside = np.repeat(np.arange(len(width)), width)
        ones = np.ones(len(where), dtype=np.float32)
        self._spread = csr_matrix((ones, (where, beside)), shape=(layout.width, len(width)))
        base = np.concatenate([np.log(np.maximum(part.counts / part.counts.sum(), 1e-5)) for part in parts])
        self._logits = (base[:, None] + rng.normal(size=(len(base), kinds))).astype(np.float32)
        self._weights = np.zeros(kinds, dtype=np.float32)

    @property
    def kinds(self) -> int:
        return len(self._weights)

    @property
    def weights(self) -> Small:
        raised = np.exp(self._weights - self._weights.max())
        return np.asarray(raised / raised.sum())

    @property
    def chances(self) -> Small:
        raised = np.exp(self._logits - self._logits.max(axis=0))
        sums = np.add.reduceat(raised, self._starts, axis=0)
        return np.asarray(raised / np.maximum(np.repeat(sums, self._lengths, axis=0), 1e-30))

    def table(self) -> Floats:
        """The shares of all pairs of values; one-way shares are on the diagonal."""
        chances, weights = self.chances, self.weights
        values = self._spread @ chances
        pairs = (values * weights) @ values.T
        for column in range(len(self.layout.sizes)):
            part = self.layout.part(column)
            pairs[part, part] = np.diag((values[part] * weights).sum(axis=1))
        for start, block in zip(self._starts, self.parts, strict=True):
            if len(block.columns) == 2:
                a, b = (self.layout.part(column) for column in block.columns)
                shares = np.zeros((a.stop - a.start, b.stop - b.start), dtype=np.float32)
                cells = block.cells - [a.start, b.start]
                shares[cells[:, 0], cells[:, 1]] = (chances * weights)[start : start + len(cells)].sum(axis=1)
                pairs[a, b], pairs[b, a] = shares, shares.T
        return np.asarray(pairs, dtype=np.float64)

    def fit(self, goal: Goal, steps: int, rate: float = 0.2) -> None:
        """Least squares by Adam (Kingma & Ba 2015)."""
        error = _Error(goal, self)
        moves = [_Moves(self._logits), _Moves(self._weights)]
        for step in range(1, steps + 1):
            pace = rate * min(1.0, step / 20) * min(1.0, max(0.02, 2.5 * (1 - step / steps)))
            for move, slope in zip(moves, self._slopes(error), strict=True):
                move.against(slope, step, pace)

    def _slopes(self, error: "_Error") -> tuple[Small, Small]:
        chances, weights = self.chances, self.weights
        values = self._spread @ chances
        of_pairs, of_ones, of_blocks = error.slopes(values, chances, weights)
        whole = self._spread.T @ (of_pairs + of_ones[:, None]) + of_blocks[:, None]
        half = self._spread.T @ (0.5 * of_pairs + of_ones[:, None]) + of_blocks[:, None]
        of_weights = (chances * half).sum(axis=0)
        pull = whole * weights * chances
        sums = np.add.reduceat(pull, self._starts, axis=0)
        logits = pull - chances * np.repeat(sums, self._lengths, axis=0)
        return logits, weights * (of_weights - (weights * of_weights).sum())

    def draw(self, numbers: Ints, rng: np.random.Generator) -> Codes:
        """So many rows of each kind, one kind after the other; shares are met as nearly as whole rows can."""
        codes = np.empty((int(numbers.sum()), len(self.layout.sizes)), dtype=np.int32)
        ends = np.cumsum(numbers)
        bounds = self.chances.astype(np.float64)
        for start, length, block in zip(self._starts, self._lengths, self.parts, strict=True):
            chosen = np.empty(len(codes), dtype=np.int64)
            up_to = np.cumsum(bounds[start : start + length], axis=0)
            for kind in np.flatnonzero(numbers):
                number = numbers[kind]
                points = (np.arange(number) + rng.random(number)) / number * up_to[-1, kind]
                drawn = np.searchsorted(up_to[:, kind], points, side="right")
                chosen[ends[kind] - number : ends[kind]] = rng.permutation(np.minimum(drawn, length - 1))
            self.put(codes, np.arange(len(codes)), block, chosen)
        return codes

    def put(self, codes: Codes, rows: Ints, block: Block, chosen: Ints) -> None:
        """Write the chosen cells of a block into the rows."""
        for place, column in enumerate(block.columns):
            codes[rows, column] = block.cells[chosen, place] - self.layout.starts[column]

    def places(self, codes: Codes, block: Block) -> Ints:
        """Which cell of the block each row has."""
        if len(block.columns) == 1:
            return codes[:, block.columns[0]].astype(np.int64)
        where = codes[:, list(block.columns)] + self.layout.starts[list(block.columns)]
        width = np.array([self.layout.width, 1])
        keys = block.cells @ width
        order = np.argsort(keys)
        return np.asarray(order[np.searchsorted(keys[order], where @ width)])


class _Moves:
    """Changes values in place, each by its own pace."""

    def __init__(self, values: Small) -> None:
        self._values, self._mean, self._square = values, np.zeros_like(values), np.zeros_like(values)

    def against(self, slope: Small, step: int, pace: float) -> None:
        self._mean *= 0.9
        self._mean += 0.1 * slope
        self._square *= 0.99
        self._square += 0.01 * slope * slope
        root = np.sqrt(self._square / (1 - 0.99**step)) + 1e-12
        self._values -= (pace / (1 - 0.9**step)) * self._mean / root


class _Error:
    """How far the mixture's tables are from the goal, each by how sure it is."""

    def __init__(self, goal: Goal, mixture: Mixture) -> None:
        rows = goal.ones[mixture.layout.part(0)].sum()
        unit = goal.two_scale[goal.two_scale > 0].mean() if goal.two_scale.any() else goal.one_scale.mean()
        sure = np.divide(unit, goal.two_scale, out=np.zeros_like(goal.two), where=goal.two_scale > 0) ** 2
        self._two = (goal.two / rows).astype(np.float32)
        self._sure = sure.astype(np.float32)
        self._ones = (goal.ones / rows).astype(np.float32)
        self._sure_ones = ((unit / goal.one_scale) ** 2).astype(np.float32)
        self._cells: list[tuple[slice, Small, np.float32]] = []
        start = 0
        for block in mixture.parts:
            if len(block.columns) == 2:
                a, b = (mixture.layout.part(column) for column in block.columns)
                shares = (block.counts / rows).astype(np.float32)
                self._cells.append((slice(start, start + len(shares)), shares, self._sure[a, b][0, 0]))
                self._sure[a, b] = self._sure[b, a] = 0
            start += len(block.cells)

    def slopes(self, values: Small, chances: Small, weights: Small) -> tuple[Small, Small, Small]:
        weighted = values * weights
        apart = np.matmul(weighted, values.T, dtype=np.float32)
        apart -= self._two
        apart *= self._sure
        of_blocks = np.zeros(len(chances), dtype=np.float32)
        for part, shares, sure in self._cells:
            of_blocks[part] = sure * ((chances[part] * weights).sum(axis=1) - shares)
        of_ones: Small = self._sure_ones * (weighted.sum(axis=1) - self._ones)
        return apart @ values, of_ones, of_blocks
