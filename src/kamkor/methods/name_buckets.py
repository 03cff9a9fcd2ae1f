"""Under which keys a name is filed in an index of buckets, and which of them a query opens, step by step.

A key is the sound of one word of the name and the letter that another begins with: many names share it, and
who has one of two words right meets the name in one of its keys. A name of one word stands under it alone.
"""

from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import NamedTuple

from kamkor.methods.name_words import full_forms, is_initial, word_of
from kamkor.methods.names import CUT, FITS, other_readings, parted, words

_SKELETON_LENGTH = 4
_NEAR = 5  # words further from each other make no key, so that a very long name has not very many
_BEGINNINGS = "acijklmnprstvxy"  # with which words begin as they sound; every other sign is `_ODD`
_ODD = "?"
_DOUBTFUL = 0.78  # somebody who fits as well as this has been meant, if with two slips


class Reading(NamedTuple):
    """What a query may have been meant to be; a name in which none of `telling` is heard is not that."""

    words: list[str]
    telling: tuple[str, ...]


class Step(NamedTuple):
    """What to open, smallest first, if nobody who was found so far scores `unless`."""

    keys: set[str]
    at_most: int  # entries
    unless: float = 1.0
    readings: tuple[Reading, ...] = ()


def skeleton(word: str) -> str:
    """The first consonants of a folded word, one letter for sounds that are confused (b/p, g/k/h, z/s)."""
    heard = word_of(word).sound
    return _consonants(word)[:_SKELETON_LENGTH] or heard[:1] or word[:1]


def buckets_of(text: str) -> set[str]:
    """The keys to file a name under; a short form is filed under the full ones too."""
    return _keys(words(text))


def asked_of(text: str) -> set[str]:
    """The keys under which names like this one are filed; a word alone is looked for beside any other."""
    return _asked(words(text))


def steps(query: str) -> Iterator[Step]:
    """First the words as they stand; then what else they may have been meant to be; then slips of the hand
    that change how a word sounds, or what it begins with."""
    asked = words(query)
    yield Step(_asked(asked), 6_000)
    alone = {_key(form) for word in asked for form in _forms(word)}
    readings = tuple(Reading(other, tuple(other)) for other in other_readings(query) if other != asked)
    other_keys = (_asked(reading.words) for reading in readings)
    yield Step(alone.union(*other_keys), 6_000, FITS, readings)
    halves = tuple(Reading(reading, pair) for reading, pair in parted(query))
    yield Step(_slipped(asked).union(*(_keys([*pair]) for _, pair in halves)), 2_000, _DOUBTFUL, halves)
    yield Step(_beside_any(asked), 2_000, CUT)


def _asked(name: list[str]) -> set[str]:
    return _keys(name) | (_beside_any(name) if len(name) == 1 else set())


def _keys(name: list[str]) -> set[str]:
    if len(name) == 1:
        return {_key(form) for form in _forms(name[0])}
    return {
        _key(one_form, other_form)
        for one, other in _neighbours(name)
        for one_form in _forms(one)
        for other_form in _forms(other)
    }


def _neighbours(name: list[str]) -> Iterator[tuple[str, str]]:
    """Every two words in either order; an initial tells too little to come first."""
    for one, other in permutations(range(len(name)), 2):
        if abs(one - other) <= _NEAR and (not is_initial(name[one]) or is_initial(name[other])):
            yield name[one], name[other]


def _beside_any(name: list[str]) -> set[str]:
    return {
        f"{skeleton(form)} {beginning}"
        for word in name
        if not is_initial(word) or len(name) == 1
        for form in _forms(word)
        for beginning in _BEGINNINGS + _ODD
    }


def _slipped(name: list[str]) -> set[str]:
    """With a consonant too many or misplaced in one word, or the first letter of the other."""
    found: set[str] = set()
    if len(name) == 1:
        slips = _slips(_consonants(name[0]))
        return {f"{slip} {beginning}" for slip in slips for beginning in ("", *_BEGINNINGS, _ODD)}
    for one, other in _neighbours(name):
        sound = word_of(other).sound
        found.add(f"{skeleton(one)} {_beginning(sound[1:])}")
        if not is_initial(one):
            found |= {f"{slip} {_beginning(sound)}" for slip in _slips(_consonants(one))}
    return found


def _slips(sounds: str) -> set[str]:
    sounds = sounds[: _SKELETON_LENGTH + 2]
    places = range(len(sounds))
    fewer = {sounds[:at] + sounds[at + 1 :] for at in places}
    turned = {sounds[:at] + sounds[at + 1 : at + 2] + sounds[at] + sounds[at + 2 :] for at in places}
    return {slip[:_SKELETON_LENGTH] for slip in fewer | turned if slip}


def _key(word: str, other: str | None = None) -> str:
    return f"{skeleton(word)} {'' if other is None else _beginning(word_of(other).sound or other)}"


def _beginning(sound: str) -> str:
    first = sound[:1]
    return first if first and first in _BEGINNINGS else _ODD


def _forms(word: str) -> Iterable[str]:
    return (word, *full_forms().get(word, ()))


def _consonants(word: str) -> str:
    bare = "".join(letter for letter in word_of(word).sound if letter not in "aeiou")
    return "".join(letter for letter, before in zip(bare, " " + bare, strict=False) if letter != before)
