"""Near-duplicates among many adverts: one text with another number, a typing error, a sentence more or less.

Numbers and contacts are masked. Shingles of two words are filed by the rarest of each advert; those that
meet are compared (Jaccard) and joined. Work grows with the number of adverts, not with that of their pairs.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from kamkor.methods.adverts.folding import fold

CUT = 0.55  # share of common shingles from which two adverts are one text
_FILED = 14  # rarest shingles under which an advert is filed
_COMPARED = 12  # adverts of one shingle that a new one is compared with
_WORDS = 2
_WORD = re.compile(r"\d+(?:[ \u00a0.,]\d{3})*(?!\d)|[^\W_]+")
_CONTACT = re.compile(  # near enough: what is taken for a contact in all copies alike does no harm
    r"(?:https?://|t\.me/|wa\.me/|www\.)\S*|[\w.+-]{0,64}@[\w.-]{2,64}|[+(]{0,2}\d[\d \u00a0().‐‑‒–—/-]{7,}"
)


def shingles(text: str) -> frozenset[int]:
    """Pairs of neighbouring words as numbers; contacts are left out, and every number is one sign."""
    words = _WORD.findall(fold(_CONTACT.sub(" ", text)).plain)
    plain = ["#" if word[0].isdigit() else word for word in words]
    if len(plain) < _WORDS:
        return frozenset(map(hash, plain or [text.strip()]))
    return frozenset(map(hash, itertools.pairwise(plain)))


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
        for other in set(itertools.chain.from_iterable(lists)):
            if groups.root(other) != groups.root(number) and _alike(own, of_text[other]):
                groups.join(number, other)
        for others in lists:
            if len(others) < _COMPARED:
                others.append(number)
    return [groups.root(number) for number in range(len(of_text))]


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    common = len(one & other)
    return common >= CUT * (len(one) + len(other) - common)


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
