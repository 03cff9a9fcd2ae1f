"""How like two words of a name are: as folded, and by their sound, which is what spellings have in common."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from kamkor.methods.short_forms import SHORT_FORMS
from kamkor.methods.spelling import plain

SAME_WORD = 0.6  # below this two words have nothing to do with each other
_SURELY = 0.75  # below this a word counts ever less: one typo in four letters is about .75
_SLOPE = 4.0
_TIMES = 6  # no name takes more than two
_EXACT = 0.6  # what the spelling weighs; the rest is for the sound
_SHORT_FORM = 0.95
_WELL_MET = 0.85
_OTHER_BEGINNING = 0.92  # people rarely mistype a first letter: Marina is not Karina
_INITIAL = 0.85
_OTHER_ENDING = {frozenset("ns"): 0.95, frozenset("np"): 0.95, frozenset("sp"): 0.95}

CHILD_OF = frozenset(
    "ulu uul ul uli ulo olo olu kizi kiz kizis kis kisi kzi giz gizi "
    "ogli ugli oglu uglu ogil ugil ogl ugl".split()
)
_GLUED_CHILD_OF = re.compile(r"(?<=...)(?:ulu|kizi|ogli|ugli|oglu)$")
_FEMALE_SURNAME = re.compile(r"(?<=...)([oe]v)a$")
_PATRONYMIC = re.compile(r"(?<=...)(?:[oe]vi?ch|[oe]vna)$")
_ENDING = re.compile(r"(?<=...)[oe]v(ich)?$")
_SOUND_RULES = [
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"ch", "c"),
        (r"sh", "s"),
        (r"ts", "s"),
        (r"n[gk](?=[^aeiou]|$)", "n"),
        (r"(?<=[^aeiou])i(?=[aou])", ""),  # Natalia, Natalya, Наталья
        (r"(?<=[aeou])i", ""),  # Айгүл, Agul
    )
]
_SOUNDS = str.maketrans("bdfgzhqwoue", "ptpkskkvaai")


class Word(NamedTuple):
    """A folded word taken apart: without its ending, what the ending was, and how the rest sounds."""

    whole: str
    stem: str
    kind: str  # n as it stands, s surname in -ov, p patronymic
    sound: str


@lru_cache(200_000)
def fold_word(written: str) -> str:
    """One word in plain Latin; a woman's and a man's ending are one, a glued uulu or kyzy is gone.

    Folded until nothing changes, so that what was folded may be folded again.
    """
    word = _fold_once(written)
    for _ in range(_TIMES):
        word, before = _fold_once(word), word
        if word == before:
            break
    return word


@lru_cache(200_000)
def _fold_once(written: str) -> str:
    word = _GLUED_CHILD_OF.sub("", plain(written))
    return _FEMALE_SURNAME.sub(r"\1", _PATRONYMIC.sub("ovich", word))


@lru_cache(200_000)
def word_of(folded: str) -> Word:
    ending = _ENDING.search(folded)
    if ending is None:
        return Word(folded, folded, "n", sound(folded))
    stem = folded[: ending.start()]
    return Word(folded, stem, "p" if ending[1] else "s", sound(stem))


@lru_cache(200_000)
def sound(stem: str) -> str:
    """What is left when letters that are confused (b/p, g/k/h, z/s, a/o/u, e/i) are made one."""
    for pattern, spelling in _SOUND_RULES:
        stem = pattern.sub(spelling, stem)
    return re.sub(r"(.)\1+", r"\1", stem.translate(_SOUNDS))


def likeness(one: Word, other: Word) -> float:
    """From 0 to 1; 0 for words that have nothing to do with each other."""
    if is_initial(one.whole) or is_initial(other.whole):
        if one.stem == other.stem:
            return 1.0
        return _INITIAL if one.stem.startswith(other.stem) or other.stem.startswith(one.stem) else 0.0
    found = _spelt_alike(one.stem, other.stem, one.sound, other.sound)
    if one.kind != other.kind:  # or the ending itself is mistyped
        found *= _OTHER_ENDING[frozenset((one.kind, other.kind))]
        found = max(found, _spelt_alike(one.whole, other.whole, sound(one.whole), sound(other.whole)))
    if found < SAME_WORD:
        return 0.0
    return found if found >= _SURELY else _SURELY - _SLOPE * (_SURELY - found)


def is_initial(folded: str) -> bool:
    """One letter, or what one Cyrillic letter became."""
    return len(folded) == 1 or folded in {"ch", "sh", "ts", "ia"}


def likeness_of_form(form: Word, word: Word) -> float:
    """A short form must be met well: a typo in it would make many names of it."""
    found = _SHORT_FORM * likeness(form, word)
    return found if found >= _WELL_MET else 0.0


def other_forms(word: str) -> set[str]:
    """The full names behind a short form, and the short forms of a full name."""
    full_names = full_forms().get(word, ())
    shorts = [short for full in (word, *full_names) for short in _short_forms().get(full, ())]
    return {*full_names, *shorts} - {word}


@cache
def full_forms() -> dict[str, tuple[str, ...]]:
    """The full names that each short form stands for, all folded."""
    return {fold_word(short): tuple(map(fold_word, full)) for short, full in SHORT_FORMS.items()}


def _spelt_alike(one: str, other: str, one_sound: str, other_sound: str) -> float:
    found = _EXACT * OSA.normalized_similarity(one, other)
    found += (1 - _EXACT) * OSA.normalized_similarity(one_sound, other_sound)
    return found if one_sound[:1] == other_sound[:1] else found * _OTHER_BEGINNING


@cache
def _short_forms() -> dict[str, list[str]]:
    shorts: dict[str, list[str]] = {}
    for short, full_names in full_forms().items():
        for full in full_names:
            shorts.setdefault(full, []).append(short)
    return shorts
