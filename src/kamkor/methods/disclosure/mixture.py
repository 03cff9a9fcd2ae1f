"""A mixture of products fitted to noisy tables: within each hidden kind of rows, columns are independent.

Its two-way tables are one matrix product, so least squares over all tables at once is cheap; the noise being
Gaussian, that is maximum likelihood. Two columns that follow each other closely are taken as one.
"""

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from kamkor.methods.disclosure.pairs import Floats, Layout
from kamkor.methods.disclosure.reading import Codes

Small = NDArray[np.float32]
Ints = NDArray[np.int64]
CLOSE = 0.25  # total variation distance from independence
MOST_TOGETHER = 2_000
COVERED = 0.97  # of the rows, by the cells of joined columns
FEW = 0.5  # of the noise's standard deviation: cells below are left out
KEPT = 3  # cells of a value whose cells are all below


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
    """Columns of many values that follow each other closely as one, the wide ones first; a further column
    joins through the one that it follows. Every other column by itself."""
    likely = np.where(barred | (goal.two < FEW * goal.two_scale), 0, goal.two)
    blocks: list[Block] = []
    for one, other in _close(goal, layout):
        having = [block for block in blocks if one in block.columns or other in block.columns]
        if not having:
            start = Block((one,), np.array(_range(layout, one))[:, None], goal.ones[layout.part(one)])
            blocks += [block for block in [_grown(start, other, likely, goal=goal, layout=layout)] if block]
        elif len(having) == 1 and not {one, other} <= set(having[0].columns):
            fresh = other if one in having[0].columns else one
            if block := _grown(having[0], fresh, likely, goal=goal, layout=layout):
                blocks[blocks.index(having[0])] = block
    taken = {column for block in blocks for column in block.columns}
    return blocks + [block for block in alone(goal, layout) if block.columns[0] not in taken]


def _close(goal: Goal, layout: Layout) -> list[tuple[int, int]]:
    rows = goal.ones[layout.part(0)].sum()
    weights = {}
    for one, other in layout.pairs():
        a, b = layout.part(one), layout.part(other)
        if layout.sizes[one] * layout.sizes[other] >= 500 and goal.two_scale[a, b][0, 0]:
            apart = np.abs(goal.two[a, b] - np.outer(goal.ones[a], goal.ones[b]) / rows).sum() / rows / 2
            if apart > CLOSE:
                weights[one, other] = float(apart) * min(layout.sizes[one], layout.sizes[other])
    return sorted(weights, key=lambda pair: -weights[pair])


def _grown(block: Block, column: int, likely: Floats, *, goal: Goal, layout: Layout) -> Block | None:
    """The block with a further column, independent of the others given the one that it follows closest; None
    if that were too many cells."""
    part = layout.part(column)
    via = max(
        range(len(block.columns)), key=lambda place: _followed(block.columns[place], part, goal, layout)
    )
    before = block.cells[:, via]
    counts = _with_every_value(likely[before, part], goal.two[before, part])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-9)
    whole = block.counts[:, None] * shares
    largest = np.argsort(_value_first(whole), axis=None)[: min(MOST_TOGETHER, np.count_nonzero(whole))]
    if whole.ravel()[largest].sum() < COVERED * whole.sum() or not len(largest):
        return None
    cells, values = np.divmod(largest, whole.shape[1])
    found = np.column_stack([block.cells[cells], values + part.start])
    return Block((*block.columns, column), found, _raked(found, whole[cells, values], goal.ones))


def _with_every_value(likely: Floats, believed: Floats) -> Floats:
    """With a few cells of each row and each column that has none: a value whose every cell is lost in the
    noise has people all the same."""
    found = likely.copy()
    for one, other in ((found, believed), (found.T, believed.T)):
        for lost in np.flatnonzero(~one.any(axis=1)):
            best = np.argsort(-other[lost])[:KEPT]
            one[lost, best] = np.maximum(other[lost, best], 0)
    return found


def _value_first(whole: Floats) -> Floats:
    """A rank for each cell, the least first: the largest of each row and column, then the larger ones."""
    ranks = -whole
    rows, columns = np.arange(whole.shape[0]), np.arange(whole.shape[1])
    top = whole.max() + 1
    for cells in ((rows, whole.argmax(axis=1)), (whole.argmax(axis=0), columns)):
        ranks[cells] = np.where(whole[cells] > 0, -whole[cells] - top, 0)
    return ranks


def _followed(other: int, part: slice, goal: Goal, layout: Layout) -> float:
    """How far two columns are from independent."""
    a, rows = layout.part(other), goal.ones[layout.part(0)].sum()
    return float(np.abs(goal.two[a, part] - np.outer(goal.ones[a], goal.ones[part]) / rows).sum())


def _range(layout: Layout, column: int) -> range:
    part = layout.part(column)
    return range(part.start, part.stop)


def _raked(cells: Ints, counts: Floats, ones: Floats) -> Floats:
    """With the totals of every column met as nearly as the cells allow."""
    for _ in range(50):
        for column in cells.T:
            sums = np.bincount(column, weights=counts, minlength=len(ones))
            counts = counts * (ones / np.maximum(sums, 1e-9))[column]
    return counts


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
        self._logits = (base[:, None] + 0.5 * rng.normal(size=(len(base), kinds))).astype(np.float32)
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
        """The shares of all pairs of values if no columns are joined; one-way shares are on the diagonal."""
        chances, weights = self.chances, self.weights
        values = self._spread @ chances
        pairs = (values * weights) @ values.T
        for column in range(len(self.layout.sizes)):
            part = self.layout.part(column)
            pairs[part, part] = np.diag((values[part] * weights).sum(axis=1))
        return np.asarray(pairs, dtype=np.float64)

    def fit(self, goal: Goal, steps: int, rate: float = 0.4) -> None:
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
        narrow = np.int16 if max(self.layout.sizes) < 2**15 else np.int32
        codes = np.empty((int(numbers.sum()), len(self.layout.sizes)), dtype=narrow)
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
        width = self.layout.width ** np.arange(len(block.columns), dtype=np.int64)
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
            if len(block.columns) > 1:
                parts = [mixture.layout.part(column) for column in block.columns]
                shares = (block.counts / rows).astype(np.float32)
                sure = self._sure[parts[0], parts[1]][0, 0]
                self._cells.append((slice(start, start + len(shares)), shares, sure))
                for a, b in permutations(parts, 2):
                    self._sure[a, b] = 0
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
