"""Near-duplicates among many adverts: one text with another number, a typing error, a sentence more or less.

Numbers and contacts are masked, letters of one look are one letter. Words and pairs of words are filed by the
rarest of each advert; those that meet are compared (Jaccard, and whether one stands in the other) and
joined. Work grows with the number of adverts, not with that of their pairs.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from kamkor.methods.adverts.folding import fold, of_one_look

CUT = 0.6  # share of common shingles from which two adverts are one text
WITHIN, LEAST = 0.9, 0.5  # or so much of the shorter one stands in the other, and so much is common
_FILED = 14  # rarest shingles under which an advert is filed
_MET = 2  # of these, at least so many bring two adverts together, where there are enough of them
_COMPARED = 12  # adverts of one shingle that a new one is compared with
_WORD = re.compile(r"\d+(?:[ \u00a0.,]\d{3})*(?!\d)|[^\W_]+")
_CONTACT = re.compile(  # near enough: what is taken for a contact in all copies alike does no harm
    r"(?:https?://|t\.me/|wa\.me/|www\.)\S*|[\w.+-]{0,64}@[\w.-]{2,64}|[+(]{0,2}\d[\d \u00a0().‐‑‒–—/-]{7,}"
)


def shingles(text: str) -> frozenset[int]:
    """Words and pairs of neighbours as numbers; contacts are left out, and every number is one sign. Words by
    themselves tell of adverts whose sentences change places."""
    words = _WORD.findall(of_one_look(fold(_CONTACT.sub(" ", text)).plain))
    plain = ["#" if word[0].isdigit() else word for word in words] or [text.strip()]
    return frozenset(map(hash, itertools.chain(plain, itertools.pairwise(plain))))


def clusters(texts: Iterable[str]) -> list[int]:
    """The number of the cluster of each text: the place of the first one that is like it."""
    of_text = [shingles(text) for text in texts]
    groups = _Groups(len(of_text))
    first_with: dict[frozenset[int], int] = {}
    for number, own in enumerate(of_text):
        groups.join(number, first_with.setdefault(own, number))
    met: Counter[int] = Counter()
    for own in first_with:
        met.update(own)
    filed: defaultdict[int, list[int]] = defaultdict(list)
    for own, number in first_with.items():
        shared = sorted((count, shingle) for shingle in own if (count := met[shingle]) > 1)
        lists = [filed[shingle] for _, shingle in shared[:_FILED]]
        least = min(_MET, 1 + len(lists) // 5)
        for other, often in Counter(itertools.chain.from_iterable(lists)).items():
            if often < least or groups.root(other) == groups.root(number):
                continue
            if _alike(own, of_text[other]):
                groups.join(number, other)
        for others in lists:
            if len(others) < _COMPARED:
                others.append(number)
    return [groups.root(number) for number in range(len(of_text))]


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    if shorter < LEAST * longer:
        return False
    common = len(one & other)
    whole = shorter + longer - common
    return common >= CUT * whole or (common >= LEAST * whole and common >= WITHIN * shorter)


class _Groups:
    """Union-find; the root of a group is its first member."""

    def __init__(self, size: int) -> None:
        self._above = list(range(size))

    def root(self, number: int) -> int:
        while (above := self._above[number]) != number:
            self._above[number] = number = self._above[above]
        return number

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._above[second] = first
