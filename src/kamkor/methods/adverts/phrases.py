"""Phrases looked for in a text by its words: `паспорт* ... забира*|изыма*`, in time linear in the text.

A word ending in * stands for every ending, | parts words of which one is enough, # is any number, ## one that
may be an age, and ... lets up to three words stand between. `a & b` finds both near each other in any order,
`a ~ b` close by; `! c` forbids c in the sentence; @name is a list of `words.csv`. No phrase reaches over the
end of a sentence.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from kamkor.methods.adverts.folding import Token, bare

Mark = TypeVar("Mark")
_GAP = 3
_SENTENCE = 20  # words on either side among which a forbidden one counts
_NEAR = {"&": 10, "~": 4}  # words from one side to the other, at most
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

    def fits(self, word: str) -> bool:
        if word in self.whole or word.startswith(self.beginnings):
            return True
        return (self.number and word[0].isdigit()) or (self.age and bool(_AGE.match(word)))

    def begins(self) -> set[str]:
        """Beginnings by which a word that may fit is found, and # for numbers."""
        return {text[:_KEY] for text in (*self.whole, *self.beginnings)} | (
            {"#"} if self.number or self.age else set()
        )


Side = tuple[tuple[Word, bool], ...]  # words in their order, each with whether others may stand before it


@dataclass(frozen=True)
class Found(Generic[Mark]):
    """A phrase that stands in a text: its mark, and the first and last of its tokens."""

    mark: Mark
    first: int
    last: int


class Phrase(NamedTuple, Generic[Mark]):
    """A row of a table, words as numbers: the side by which it is found, those near, what must not be."""

    side: tuple[tuple[int, bool], ...]
    near: tuple[tuple[int, tuple[tuple[int, bool], ...]], ...]
    without: frozenset[int]
    needs: frozenset[int]
    mark: Mark

    def place(self, text: "_Text", at: int) -> tuple[int, int] | None:
        """Its first and last token, where its side begins at this one; or nothing."""
        end = text.last(self.side, at)
        if end is None:
            return None
        places = [(at, end)]
        for reach, side in self.near:
            found = text.nearest(side, at, end, reach)
            if found is None:
                return None
            places.append(found)
        if self.without and text.holds(self.without, at):
            return None
        return min(begin for begin, _ in places), max(end for _, end in places)


class Phrases(Generic[Mark]):
    """Many phrases, looked for at once; `plainly` writes their words as those of the texts are written."""

    def __init__(self, rows: Iterable[tuple[str, Mark]], plainly: Callable[[str], str] = bare) -> None:
        self._plainly = plainly
        self._numbers: dict[Word, int] = {}
        self._words: defaultdict[str, list[tuple[int, Word]]] = defaultdict(list)
        self._begun: defaultdict[int, list[Phrase[Mark]]] = defaultdict(list)
        self._known: dict[str, tuple[frozenset[int], list[Phrase[Mark]]]] = {}
        for text, mark in rows:
            phrase = self._phrase(text, mark)
            self._begun[phrase.side[0][0]].append(phrase)

    def find(self, tokens: list[Token]) -> Iterator[Found[Mark]]:
        """Every phrase at every place, in the order of the text."""
        met = self._known.get  # most words were met before
        known = [met(token.word) or self._fitting(token.word) for token in tokens]
        fitting = [numbers for numbers, _ in known]
        present = frozenset().union(*filter(None, fitting))
        text = _Text(fitting, [token.sentence for token in tokens])
        for at, (_, begun) in enumerate(known):
            for phrase in begun:
                if phrase.needs <= present and (place := phrase.place(text, at)) is not None:
                    yield Found(phrase.mark, *place)

    def _phrase(self, text: str, mark: Mark) -> Phrase[Mark]:
        said, _, without = text.partition("!")
        side, *near = (
            tuple((self._number(word), gap) for word, gap in read(part, self._plainly))
            for part in re.split("[&~]", said)
        )
        reach = [_NEAR[sign] for sign in re.findall("[&~]", said)]
        needs = frozenset(number for part in (side, *near) for number, _ in part)
        never = frozenset(self._number(word) for word, _ in read(without, self._plainly))
        return Phrase(side, tuple(zip(reach, near, strict=True)), never, needs, mark)

    def _number(self, word: Word) -> int:
        if word not in self._numbers:
            self._numbers[word] = len(self._numbers)
            for key in word.begins():
                self._words[key].append((self._numbers[word], word))
        return self._numbers[word]

    def _fitting(self, word: str) -> tuple[frozenset[int], list[Phrase[Mark]]]:
        """The words of phrases that a word of a text fits, and the phrases that begin with them."""
        keys = {word[:1], word[:2], word[:3]} | ({"#"} if word[0].isdigit() else set())
        fitting = frozenset(
            number for key in keys for number, one in self._words.get(key, ()) if one.fits(word)
        )
        known = fitting, [phrase for number in fitting for phrase in self._begun.get(number, ())]
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[word] = known
        return known


def read(text: str, plainly: Callable[[str], str] = bare) -> Side:
    """The words of one side of a phrase as it stands in the table."""
    words, gap = [], False
    for piece in text.split():
        if piece == "...":
            gap = True
            continue
        ways = piece.split("|")
        whole = frozenset(plainly(way) for way in ways if not way.endswith("*") and way not in {"#", "##"})
        beginnings = tuple(plainly(way[:-1]) for way in ways if way.endswith("*"))
        words.append((Word(whole, beginnings, "#" in ways, "##" in ways), gap))
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


class _Text(NamedTuple):
    """A text as the numbers of the words that each of its tokens fits, with the sentence of each."""

    fitting: list[frozenset[int]]
    sentence: list[int]

    def last(self, side: tuple[tuple[int, bool], ...], at: int) -> int | None:
        """The last token of a side that begins here; nothing where it does not go on in this sentence."""
        sentence = self.sentence[at]
        for number, gap in side[1:]:
            for place in range(at + 1, min(at + 2 + (_GAP if gap else 0), len(self.sentence))):
                if self.sentence[place] != sentence:
                    return None
                if number in self.fitting[place]:
                    at = place
                    break
            else:
                return None
        return at

    def nearest(
        self, side: tuple[tuple[int, bool], ...], first: int, last: int, reach: int
    ) -> tuple[int, int] | None:
        """Where a side stands in the sentence, close to the tokens but not among them."""
        number, sentence = side[0][0], self.sentence[first]
        for step in range(1, reach + 1):
            for at in (last + step, first - step):
                if (
                    0 <= at < len(self.sentence)
                    and number in self.fitting[at]
                    and self.sentence[at] == sentence
                ):
                    end = self.last(side, at)
                    if end is not None and (at > last or end < first):
                        return at, end
        return None

    def holds(self, numbers: frozenset[int], at: int) -> bool:
        """Whether one of these words stands in the sentence, within reach."""
        around = range(max(0, at - _SENTENCE), min(at + _SENTENCE, len(self.sentence)))
        return any(
            not numbers.isdisjoint(self.fitting[place])
            for place in around
            if self.sentence[place] == self.sentence[at]
        )
