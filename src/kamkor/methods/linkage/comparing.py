"""How alike two rows are, field by field, as a small number each: the levels that `mixture` counts.

Level 0 of every field says that one side is empty. Exact agreement is split by how common the value is, so
that a rare surname counts for more than a common one (term frequency); names that are similar are split by
whether both are common, since two common names are two names and not a slip of the hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from kamkor.methods.linkage.folding import Ints, Rows, Vocabulary
from kamkor.methods.name_words import other_forms

Levels = NDArray[np.uint8]
FIELDS = ("first_name", "surname", "patronymic", "dob", "city", "phone", "order")
BINS = 7  # of how common a value is: exact levels 1 to 7, the commonest first
NAME_WORDS = (
    "empty",
    *["same"] * BINS,
    "nearly the same",
    "nearly the same, both common",
    "similar",
    "a little alike",
    "different",
)
NEAR, NEAR_COMMON, SIMILAR, LITTLE, OTHER_NAME = range(BINS + 1, BINS + 6)
DOB_WORDS = (
    "empty", "same, a common date", "same", "day and month swapped", "one digit off", "one part off",
    "same year", "different",
)  # fmt: skip
DATE_COMMON, DATE_SAME, DATE_SWAPPED, DATE_DIGIT, DATE_PART, DATE_YEAR, DATE_OTHER = range(1, 8)
CITY_WORDS = ("empty", *["same"] * BINS, "different")
PHONE_WORDS = ("empty", "same, of many", "same, of several", "same", "one digit off", "different")
PHONE_MANY, PHONE_SEVERAL, PHONE_SAME, PHONE_DIGIT, PHONE_OTHER = range(1, 6)
ORDER_WORDS = ("", "", "names in another order")
IN_ORDER, SWAPPED = 1, 2
WORDS = (NAME_WORDS, NAME_WORDS, NAME_WORDS, DOB_WORDS, CITY_WORDS, PHONE_WORDS, ORDER_WORDS)
SIZES = tuple(map(len, WORDS))
_NEARLY, _SIMILAR, _LITTLE = 0.84, 0.66, 0.5
_SHORT_FORM = 0.8
_PIECE = 500_000
NO_FORMS = np.empty(0, np.int64)


@dataclass(frozen=True)
class Frequencies:
    """How common each value is: for names and towns the bin of its share, for dates and telephones the
    level."""

    names: NDArray[np.uint8]  # field x vocabulary
    common: NDArray[np.bool_]  # of the vocabulary
    places: NDArray[np.uint8]
    dates: NDArray[np.uint8]  # of each row
    phones: NDArray[np.uint8]


class _Arranged(NamedTuple):
    """The names of pairs of rows, those of the second in the order that fits, and how alike they are."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    alike: NDArray[np.float32]
    order: Levels


