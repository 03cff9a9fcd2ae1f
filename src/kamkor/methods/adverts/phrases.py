"""Phrases looked for in a text by its words: `паспорт* ... забира*|изыма*`, in time linear in the text.

A word ending in * stands for every ending, | parts words of which one is enough, # is any number, and ...
lets up to three words stand between. A phrase never reaches over the end of a sentence.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from kamkor.methods.adverts.folding import Token, bare

Mark = TypeVar("Mark")
_GAP = 3
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
    after_gap: bool

    def fits(self, word: str) -> bool:
        return word in self.whole or word.startswith(self.beginnings) or (self.number and word[0].isdigit())


@dataclass(frozen=True)
class Found(Generic[Mark]):
    """A phrase that stands in a text: its mark, and the first and last of its tokens."""

    mark: Mark
    first: int
    last: int


class Phrases(Generic[Mark]):
    """Many phrases, looked for at once."""

    def __init__(self, rows: Iterable[tuple[str, Mark]]) -> None:
        self._by_key: defaultdict[str, list[tuple[tuple[Word, ...], Mark]]] = defaultdict(list)
        for phrase, mark in rows:
            words = read(phrase)
            keys = {text[:_KEY] for text in (*words[0].whole, *words[0].beginnings)} | (
                {"#"} if words[0].number else set()
            )
            for key in keys:
                self._by_key[key].append((words, mark))

    def find(self, tokens: list[Token]) -> Iterator[Found[Mark]]:
        """Every phrase at every place, in the order of the text."""
        for at, token in enumerate(tokens):
            for words, mark in self._candidates(token.word):
                last = _last(words, tokens, at)
                if last is not None:
                    yield Found(mark, at, last)

    def _candidates(self, word: str) -> Iterator[tuple[tuple[Word, ...], Mark]]:
        keys = ("#",) if word[0].isdigit() else tuple({word[:1], word[:2], word[:3]})
        for key in keys:
            for words, mark in self._by_key.get(key, ()):
                if words[0].fits(word):
                    yield words, mark


def read(phrase: str) -> tuple[Word, ...]:
    """The words of a phrase as it stands in the table."""
    words, gap = [], False
    for piece in phrase.split():
        if piece == "...":
            gap = True
            continue
        ways = piece.split("|")
        whole = frozenset(bare(way) for way in ways if not way.endswith("*") and way != "#")
        beginnings = tuple(bare(way[:-1]) for way in ways if way.endswith("*"))
        words.append(Word(whole, beginnings, "#" in ways, gap))
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
