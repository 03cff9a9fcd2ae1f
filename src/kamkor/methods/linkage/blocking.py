"""Which pairs are worth comparing: rows that share one of many keys, so that no single mistake hides a pair.

Keys are blind to the order of names and to day and month swapped. A block that is too large is parted by more
of what its rows say, in several ways; what is still too large is walked in order, near neighbours only.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kamkor.methods.linkage.folding import Ints, Rows, Words, mixed
from kamkor.methods.linkage.sifting import Sieve

LARGEST = 40  # rows of a block of which every pair is taken
NEIGHBOURS = 10  # in a block that stays larger


def candidates(rows: Rows, looking: Sieve) -> Ints:
    """Pairs of rows that may be one person, as first * number of rows + second, each once, in order."""
    size = len(rows)
    found = np.empty(0, np.int64)
    for key, finer in keys(rows):
        pairs = (
            np.minimum(one, other) * size + np.maximum(one, other)
            for one, other in _pairs(looking, key, finer)
        )
        found = once(np.concatenate([found, once(np.concatenate([found[:0], *pairs]))]))
    return found


def once(codes: Ints) -> Ints:
    """In order, without repetitions; faster than by hashing."""
    codes.sort()
    new = np.append(True, codes[1:] != codes[:-1])[: len(codes)]
    answer: Ints = codes[new]
    return answer


def keys(rows: Rows) -> Iterator[tuple[Words, list[Words]]]:
    """Each key with the columns by which its large blocks are parted."""
    heard = rows.vocabulary.hashes[rows.names]
    heard[rows.names == 0] = 0
    year, month, day = (rows.born[:, at].astype(np.uint64) for at in range(3))
    low, high = np.minimum(month, day), np.maximum(month, day)
    date = np.where(high > 0, mixed(year, low, high), 0).astype(np.uint64)
    phone, city = rows.phone.astype(np.uint64), rows.places.hashes[rows.city]
    month_day = np.where(high > 0, mixed(low, high), 0).astype(np.uint64)
    begins, frames = _consonants(rows, 2), _consonants(rows, 4)
    yield phone, [heard[:, 0], heard[:, 1], date]
    yield date, [begins[:, 0], begins[:, 1], begins[:, 2], city]
    for at in range(3):
        yield (
            _both(date, begins[:, at]),
            [heard[:, at], *(begins[:, other] for other in range(3) if other != at)],
        )
    for at, other in ((0, 1), (0, 2), (1, 2)):
        one, two = frames[:, at], frames[:, other]
        together = np.where((one > 0) & (two > 0), mixed(np.minimum(one, two), np.maximum(one, two)), 0)
        third = heard[:, 3 - at - other]
        finer = [year, month_day, third, city, heard[:, at] ^ heard[:, other], phone // np.uint64(1000)]
        yield together.astype(np.uint64), finer
    for at in range(3):
        for part in (year, month_day, city):
            yield _both(heard[:, at], part), [begins[:, other] for other in range(3) if other != at]


def _consonants(rows: Rows, most: int) -> Words:
    """The first consonants of each name as it sounds, as a number."""
    bare = [
        "".join(letter for letter in heard if letter not in "aeiou")[:most] or heard[:1]
        for heard in rows.vocabulary.sounds
    ]
    numbers = {text: number for number, text in enumerate(dict.fromkeys(["", *bare]))}
    return np.array([numbers[text] for text in bare], np.uint64)[rows.names]


def _both(one: Words, other: Words) -> Words:
    return np.where((one > 0) & (other > 0), mixed(one, other), 0).astype(np.uint64)


def _pairs(looking: Sieve, key: Words, finer: list[Words]) -> Iterator[tuple[Ints, Ints]]:
    """The pairs of small blocks; large ones are parted by each of the finer columns."""
    order, block = _blocks(key, np.flatnonzero(key))
    small, large = _by_size(block)
    yield from _within(looking.ordered(order[small]), block[small], LARGEST)
    rest = order[large]
    for number, column in enumerate(finer):
        known = rest[column[rest] > 0]
        order, block = _blocks(mixed(key, column), known)
        small, large = _by_size(block)
        yield from _within(looking.ordered(order[small]), block[small], LARGEST)
        known, block = order[large], block[large]
        for other in finer[number + 1 :] or finer[:1]:
            order = known[np.lexsort((other[known], block))]
            yield from _within(looking.ordered(order), block, NEIGHBOURS)


def _blocks(key: Words, rows: Ints) -> tuple[Ints, Words]:
    """These rows, those of one key together, and beside each row its block. Key and row are sorted as one
    number, which is faster than an order; of the key are left as many bits as the row does not need."""
    bits = np.uint64(len(key).bit_length())
    packed = (mixed(key[rows]) << bits) | rows.astype(np.uint64)
    packed.sort()
    return (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64), packed >> bits


def _by_size(ordered: Words) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows are in blocks of two up to `LARGEST`, and which in larger ones."""
    first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    sizes = np.diff(np.append(np.flatnonzero(first), len(ordered)))
    size = np.repeat(sizes, sizes)
    return (size > 1) & (size <= LARGEST), size > LARGEST


def _within(looking: Sieve, key: Words, reach: int) -> Iterator[tuple[Ints, Ints]]:
    """Of the pairs of rows of one block that stand less than `reach` apart, those worth comparing."""
    at = np.arange(len(key))
    for step in range(1, reach):
        at = at[at + step < len(key)]
        at = at[key[at] == key[at + step]]
        if not len(at):
            return
        yield looking.sifted(at, at + step)
