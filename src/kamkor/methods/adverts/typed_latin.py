"""Kyrgyz and Russian typed in Latin letters (rabota v Turcii, pasport u nas; jumush bar, viza jasap berebiz).

A word is written back in Cyrillic as well as may be, and words are compared by their sound alone: people type
ж as zh or j, ц as ts or c, щ as sh, ы and й as y or i, and leave ь out.
"""

import re
from functools import lru_cache

from kamkor.methods.adverts.folding import Token, bare

_TOGETHER = {
    "shch": "щ", "sch": "щ", "sh": "ш", "ch": "ч", "zh": "ж", "dzh": "ж", "dj": "ж", "kh": "х", "ts": "ц",
    "tz": "ц", "ya": "я", "yu": "ю", "yo": "е",
}  # fmt: skip
_SINGLE = str.maketrans("abcdefghijklmnopqrstuvwxyzüöñışçğé", "абцдефгхижклмнопкрстуввхызуонышчге")
_PAIRS = re.compile("|".join(sorted(_TOGETHER, key=len, reverse=True)))
_VOWELS = "aeiouüöıаеиоуыэюя"
_AFTER_VOWEL = re.compile(rf"(?<=[{_VOWELS}])(?:y|j$)")
_BEFORE_E = re.compile(rf"(?:^|(?<=[{_VOWELS}]))ye")
_LATIN = re.compile("[a-z]")
_ALIKE = str.maketrans({"ь": "", "ъ": "", "щ": "ш", "ы": "и", "э": "е", "я": "иа", "ю": "иу"})
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=20_000)
def cyrillic(word: str) -> str:
    """A plain word in Latin letters, written in Cyrillic; another word stays what it is."""
    if not _LATIN.search(word):
        return word
    text = "э" + word[1:] if word[0] == "e" else _BEFORE_E.sub("e", word)
    text = _PAIRS.sub(lambda match: _TOGETHER[match.group()], text)
    return _AFTER_VOWEL.sub("и", text).translate(_SINGLE)


@lru_cache(maxsize=20_000)
def sounds(word: str) -> str:
    """A plain Cyrillic word without what is lost or typed in several ways in Latin letters."""
    alike = (
        word.replace("ье", "ие").translate(_ALIKE).replace("тс", "ц").replace("дж", "ж").replace("нг", "н")
    )
    return _TWICE.sub(r"\1", alike)


def phrase_sounds(word: str) -> str:
    """A word of a phrase as it is looked for among sounds."""
    return sounds(bare(word))


def written_back(tokens: list[Token]) -> list[Token]:
    """The tokens in Cyrillic; each stands where it stood."""
    return [token._replace(word=cyrillic(token.word)) for token in tokens]


def heard(tokens: list[Token]) -> list[Token]:
    """The tokens by their sound."""
    return [token._replace(word=sounds(token.word)) for token in tokens]
