"""All one-way and two-way counts of a table as one square matrix, and how far two of them are apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kamkor.methods.disclosure.reading import Codes

Floats = NDArray[np.float64]
SMALL = 16  # values
CHUNK = 20_000


@dataclass(frozen=True)
class Layout:
    """Which rows of the matrix belong to which column of the table."""

    sizes: tuple[int, ...]

    @property
    def starts(self) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(self.sizes)[:-1]]).astype(np.int64)

    @property
    def width(self) -> int:
        return sum(self.sizes)

    def part(self, column: int) -> slice:
        start = int(self.starts[column])
        return slice(start, start + self.sizes[column])

    def pairs(self) -> list[tuple[int, int]]:
        return list(combinations(range(len(self.sizes)), 2))


def counted(codes: Codes, layout: Layout) -> Floats:
    """Counts of every pair of values; one-way counts stand on the diagonal."""
    counts = np.zeros((layout.width, layout.width))
    sizes = layout.sizes
    small = [column for column, size in enumerate(sizes) if size <= SMALL]
    if small:
        _count_small(counts, codes, layout, small)
    for column in range(len(sizes)):
        one = np.bincount(codes[:, column], minlength=sizes[column])
        counts[layout.part(column), layout.part(column)] = np.diag(one)
    for first, other in layout.pairs():
        if sizes[first] > SMALL or sizes[other] > SMALL:
            keys = codes[:, first].astype(np.int64) * sizes[other] + codes[:, other]
            block = np.bincount(keys, minlength=sizes[first] * sizes[other]).reshape(
                sizes[first], sizes[other]
            )
            counts[layout.part(first), layout.part(other)] = block
            counts[layout.part(other), layout.part(first)] = block.T
    return counts


def _count_small(counts: Floats, codes: Codes, layout: Layout, small: list[int]) -> None:
    """All pairs of columns with few values by one matrix product: a row is a vector of 0 and 1."""
    places = np.concatenate(
        [np.arange(layout.part(column).start, layout.part(column).stop) for column in small]
    )
    starts = np.cumsum([0, *(layout.sizes[column] for column in small)])[:-1]
    found = np.zeros((len(places), len(places)))
    for begin in range(0, len(codes), CHUNK):
        part = codes[begin : begin + CHUNK, small] + starts
        marks = np.zeros((len(part), len(places)), dtype=np.float32)
        marks[np.arange(len(part))[:, None], part] = 1
        found += marks.T @ marks
    counts[np.ix_(places, places)] = found


@dataclass(frozen=True)
class Distance:
    """Total variation distances of one-way and two-way tables, each table's by its columns."""

    one: dict[int, float]
    two: dict[tuple[int, int], float]

    @property
    def one_way(self) -> float:
        return float(np.mean(list(self.one.values())))

    @property
    def two_way(self) -> float:
        return float(np.mean(list(self.two.values()))) if self.two else 0.0

    @property
    def worst(self) -> float:
        return max(self.two.values(), default=0.0)


def distance(ours: Floats, theirs: Floats, layout: Layout) -> Distance:
    """How far tables of counts are apart as shares; 0: the same, 1: nothing in common."""
    first = layout.part(0)
    apart = np.abs(ours / np.trace(ours[first, first]) - theirs / np.trace(theirs[first, first]))
    one = {
        column: float(apart[layout.part(column), layout.part(column)].sum()) / 2
        for column in range(len(layout.sizes))
    }
    two = {
        pair: float(apart[layout.part(pair[0]), layout.part(pair[1])].sum()) / 2 for pair in layout.pairs()
    }
    return Distance(one, two)


def triples(ours: Codes, theirs: Codes, sizes: Sequence[int], rng: np.random.Generator) -> list[float]:
    """The distances of up to 40 three-way tables, chosen by chance."""
    every = list(combinations(range(len(sizes)), 3))
    chosen = [every[place] for place in rng.permutation(len(every))[:40]]
    return [_three(ours, theirs, [sizes[column] for column in three], three) for three in chosen]


def _three(ours: Codes, theirs: Codes, sizes: Sequence[int], columns: Sequence[int]) -> float:
    def shares(codes: Codes) -> Floats:
        one, two, three = (codes[:, column].astype(np.int64) for column in columns)
        cells = np.bincount((one * sizes[1] + two) * sizes[2] + three, minlength=int(np.prod(sizes)))
        return np.asarray(cells / len(codes))

    return float(np.abs(shares(ours) - shares(theirs)).sum() / 2)
