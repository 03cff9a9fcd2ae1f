"""Seven everyday words, or sixteen digits, by which somebody comes back to what they sent.

Each row of the list is one thing in four languages, so the words may be typed in any of them. Words look like
a list of errands; digits are for those who prefer them. 256 rows: seven words are 56 bits, the digits 53.
"""

import csv
from functools import cache
from importlib.resources import files
from random import Random

WORDS, DIGITS = 7, 16
LANGUAGES = ("en", "ky", "ru", "uz")
# What some keyboards lack, and what is hard to hear.
_ALIKE = str.maketrans(dict(zip("ёйңөү", "еиноу", strict=True)) | dict.fromkeys("ʻʼ’‘'`", ""))


def new_words(language: str, rng: Random) -> str:
    """By chance (from `secrets.SystemRandom()` unless in a test), in the language if there is a list."""
    words = _lists()[language if language in LANGUAGES else "en"]
    return " ".join(rng.choice(words) for _ in range(WORDS))


def new_digits(rng: Random) -> str:
    digits = "".join(rng.choice("0123456789") for _ in range(DIGITS))
    return " ".join(digits[start : start + 4] for start in range(0, DIGITS, 4))


def read(text: str) -> str:
    """The one form of what was typed, however spaced, or empty when it can be nothing of ours."""
    digits = "".join(text.split())
    if digits.isascii() and digits.isdecimal():
        return digits if len(digits) == DIGITS else ""
    words = [_fold(word) for word in text.replace(",", " ").split()]
    if len(words) != WORDS:
        return ""
    for known in _places().values():
        if all(word in known for word in words):
            return " ".join(str(known[word]) for word in words)
    return ""


@cache
def _lists() -> dict[str, list[str]]:
    with (files("kamkor.methods") / "slips.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {language: [row[language] for row in rows] for language in LANGUAGES}


@cache
def _places() -> dict[str, dict[str, int]]:
    return {
        language: {_fold(word): place for place, word in enumerate(words)}
        for language, words in _lists().items()
    }


def _fold(word: str) -> str:
    return word.casefold().translate(_ALIKE)
