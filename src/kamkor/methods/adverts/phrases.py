"""Phrases looked for in a text by its words: `паспорт* ... забира*|изыма*`, in time linear in the text.

A word ending in * stands for every ending, | parts words of which one is enough, # is any number, ## one that
may be an age, and ... lets up to three words stand between. `a & b` finds both near each other in any order,
`! c` forbids c in the sentence, @name is a list of `words.csv`. No phrase reaches over the end of a sentence.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from kamkor.methods.adverts.folding import Token, bare

Mark = TypeVar("Mark")
_GAP = 3
_NEAR = 8  # words between the sides of &, at most
_AGE = re.compile(r"(?:1[3-9]|[2-5]\d)(?!\d)")
_REMEMBERED = 50_000  # words whose phrases are kept at hand
_KEY = 3  # letters by which the first word of a phrase is found
_LATIN_PAIRS = (
    ("oʻ", "ў"), ("gʻ", "ғ"), ("sh", "ш"), ("ch", "ч"), ("yo", "ё"), ("ya", "я"), ("yu", "ю"),
    ("ye", "е"), ("ts", "ц"),
)  # fmt: skip
_LATIN_LETTERS = str.maketrans("abdefghijklmnopqrstuvxyz", "абдефгҳижклмнопқрстувхйз")


class Word(NamedTuple):
    """One word of a phrase: what may stand there whole, and what it may begin with."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]
    number: bool
    age: bool
    after_gap: bool

    def fits(self, word: str) -> bool:
        if word in self.whole or word.startswith(self.beginnings):
            return True
        return (self.number and word[0].isdigit()) or (self.age and bool(_AGE.match(word)))


@dataclass(frozen=True)
class Found(Generic[Mark]):
    """A phrase that stands in a text: its mark, and the first and last of its tokens."""

    mark: Mark
    first: int
    last: int


@dataclass(frozen=True)
class Phrase:
    """A row of a table: the side by which it is looked for, those that must stand near, what must not."""

    side: tuple[Word, ...]
    near: tuple[tuple[Word, ...], ...]
    without: tuple[Word, ...]

    def last(self, tokens: list[Token], at: int) -> tuple[int, int] | None:
        """The first and last token of the phrase, whose side begins at a token that fits; or nothing."""
        end = _last(self.side, tokens, at)
        if end is None:
            return None
        places = [(at, end)]
        for side in self.near:
            found = _nearest(side, tokens, at, end)
            if found is None:
                return None
            places.append(found)
        if self.without and _stands(self.without, tokens, at):
            return None
        return min(begin for begin, _ in places), max(end for _, end in places)


class Phrases(Generic[Mark]):
    """Many phrases, looked for at once."""

    def __init__(self, rows: Iterable[tuple[str, Mark]]) -> None:
        self._by_key: defaultdict[str, list[tuple[Phrase, Mark]]] = defaultdict(list)
        self._of_word: dict[str, list[tuple[Phrase, Mark]]] = {}
        for text, mark in rows:
            phrase = read(text)
            first = phrase.side[0]
            keys = {word[:_KEY] for word in (*first.whole, *first.beginnings)} | (
                {"#"} if first.number or first.age else set()
            )
            for key in keys:
                self._by_key[key].append((phrase, mark))

    def find(self, tokens: list[Token]) -> Iterator[Found[Mark]]:
        """Every phrase at every place, in the order of the text."""
        for at, token in enumerate(tokens):
            for phrase, mark in self._candidates(token.word):
                place = phrase.last(tokens, at)
                if place is not None:
                    yield Found(mark, *place)

    def _candidates(self, word: str) -> list[tuple[Phrase, Mark]]:
        known = self._of_word.get(word)
        if known is None:
            keys = ("#",) if word[0].isdigit() else ()
            known = [
                row
                for key in (*keys, *{word[:1], word[:2], word[:3]})
                for row in self._by_key.get(key, ())
                if row[0].side[0].fits(word)
            ]
            if len(self._of_word) >= _REMEMBERED:
                self._of_word.clear()
            self._of_word[word] = known
        return known


def read(text: str) -> Phrase:
    """A phrase as it stands in the table."""
    said, _, without = text.partition("!")
    side, *near = (_side(part) for part in said.split("&"))
    return Phrase(side, tuple(near), _side(without))


def _side(text: str) -> tuple[Word, ...]:
    words, gap = [], False
    for piece in text.split():
        if piece == "...":
            gap = True
            continue
        ways = piece.split("|")
        whole = frozenset(bare(way) for way in ways if not way.endswith("*") and way not in {"#", "##"})
        beginnings = tuple(bare(way[:-1]) for way in ways if way.endswith("*"))
        words.append(Word(whole, beginnings, "#" in ways, "##" in ways, gap))
        gap = False
    return tuple(words)


@lru_cache(maxsize=4096)
def in_cyrillic(phrase: str) -> str:
    """An Uzbek phrase of the table in the other alphabet."""
    for latin, cyrillic in _LATIN_PAIRS:
        phrase = phrase.replace(latin, cyrillic)
    opened = " ".join("|".join(_first_e(way) for way in piece.split("|")) for piece in phrase.split())
    return opened.replace("ʼ", "ъ").translate(_LATIN_LETTERS)


def _first_e(word: str) -> str:
    return f"э{word[1:]}" if word.startswith("e") else word


def _last(words: tuple[Word, ...], tokens: list[Token], at: int) -> int | None:
    sentence = tokens[at].sentence
    for word in words[1:]:
        reach = range(at + 1, min(at + 2 + (_GAP if word.after_gap else 0), len(tokens)))
        for place in reach:
            if tokens[place].sentence != sentence:
                return None
            if word.fits(tokens[place].word):
                at = place
                break
        else:
            return None
    return at


def _nearest(words: tuple[Word, ...], tokens: list[Token], first: int, last: int) -> tuple[int, int] | None:
    """Where these words stand in the sentence, close to the tokens but not among them."""
    sentence = tokens[first].sentence
    for step in range(1, _NEAR + 1):
        for at in (last + step, first - step):
            if 0 <= at < len(tokens) and tokens[at].sentence == sentence and words[0].fits(tokens[at].word):
                end = _last(words, tokens, at)
                if end is not None and (at > last or end < first):
                    return at, end
    return None


def _stands(words: tuple[Word, ...], tokens: list[Token], at: int) -> bool:
    """Whether one of these words stands in the sentence, within reach."""
    sentence = tokens[at].sentence
    around = tokens[max(0, at - 2 * _NEAR) : at + 2 * _NEAR]
    return any(word.fits(token.word) for token in around if token.sentence == sentence for word in words)