class Comparison:
    """Compares pairs of rows."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.frequencies = frequencies(rows)
        self._forms = _short_forms(rows.vocabulary)

    def levels(self, one: Ints, other: Ints) -> Levels:
        """The levels of each pair, one column for each field."""
        pieces = [
            self._levels(one[at : at + _PIECE], other[at : at + _PIECE]) for at in range(0, len(one), _PIECE)
        ]
        return np.concatenate([np.empty((0, len(FIELDS)), np.uint8), *pieces])

    def _levels(self, one: Ints, other: Ints) -> Levels:
        answer = np.zeros((len(one), len(FIELDS)), np.uint8)
        found = self._arranged(one, other)
        for field in range(3):
            answer[:, field] = self._name_levels(field, found)
        answer[:, 6] = found.order
        answer[:, 3] = self._dates(one, other)
        answer[:, 4] = self._cities(one, other)
        answer[:, 5] = self._phones(one, other)
        return answer

    def _arranged(self, one: Ints, other: Ints) -> _Arranged:
        """The names of both sides; those of the second in the order in which they fit best."""
        left, right = self.rows.names[one], self.rows.names[other]
        order = np.full(len(one), IN_ORDER, np.uint8)
        alike = np.column_stack([self._alike(left[:, at], right[:, at]) for at in range(3)])
        for at, with_ in ((0, 1), (0, 2), (1, 2)):
            poor = (alike[:, at] < _SIMILAR) & (alike[:, with_] < _SIMILAR) & (order == IN_ORDER)
            where = np.flatnonzero(poor)
            crossed = self._alike(left[where, at], right[where, with_])
            back = self._alike(left[where, with_], right[where, at])
            empty = [
                left[where, place] * right[where, cross] == 0 for place, cross in ((at, with_), (with_, at))
            ]
            fits = ((crossed >= _SIMILAR) & ((back >= _SIMILAR) | empty[1])) | ((back >= _SIMILAR) & empty[0])
            chosen = where[fits]
            right[chosen, at], right[chosen, with_] = right[chosen, with_], right[chosen, at]
            alike[chosen, at], alike[chosen, with_] = crossed[fits], back[fits]
            order[chosen] = SWAPPED
        return _Arranged(left, right, alike, order)

    def _name_levels(self, field: int, found: _Arranged) -> Levels:
        one, other, alike = (each[:, field] for each in (found.left, found.right, found.alike))
        common = self.frequencies.common
        near = np.where(common[one] & common[other], NEAR_COMMON, NEAR)
        levels = np.select(
            [(one == 0) | (other == 0), one == other, alike >= _NEARLY, alike >= _SIMILAR, alike >= _LITTLE],
            [
                np.uint8(0),
                self.frequencies.names[field][one],
                near.astype(np.uint8),
                *map(np.uint8, (SIMILAR, LITTLE)),
            ],
            np.uint8(OTHER_NAME),
        )
        answer: Levels = levels.astype(np.uint8)
        return answer

    def _alike(self, one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.float32]:
        """From 0 to 1, 0 where one is empty; each pair of names is compared once."""
        answer: NDArray[np.float32] = (one == other).astype(np.float32)
        answer[(one == 0) | (other == 0)] = 0
        rest = np.flatnonzero((one != other) & (one > 0) & (other > 0))
        size = len(self.rows.vocabulary.texts)
        low, high = np.minimum(one[rest], other[rest]), np.maximum(one[rest], other[rest])
        codes, back = np.unique(low.astype(np.int64) * size + high, return_inverse=True)
        answer[rest] = likeness(self.rows.vocabulary, *np.divmod(codes, size), self._forms)[back]
        return answer

    def _dates(self, one: Ints, other: Ints) -> Levels:
        left, right = self.rows.born[one], self.rows.born[other]
        year, month, day = (left[:, at] == right[:, at] for at in range(3))
        full = (left[:, 2] > 0) & (right[:, 2] > 0)
        swapped = (left[:, 1] == right[:, 2]) & (left[:, 2] == right[:, 1])
        digit = _digits_apart(_digits(left), _digits(right)) <= 1
        return np.select(
            [
                (left[:, 0] == 0) | (right[:, 0] == 0),
                full & year & month & day,
                full & year & swapped,
                full & digit,
                full & (year.astype(np.int8) + month + day >= 2),
                year,
            ],
            [np.uint8(0), self.frequencies.dates[one], *map(np.uint8, range(DATE_SWAPPED, DATE_YEAR + 1))],
            np.uint8(DATE_OTHER),
        ).astype(np.uint8)

    def _cities(self, one: Ints, other: Ints) -> Levels:
        left, right = self.rows.city[one], self.rows.city[other]
        same = self.rows.places.hashes[left] == self.rows.places.hashes[right]
        size = len(self.rows.places.texts)
        codes, back = np.unique(left.astype(np.int64) * size + right, return_inverse=True)
        alike = likeness(self.rows.places, *np.divmod(codes, size), NO_FORMS)[back]
        levels = np.select(
            [(left == 0) | (right == 0), same | (alike >= _NEARLY)],
            [np.uint8(0), self.frequencies.places[left]],
            np.uint8(len(CITY_WORDS) - 1),
        )
        return levels.astype(np.uint8)

    def _phones(self, one: Ints, other: Ints) -> Levels:
        left, right = self.rows.phone[one], self.rows.phone[other]
        near = _digits_apart(_places(left), _places(right)) <= 1
        levels = np.select(
            [(left == 0) | (right == 0), left == right, near],
            [np.uint8(0), self.frequencies.phones[one], np.uint8(PHONE_DIGIT)],
            np.uint8(PHONE_OTHER),
        )
        return levels.astype(np.uint8)


def likeness(vocabulary: Vocabulary, one: Ints, other: Ints, forms: Ints) -> NDArray[np.float32]:
    """How alike two texts are, by their letters and by their sound; a short form is like its full name, as
    `forms` has them."""
    texts, sounds = vocabulary.texts, vocabulary.sounds
    found = np.zeros(len(one), np.float32)
    for words, weight in ((texts, 0.6), (sounds, 0.4)):
        found += weight * process.cpdist(
            [words[at] for at in one], [words[at] for at in other],
            scorer=OSA.normalized_similarity, dtype=np.float32, workers=1,
        )  # fmt: skip
    if len(forms):
        short = np.isin(np.minimum(one, other) * len(texts) + np.maximum(one, other), forms)
        found[short] = np.maximum(found[short], _SHORT_FORM)
    return found


def _short_forms(vocabulary: Vocabulary) -> Ints:
    numbers = {text: number for number, text in enumerate(vocabulary.texts)}
    pairs = {
        min(number, numbers[full]) * len(numbers) + max(number, numbers[full])
        for text, number in numbers.items()
        for full in other_forms(text)
        if full in numbers
    }
    return np.array(sorted(pairs), np.int64)


def _digits(dates: NDArray[np.int16]) -> NDArray[np.uint8]:
    return np.column_stack([
        *(dates[:, 0] // 10**power % 10 for power in range(4)),
        dates[:, 1] // 10, dates[:, 1] % 10, dates[:, 2] // 10, dates[:, 2] % 10,
    ]).astype(np.uint8)  # fmt: skip


def _places(phones: Ints) -> NDArray[np.uint8]:
    return np.column_stack([phones // 10**power % 10 for power in range(10)]).astype(np.uint8)


def _digits_apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.int64]:
    """How many digits differ; two neighbours that changed places count for one."""
    differ = one != other
    crossed = (one[:, 1:] == other[:, :-1]) & (one[:, :-1] == other[:, 1:]) & differ[:, 1:] & differ[:, :-1]
    answer: NDArray[np.int64] = differ.sum(1) - crossed.any(1)
    return answer


def frequencies(rows: Rows) -> Frequencies:
    size = len(rows.vocabulary.texts)
    counts = np.array([np.bincount(rows.names[:, field], minlength=size) for field in range(3)])
    dates = rows.born[:, 0] * np.int64(10_000) + rows.born[:, 1] * 100 + rows.born[:, 2]
    days = _times(dates)
    usual = np.median(days[rows.born[:, 2] > 0]) if (rows.born[:, 2] > 0).any() else 1
    times = _times(rows.phone)
    return Frequencies(
        names=np.array([_binned(count) for count in counts]),
        common=counts.max(0) > max(5, 2e-5 * len(rows)),
        places=_binned(np.bincount(rows.city, minlength=len(rows.places.texts))),
        dates=np.where(days > 5 * usual + 5, DATE_COMMON, DATE_SAME).astype(np.uint8),
        phones=np.select([times > 20, times > 6], [PHONE_MANY, PHONE_SEVERAL], PHONE_SAME).astype(np.uint8),
    )


def _times(values: Ints) -> Ints:
    _, back, counts = np.unique(values, return_inverse=True, return_counts=True)
    answer: Ints = counts[back]
    return answer


def _binned(counts: Ints) -> NDArray[np.uint8]:
    """1 for the commonest values, one more for each time that a value is four times as rare."""
    shares = counts / max(counts[1:].sum(), 1)
    bins = np.floor(-np.log(np.maximum(shares, 1e-12) / 0.04) / np.log(4)) + 2
    answer: NDArray[np.uint8] = np.clip(bins, 1, BINS).astype(np.uint8)
    return answer


def some_pairs(rows: Rows, many: int) -> tuple[Ints, Ints]:
    """All pairs of rows that could be one person or, of more than `many`, some drawn by a fixed seed."""
    if len(rows) * (len(rows) - 1) // 2 <= many:
        one, other = (side.astype(np.int64) for side in np.triu_indices(len(rows), 1))
    else:
        chance = np.random.default_rng(1)
        one, other = (chance.integers(0, len(rows), many) for _ in range(2))
    apart = rows.lists[one] != rows.lists[other] if rows.several else one != other
    return one[apart], other[apart]


def patterns_of(levels: Levels) -> tuple[Ints, NDArray[np.int32]]:
    """The different patterns of levels, each as one number, and which of them every row has."""
    codes = np.zeros(len(levels), np.int32)
    for column, size in zip(levels.T, SIZES, strict=True):
        codes *= size
        codes += column
    number = np.zeros(prod(SIZES), np.int32)
    number[codes] = 1
    found = np.flatnonzero(number)
    number[found] = np.arange(len(found))
    return found, number[codes]


def decoded(patterns: Ints) -> Levels:
    return np.column_stack(np.unravel_index(patterns, SIZES)).astype(np.uint8)


def reasons(levels: Levels) -> Iterator[str]:
    """In words, for each row of levels: what agrees and what does not."""
    for row in levels:
        parts = [
            f"{field} {WORDS[place][level]}" if field != "order" else WORDS[place][level]
            for place, (field, level) in enumerate(zip(FIELDS, row, strict=True))
            if WORDS[place][level] not in ("", "empty")
        ]
        yield "; ".join(parts)
