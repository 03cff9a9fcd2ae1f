"""The tables of this package: families, cues, calming facts and countries, read once."""

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from kamkor.methods.adverts.folding import bare
from kamkor.methods.adverts.negation import holds_negation
from kamkor.methods.adverts.phrases import Phrases, in_cyrillic
from kamkor.methods.adverts.typed_latin import phrase_sounds

_CYRILLIC = frozenset({"ky", "ru", "*"})
_ALL = _CYRILLIC | {"uz", "en"}
_LIST = re.compile(r"@(\w+)")
_NEVER_DENIED = {2, 5, 10, 14, 15, 17, 18}  # said by denying too: tell nobody, none over 30, no permit


class Family(NamedTuple):
    """A kind of warning sign: what it weighs in the queue, and what it says."""

    weight: float
    why: str


class Cue(NamedTuple):
    """The family that a phrase speaks for; one that says no of itself cannot be denied."""

    family: int
    deniable: bool


class Told(NamedTuple):
    """A sentence that warns of others or offers help against them: what it names is not on offer."""


class Land(NamedTuple):
    """A country, as a code of two letters."""

    code: str


class Calm(NamedTuple):
    """A fact that lowers the alarm, and by how much."""

    weight: float


Mark = Cue | Told | Land | Calm


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one table."""
    text = files("kamkor.methods.adverts").joinpath(name).read_text(encoding="utf-8")
    return iter(list(csv.DictReader(text.splitlines())))


def _of(languages: frozenset[str], name: str) -> Iterator[dict[str, str]]:
    return (row for row in rows(name) if row["language"] in languages)


@cache
def families() -> dict[int, Family]:
    """The families by their number."""
    return {int(row["code"]): Family(float(row["weight"]), row["why"]) for row in rows("families.csv")}


@cache
def phrases() -> Phrases[Mark]:
    """Every phrase of every language, since an advert may mix them."""
    return Phrases([*_cues(), *_lands(), *_calm(), *_told()])


def _cues(languages: frozenset[str] = _ALL) -> Iterator[tuple[str, Cue]]:
    for row in _of(languages, "cues.csv"):
        for phrase in _writings(row):
            yield phrase, _cue(int(row["code"]), phrase)


def _lands() -> Iterator[tuple[str, Land]]:
    for row in rows("countries.csv"):
        for word in row["words"].split():
            for phrase in {word, in_cyrillic(word)}:
                yield phrase.replace("-", " "), Land(row["code"])


def _calm(languages: frozenset[str] = _ALL) -> Iterator[tuple[str, Calm]]:
    for row in _of(languages, "calm.csv"):
        for phrase in _writings(row):
            yield phrase, Calm(float(row["weight"]))


@cache
def phrases_by_sound() -> Phrases[Mark]:
    """The same for Kyrgyz and Russian typed in Latin letters."""
    return Phrases([*_cues(_CYRILLIC), *_lands(), *_calm(_CYRILLIC), *_told(_CYRILLIC)], phrase_sounds)


def _told(languages: frozenset[str] = _ALL) -> Iterator[tuple[str, Told]]:
    for row in _of(languages, "told.csv"):
        for phrase in _writings(row):
            yield phrase, Told()


def _cue(family: int, phrase: str) -> Cue:
    return Cue(family, family not in _NEVER_DENIED and not holds_negation(_words(phrase)))


@cache
def _lists() -> dict[str, str]:
    """The lists of words by their name, of all languages together."""
    found: dict[str, list[str]] = {}
    for row in rows("words.csv"):
        found.setdefault(row["name"], []).extend(_both(row["language"], row["words"]))
    return {name: "|".join(dict.fromkeys(words)) for name, words in found.items()}


def _writings(row: dict[str, str]) -> list[str]:
    phrase = _LIST.sub(lambda match: _lists()[match[1]], row["phrase"])
    return _both(row["language"], phrase)


def _both(language: str, phrase: str) -> list[str]:
    return [phrase, in_cyrillic(phrase)] if language == "uz" else [phrase]


def _words(phrase: str) -> list[list[str]]:
    said = phrase.partition("!")[0]
    return [
        [bare(way) for way in piece.split("|")] for piece in said.split() if piece not in {"...", "&", "~"}
    ]
