"""Which pairs are worth comparing: rows that share one of many keys, so that no single mistake hides a pair.

Keys are blind to the order of names and to day and month swapped. A block that is too large is parted by more
of what its rows say, in several ways; what is still too large is walked in order, near neighbours only.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from kamkor.methods.linkage.folding import Ints, Rows, Words

LARGEST = 40  # rows of a block of which every pair is taken
NEIGHBOURS = 10  # in a block that stays larger
_PIECE = 1_000_000  # pairs looked at together
_MIX = np.uint64(0x9E3779B97F4A7C15)
_ALIKE, _RATHER = 0.7, 0.4  # shares of pairs of letters


def mixed(*parts: NDArray[np.generic]) -> Words:
    """One hash of several columns; never 0, which means that a row has no such key."""
    answer = np.zeros(len(parts[0]), np.uint64)
    for part in parts:
        answer = (answer ^ part.astype(np.uint64)) * _MIX
        answer ^= answer >> np.uint64(29)
    return answer | np.uint64(1)


def candidates(rows: Rows) -> Ints:
    """Pairs of rows that may be one person, as first * number of rows + second, each once, in order."""
    return np.unique(np.concatenate([np.empty(0, np.int64), *_plausible_pairs(rows)]))


def _plausible_pairs(rows: Rows) -> Iterator[Ints]:
    """Sifted as they come, since most pairs that share a key have nothing else in common."""
    bags = _bags(rows)
    for key, finer in keys(rows):
        found = [
            _plausible(rows, bags, codes[at : at + _PIECE])
            for codes in _coded(_pairs(key, finer), len(rows))
            for at in range(0, len(codes), _PIECE)
        ]
        yield np.unique(np.concatenate([np.empty(0, np.int64), *found]))


def _coded(pairs: Iterable[tuple[Ints, Ints]], size: int) -> Iterator[Ints]:
    for one, other in pairs:
        yield np.minimum(one, other) * size + np.maximum(one, other)


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


def _pairs(key: Words, finer: list[Words]) -> Iterator[tuple[Ints, Ints]]:
    """All pairs of small blocks; large ones are parted by each of the finer columns."""
    rows = np.flatnonzero(key)
    order = rows[np.argsort(key[rows], kind="stable")]
    small, large = _by_size(key[order])
    yield from _within(order[small], key[order[small]], LARGEST)
    rest = order[large]
    for number, column in enumerate(finer):
        known = rest[column[rest] > 0]
        part = mixed(key[known], column[known])
        inner = np.argsort(part, kind="stable")
        known, part = known[inner], part[inner]
        small, large = _by_size(part)
        yield from _within(known[small], part[small], LARGEST)
        known, part = known[large], part[large]
        for other in finer[number + 1 :] or finer[:1]:
            inner = np.lexsort((other[known], part))
            yield from _within(known[inner], part[inner], NEIGHBOURS)


def _by_size(ordered: Words) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows are in blocks of two up to `LARGEST`, and which in larger ones."""
    first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    sizes = np.diff(np.append(np.flatnonzero(first), len(ordered)))
    size = np.repeat(sizes, sizes)
    return (size > 1) & (size <= LARGEST), size > LARGEST


def _within(rows: Ints, key: Words, reach: int) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of rows of one block that stand less than `reach` apart."""
    at = np.arange(len(rows))
    for step in range(1, reach):
        at = at[at + step < len(rows)]
        at = at[key[at] == key[at + step]]
        if not len(at):
            return
        yield rows[at], rows[at + step]


def _bags(rows: Rows) -> Words:
    """The pairs of letters of all names of each row."""
    grams = rows.vocabulary.grams
    bags: Words = grams[rows.names[:, 0]] | grams[rows.names[:, 1]] | grams[rows.names[:, 2]]
    return bags


def _plausible(rows: Rows, bags: Words, codes: Ints) -> Ints:
    """Without the pairs that have too little in common, or are of one list where there are several."""
    one, other = np.divmod(codes, len(rows))
    if rows.several:
        apart = rows.lists[one] != rows.lists[other]
        codes, one, other = codes[apart], one[apart], other[apart]
    alike = _likeness(bags, one, other)
    dates, others = rows.born[one], rows.born[other]
    same = (dates == others) & (dates > 0)
    swapped = (dates[:, 1] == others[:, 2]) & (dates[:, 2] == others[:, 1]) & (dates[:, 1] > 0)
    dated = (same.sum(1) >= 2) | (swapped & same[:, 0])
    called = (rows.phone[one] == rows.phone[other]) & (rows.phone[one] > 0)
    kept: Ints = codes[(alike >= _ALIKE) | ((alike >= _RATHER) & (dated | called)) | (dated & called)]
    return kept


def _likeness(bags: Words, one: Ints, other: Ints) -> NDArray[np.float32]:
    """Pairs of letters that all names of both have in common, of those of the shorter."""
    left, right = bags[one], bags[other]
    shared = np.bitwise_count(left & right).sum(1, dtype=np.float32)
    shorter = np.minimum(*(np.bitwise_count(side).sum(1, dtype=np.float32) for side in (left, right)))
    answer: NDArray[np.float32] = shared / np.maximum(shorter, 1)
    return answer
