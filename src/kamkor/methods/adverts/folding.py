"""A text written plainly for comparing, which still knows where each sign stood in the text as given.

Lower case, letters of one look in one alphabet a word, ң/ө/ү/ё and the Uzbek letters as they are often typed,
apostrophes and invisible signs left out: what a writer changes by habit or to hide changes nothing here.
"""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

_LOOKS = ("aeopcyxkmthbi", "аеорсухкмтнві")
_TO_CYRILLIC, _TO_LATIN = str.maketrans(*_LOOKS), str.maketrans(*reversed(_LOOKS))
_TYPED = str.maketrans("ңөүёўқғҳұәһіѐѝй", "ноуеукгхуахиеии")
_APOSTROPHES = "'’‘ʻʼ`´ʹ"
_LEFT_OUT = re.compile(
    rf"(?<=\w)[{_APOSTROPHES}](?=\w)|[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"(?<!\d)[1-9]\d{0,2}(?:[ \u00a0.,]\d{3})+(?!\d)|[^\W_]+")  # 25 000 is one number
_END = re.compile(r"[.!?;\n\r•…|]")
_PART = re.compile(r"[,:()—–]|\s-\s")
_MIXED = re.compile("[a-z][\u0400-\u04ff]|[\u0400-\u04ff][a-z]")
_LATIN, _CYRILLIC = re.compile("[a-z]"), re.compile("[\u0400-\u04ff]")


class Token(NamedTuple):
    """A word or a number: plain form, place in the folded text, sentence, and part of it between commas."""

    word: str
    start: int
    end: int
    sentence: int
    part: int


@dataclass(frozen=True)
class Folded:
    """The plain text; `places` is None where every sign stayed, else the old place of each sign."""

    given: str
    plain: str
    places: Sequence[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the plain text stands in the text as given."""
        if self.places is None:
            return start, end
        return (self.places[start], self.places[end - 1] + 1) if end > start else (0, 0)

    def tokens(self) -> list[Token]:
        """The words in their order."""
        found: list[Token] = []
        sentence = part = last = 0
        for match in _TOKEN.finditer(self.plain):
            between = self.plain[last : match.start()]
            if found and between != " ":
                ends = bool(_END.search(between))
                sentence += ends
                part += ends or bool(_PART.search(between))
            last = match.end()
            found.append(Token(match.group(), match.start(), last, sentence, part))
        return found


def fold(text: str) -> Folded:
    """The plain form of a text."""
    places: array[int] | None = None
    kept = text
    if _LEFT_OUT.search(text):
        places, pieces, last = array("q"), [], 0
        for match in _LEFT_OUT.finditer(text):
            pieces.append(text[last : match.start()])
            places.extend(range(last, match.start()))
            last = match.end()
        pieces.append(text[last:])
        places.extend(range(last, len(text)))
        kept = "".join(pieces)
    lower = kept.lower()
    if len(lower) != len(kept):
        lower = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in kept)
    return Folded(text, plain(lower), places)


def plain(lower: str) -> str:
    """A text in lower case with the letters brought together; as long as it was."""
    typed = lower.translate(_TYPED)
    if _MIXED.search(typed):
        return _WORD.sub(_one_alphabet, typed)
    return typed


def of_one_look(plain: str) -> str:
    """A plain text in which letters of one look are one letter, for comparing texts with each other."""
    return plain.translate(_TO_CYRILLIC)


def bare(phrase: str) -> str:
    """A phrase of a table, as it is looked for in a plain text."""
    return plain(_LEFT_OUT.sub("", phrase.lower()))


def _one_alphabet(match: re.Match[str]) -> str:
    word = match.group()
    latin, cyrillic = len(_LATIN.findall(word)), len(_CYRILLIC.findall(word))
    if not latin or not cyrillic:
        return word
    return word.translate(_TO_CYRILLIC if cyrillic >= latin else _TO_LATIN)
