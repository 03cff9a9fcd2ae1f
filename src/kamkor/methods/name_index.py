"""Many names held in memory, to find those that fit a query best.

Names share words, so a query's words are compared with the distinct words once, in compiled code; only the
names that hold the most alike words are then scored word by word.
"""

from collections.abc import Hashable, Iterable
from functools import lru_cache
from heapq import nlargest
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kamkor.methods.name_words import (
    Word,
    is_initial,
    likeness,
    likeness_of_form,
    other_forms,
    word_of,
)

Id = TypeVar("Id", bound=Hashable)

_SOUNDS_LIKE = 0.5  # words less alike by their sound are not looked at
_SHORTLIST = 250
_BEHIND, _ENOUGH = 0.6, 30  # names so far behind the best are left out, where enough are left
_UNASKED_WORD = 0.95  # the candidate has a word that was not asked for
# What a word of the query weighs that is not the name's word, by the kinds of both, or that finds none left.
_CLASH = {
    (one, other): 0.5
    if one + other in {"pp", "ip", "pi"}
    else 0.4
    if one == "p"
    else 0.7
    if other == "p"
    else 1.0
    for one in "nspi"
    for other in "nspi"
}
_MISSING = {"n": 0.33, "s": 0.33, "p": 0.2, "i": 0.15}
_Pair = tuple[float, int, int]


class Match(NamedTuple, Generic[Id]):
    """A candidate and how well its name fits, from 0 to 1."""

    id: Id
    score: float


class NameIndex(Generic[Id]):
    """Names that have been through `fold`, each with the ids of those who bear it."""

    def __init__(self, candidates: Iterable[tuple[Id, str]]) -> None:
        self._keys: list[Id] = []
        self._holders: dict[str, list[int]] = {}
        self._by_initial: dict[str, list[str]] = {}
        self._similar: dict[str, dict[str, float]] = {}
        bearers: dict[str, list[int]] = {}
        for order, (key, folded) in enumerate(candidates):
            if folded in bearers:
                bearers[folded].append(order)
            else:
                bearers[folded] = [order]
            self._keys.append(key)
        self._bearers = list(bearers.values())  # of each name, their places among the keys
        self._names = [tuple(folded.split()) for folded in bearers]
        self._hold()
        self._words = [word_of(word) for word in self._holders]
        self._sounds = [word.sound for word in self._words]
        self._heard = frozenset(self._sounds)

    def _hold(self) -> None:
        """Note which names have each word: this loop is most of what a search costs beside the ranking."""
        held = self._holders
        for number, words in enumerate(self._names):
            for word in words:
                if word not in held:
                    held[word] = [number]
                elif held[word][-1] != number:
                    held[word].append(number)
        for word in held:
            self._by_initial.setdefault(word[0], []).append(word)

    def find(self, asked: list[str], *, top: int, cut: float) -> list[Match[Id]]:
        """The best `top` who score `cut` or more, best first; those who score alike keep their order.
        Who bears several names is judged by the best of them."""
        similar = [self.similar(word) for word in asked]
        found = [(self._score(asked, similar, number), number) for number in self._shortlist(similar)]
        ranked = sorted(
            (-score, order) for score, number in found if score >= cut for order in self._bearers[number]
        )
        best: dict[Id, float] = {}
        for score, order in ranked:
            best.setdefault(self._keys[order], -score)
        return [Match(key, score) for key, score in islice(best.items(), top)]

    def hears(self, word: str) -> bool:
        """Whether one of these names has a word of this very sound."""
        return word_of(word).sound in self._heard

    def similar(self, asked: str) -> dict[str, float]:
        """The words of these names that may be the one asked for, and how like it they are."""
        if asked not in self._similar:
            self._similar[asked] = self._compare(asked)
        return self._similar[asked]

    def _compare(self, asked: str) -> dict[str, float]:
        word = word_of(asked)
        if is_initial(asked):
            return {other: likeness(word, word_of(other)) for other in self._by_initial.get(asked[0], ())}
        found = self._alike(word)
        for form in map(word_of, other_forms(asked)):
            for other in self._alike(form):
                found[other] = max(found.get(other, 0), likeness_of_form(form, word_of(other)))
        for initial in (asked[0], asked[:2]):
            if initial in self._holders and is_initial(initial):
                found[initial] = likeness(word, word_of(initial))
        return {other: value for other, value in found.items() if value}

    def _alike(self, word: Word) -> dict[str, float]:
        hits = process.extract(
            word.sound, self._sounds, scorer=OSA.normalized_similarity, score_cutoff=_SOUNDS_LIKE, limit=None
        )
        others = (self._words[at] for _, _, at in hits)
        return {other.whole: likeness(word, other) for other in others}

    def _shortlist(self, similar: list[dict[str, float]]) -> list[int]:
        """The names with the most alike words, of any length: their scores can be the best."""
        totals: dict[int, float] = {}
        for words in similar:
            best: dict[int, float] = {}
            for word, value in words.items():
                for number in self._holders[word]:
                    if value > best.get(number, 0):
                        best[number] = value
            for number, value in best.items():
                totals[number] = totals.get(number, 0) + value
        least = max(totals.values(), default=0) - _BEHIND
        near = [number for number, total in totals.items() if total >= least]
        if len(near) < _ENOUGH:
            near = list(totals)
        if len(near) <= _SHORTLIST:
            return near
        return nlargest(_SHORTLIST, near, key=lambda number: totals[number] - 0.05 * len(self._names[number]))

    def _score(self, asked: list[str], similar: list[dict[str, float]], number: int) -> float:
        """Mean likeness of the words paired, best pairs first, less what is left over on either side."""
        name = self._names[number]
        pairs = [
            (words[word], i, j)
            for i, words in enumerate(similar)
            for j, word in enumerate(name)
            if word in words
        ]
        chosen = _pair_off(pairs)
        if not chosen:
            return 0.0
        free_asked = _kinds(asked, {i for _, i, _ in chosen})
        free_name = _kinds(name, {j for _, _, j in chosen})
        both = len(chosen) + _left_over(free_asked, free_name)
        unasked = max(len(free_name) - len(free_asked), 0)
        return sum(value for value, _, _ in chosen) / both * float(_UNASKED_WORD**unasked)


def _left_over(asked: list[str], name: list[str]) -> float:
    """What the words without a partner weigh: two that should be one clash, one alone may be missing."""
    if not asked and not name:
        return 0.0
    asked, name = sorted(asked), sorted(name)
    weight = 0.0
    for kind in ("p", "s", "n"):
        while kind in asked and kind in name:
            asked.remove(kind)
            name.remove(kind)
            weight += _CLASH[kind, kind]
    for one, other in zip(asked, name, strict=False):
        weight += _CLASH[one, other]
    return weight + sum(_MISSING[kind] for kind in asked[len(name) :])


def _kinds(words: Iterable[str], taken: set[int]) -> list[str]:
    return [_kind(word) for number, word in enumerate(words) if number not in taken]


@lru_cache(100_000)
def _kind(word: str) -> str:
    return "i" if is_initial(word) else word_of(word).kind


def _pair_off(pairs: list[_Pair]) -> list[_Pair]:
    if len(pairs) < 2:
        return pairs
    chosen: list[_Pair] = []
    for pair in sorted(pairs, reverse=True):
        if all(pair[1] != i and pair[2] != j for _, i, j in chosen):
            chosen.append(pair)
    return chosen
