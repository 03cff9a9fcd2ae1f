"""Tables that share totals, as one system: every count once, and the sums that a reader can take.

A cell is a value or the total of every column. Tables over the same people that agree in a cell have it in
common, so that what one of them shows is known in all; earlier tables are tables like the others.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from math import prod

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from kamkor.methods.disclosure.reading import Microdata

Key = tuple[int, ...]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
ALL = -1  # the total of a column
ATOMS = -1  # in place of a column: a cell is the sum of the finest cells under it
MOST_ATOMS = 20_000


@dataclass
class Linked:
    """Counts and sums of all tables. `unpublished` cells join tables: the attacker knows that they "
    "are there."""

    columns: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    keys: list[Key] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    unpublished: list[bool] = field(default_factory=list)
    places: dict[Key, int] = field(default_factory=dict)
    sums: dict[tuple[Key, int], list[int]] = field(default_factory=dict)
    joined: bool = True  # whether the cross of all columns is among the cells

    def add(self, people: Microdata, table: Sequence[int]) -> None:
        """A table over these columns with all its totals."""
        for key, count in _counted(people, table):
            self._cell(key, count, unpublished=False)
        for key in self._keys(table):
            for column in table:
                if key[column] == ALL:
                    parts = (
                        self.places[_with(key, column, value)] for value in range(len(self.values[column]))
                    )
                    self.sums.setdefault((key, column), list(parts))

    def join(self, people: Microdata, every: Sequence[int], tables: Sequence[Sequence[int]]) -> None:
        """The cross of all columns, which nobody publishes: every table is a sum of its cells."""
        parts: dict[Key, list[int]] = defaultdict(list)
        for key, count in _counted(people, every):
            if all(key[column] != ALL for column in every):
                place = self._cell(key, count, unpublished=True)
                for table in tables:
                    parts[_only(key, table)].append(place)
        self.sums |= {(key, ATOMS): places for key, places in parts.items()}

    def _cell(self, key: Key, count: int, *, unpublished: bool) -> int:
        if key not in self.places:
            self.places[key] = len(self.keys)
            self.keys.append(key)
            self.counts.append(count)
            self.unpublished.append(unpublished)
        return self.places[key]

    def _keys(self, table: Sequence[int]) -> Iterator[Key]:
        return _keys(table, [len(words) for words in self.values])

    def equations(self) -> csr_matrix:
        """One row for each sum: the total less its parts is 0."""
        rows, columns, entries = [], [], []
        for row, ((key, _column), parts) in enumerate(self.sums.items()):
            rows += [row] * (len(parts) + 1)
            columns += [self.places[key], *parts]
            entries += [1.0] + [-1.0] * len(parts)
        return csr_matrix((entries, (rows, columns)), shape=(len(self.sums), len(self.keys)))

    def named(self, place: int) -> str:
        """In words, for who prepares the release."""
        parts = [
            f"{name} {self.values[column][code] or '(empty)'}"
            for column, (name, code) in enumerate(zip(self.columns, self.keys[place], strict=True))
            if code != ALL
        ]
        return ", ".join(parts) or "everybody"


def linked(people: Microdata, tables: Sequence[Sequence[int]], earlier: Sequence[Sequence[int]]) -> Linked:
    """The tables to publish and those published before, joined by the cross of all their columns where that
    is not too large; else through the totals that they share."""
    system = Linked(people.names, people.values)
    for table in [*tables, *earlier]:
        system.add(people, table)
    every = sorted({column for table in [*tables, *earlier] for column in table})
    if any(set(table) == set(every) for table in [*tables, *earlier]):
        return system
    if prod(len(people.values[column]) for column in every) <= MOST_ATOMS:
        system.join(people, every, [*tables, *earlier])
    else:
        system.joined = False
    return system


def number_of_cells(sizes: Sequence[int], tables: Iterable[Sequence[int]]) -> int:
    """How many different cells would be published."""
    shared = {
        some
        for table in tables
        for size in range(len(table) + 1)
        for some in combinations(sorted(table), size)
    }
    return sum(prod(sizes[column] for column in some) for some in shared)


def _keys(table: Sequence[int], sizes: Sequence[int]) -> Iterator[Key]:
    ranges = [range(ALL, size) if column in table else (ALL,) for column, size in enumerate(sizes)]
    return product(*ranges)


def _only(key: Key, table: Sequence[int]) -> Key:
    return tuple(code if column in table else ALL for column, code in enumerate(key))


def _with(key: Key, column: int, value: int) -> Key:
    return (*key[:column], value, *key[column + 1 :])


def _counted(people: Microdata, table: Sequence[int]) -> Iterator[tuple[Key, int]]:
    sizes = [len(people.values[column]) for column in table]
    places = np.ravel_multi_index(tuple(people.codes[:, column] for column in table), sizes)
    counts = np.bincount(places, minlength=prod(sizes)).reshape(sizes)
    for axis in range(len(sizes)):  # the total goes last, where an index of -1 finds it
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    for key in _keys(table, people.sizes):
        yield key, int(counts[tuple(key[column] for column in table)])
