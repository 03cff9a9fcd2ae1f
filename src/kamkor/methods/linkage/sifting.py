"""Which of the pairs that share a key have anything else in common: most have not, and cost nothing more.

Of namesakes who differ in date and telephone a few stand for all: they are nobody's duplicates, and what can
be learned of namesakes is learned from a part.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamkor.methods.linkage.folding import Ints, Rows, Words, mixed

_ALIKE, _RATHER = 0.7, 0.4  # shares of the pairs of letters of the shorter names
MANY, EACH = 20_000, 8  # in longer lists one of so many namesakes of another date and telephone is drawn
Counts = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Sieve:
    """What is looked at of each row. Rows of one block stand side by side, since memory is read in order."""

    rows: Ints
    lists: NDArray[np.int32] | None  # only where there are several
    letters: tuple[Words, ...]  # the pairs of letters of all names, as bits
    enough: tuple[Counts, Counts]  # shared pairs of letters that make names alike, or rather alike
    born: tuple[NDArray[np.int16], ...]  # year, month, day
    phone: Ints
    told: Flags  # a whole date and a telephone
    each: int

    def ordered(self, order: Ints) -> "Sieve":
        """Of these rows, in this order."""
        return Sieve(
            self.rows[order],
            None if self.lists is None else self.lists[order],
            tuple(lane[order] for lane in self.letters),
            (self.enough[0][order], self.enough[1][order]),
            tuple(part[order] for part in self.born),
            self.phone[order],
            self.told[order],
            self.each,
        )

    def sifted(self, one: Ints, other: Ints) -> tuple[Ints, Ints]:
        """Rows of the pairs (places in this order) that have enough in common, and are not of one list where
        there are several."""
        if self.lists is not None:
            apart = self.lists[one] != self.lists[other]
            one, other = one[apart], other[apart]
        shared = np.zeros(len(one), np.uint8)
        for lane in self.letters:
            shared += np.bitwise_count(lane[one] & lane[other])
        kept, rather = (shared >= np.minimum(enough[one], enough[other]) for enough in self.enough)
        called = self.phone[one] == self.phone[other]
        called &= self.phone[one] > 0
        sure = np.flatnonzero(rather | called)
        one, other = one[sure], other[sure]
        kept, rather, called = kept[sure], rather[sure], called[sure]
        dated = self._dated(one, other)
        drawn = self._drawn(one, other)
        kept &= drawn | ~self._known(one, other)
        kept |= (rather & (dated | called)) | (dated & called)
        return self.rows[one[kept]], self.rows[other[kept]]

    def stands_for(self, one: Ints, other: Ints) -> Ints:
        """For how many pairs each stands that was kept, here by the number of its rows."""
        called = (self.phone[one] == self.phone[other]) & (self.phone[one] > 0)
        alone = self._known(one, other) & ~called & ~self._dated(one, other)
        return np.where(alone, self.each, 1)

    def _drawn(self, one: Ints, other: Ints) -> Flags:
        """One pair of `each`, the same however it is found."""
        rows = self.rows[one], self.rows[other]
        chance = mixed(np.minimum(*rows), np.maximum(*rows)) >> np.uint64(8)
        return np.asarray(chance < 2**56 // self.each)

    def _known(self, one: Ints, other: Ints) -> Flags:
        """Both have a whole date and a telephone."""
        answer: Flags = self.told[one] & self.told[other]
        return answer

    def _dated(self, one: Ints, other: Ints) -> Flags:
        """Two parts of the date agree, or all when day and month are exchanged."""
        (year, month, day), (years, months, days) = (
            [part[side] for part in self.born] for side in (one, other)
        )
        same_year = (year == years) & (year > 0)
        same_month, same_day = (month == months) & (month > 0), (day == days) & (day > 0)
        swapped = (month == days) & (day == months) & (month > 0)
        answer: Flags = (same_year & (same_month | same_day | swapped)) | (same_month & same_day)
        return answer


def sieve(rows: Rows) -> Sieve:
    grams = rows.vocabulary.grams
    bags = grams[rows.names[:, 0]]
    bags |= grams[rows.names[:, 1]]
    bags |= grams[rows.names[:, 2]]
    many = np.maximum(np.bitwise_count(bags).sum(1), 1)
    alike, rather = (np.ceil(share * many - 1e-6).astype(np.uint8) for share in (_ALIKE, _RATHER))
    return Sieve(
        np.arange(len(rows)), rows.lists if rows.several else None,
        tuple(np.ascontiguousarray(lane) for lane in bags.T), (alike, rather),
        tuple(np.ascontiguousarray(part) for part in rows.born.T), rows.phone,
        (rows.born[:, 2] > 0) & (rows.phone > 0),
        EACH if len(rows) > MANY else 1,
    )  # fmt: skip
