"""Cryptographic linkage keys: a person as 1,024 noisy bits that can be compared and not be read.

After Schnell, Bachteler and Reiher (2009): every feature of a person (pairs of letters of the folded names
in any order, parts of the date of birth, the beginning of the telephone number) sets bits of one Bloom
filter, at places that only who has the key can tell; the filter is folded on itself by exclusive or
(Schnell and Borgs 2016), and bits are flipped by chance (BLIP, Alaghan and others 2012).
"""

import hmac
import os
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kamkor.methods.linkage.folding import NAMES, born, folded_name, telephone
from kamkor.methods.name_words import sound

Bits = NDArray[np.uint8]  # rows x bits, each 0 or 1
LENGTH = 2048  # of the filter before it is folded
FOLDED = LENGTH // 2
FLIPPED = 21 / FOLDED  # of every row: never fewer than 2 in 100
SHORTEST_KEY = 32  # bytes
# How many bits a feature sets: what tells people apart better sets more. Of a name its pairs of letters, the
# pairs of its sound, and its sound as a whole; the first name more, since families share the others.
_FIRST_NAME, _OTHER_NAME = (6, 12, 28), (3, 7, 14)
_DATE, _PREFIX = 26, 60
_PREFIX_DIGITS = 7
_CACHED = 500_000
_TURNED = round(FLIPPED * FOLDED)
_AT_ONCE = 10_000  # rows that get their noise together
_IN_ONE = 32  # places in one digest


def encoded(frame: pl.DataFrame, key: bytes) -> Bits:
    """The folded filter of each row, with noise that no key takes out again."""
    filters = bare(frame, key)
    for start in range(0, len(filters), _AT_ONCE):
        part = filters[start : start + _AT_ONCE]
        chance = np.frombuffer(os.urandom(part.size * 4), np.uint32).reshape(part.shape)
        turned = np.argpartition(chance, _TURNED, axis=1)[:, :_TURNED]
        np.put_along_axis(part, turned, 1 - np.take_along_axis(part, turned, 1), 1)
    return filters


def bare(frame: pl.DataFrame, key: bytes) -> Bits:
    """The folded filters before the noise: never to be kept or sent."""

    @lru_cache(_CACHED)
    def places(feature: str, many: int) -> tuple[int, ...]:
        rounds = range(-(-many // _IN_ONE))
        digest = b"".join(hmac.digest(key, f"{feature}\0{turn}".encode(), "sha512") for turn in rounds)
        return tuple(int.from_bytes(digest[at * 2 : at * 2 + 2]) % LENGTH for at in range(many))

    filters = np.zeros((len(frame), LENGTH), np.uint8)
    for row, told in enumerate(features(frame)):
        filters[row, [place for feature, many in told.items() for place in places(feature, many)]] = 1
    answer: Bits = filters[:, :FOLDED] ^ filters[:, FOLDED:]
    return answer


def features(frame: pl.DataFrame) -> Iterator[dict[str, int]]:
    """What is known of each row, each feature with the number of bits that it sets."""
    spelt = lru_cache(_CACHED)(_spelt)
    dates, phones = born(frame["dob"]).tolist(), telephone(frame["phone"]).tolist()
    for number, names in enumerate(frame.select(NAMES).iter_rows()):
        told: dict[str, int] = {}
        for at, name in enumerate(names):
            for kind, features in zip(
                _FIRST_NAME if at == 0 else _OTHER_NAME, spelt(name.lower()), strict=True
            ):
                told.update((feature, max(kind, told.get(feature, 0))) for feature in features)
        told.update(dict.fromkeys(_of_date(*dates[number]), _DATE))
        told.update(dict.fromkeys(_of_phone(phones[number]), _PREFIX))
        yield told


def _spelt(written: str) -> tuple[list[str], list[str], list[str]]:
    """The same wherever the name stands, so that it may stand in another field."""
    name = folded_name(written)
    heard = sound(name)
    letters, sounds = ([f"{one}{other}" for one, other in pairwise(f" {text} ")] for text in (name, heard))
    if not name:
        return [], [], []
    return [f"n {pair}" for pair in letters], [f"b {pair}" for pair in sounds], [f"s {heard}"]


def _of_date(year: int, month: int, day: int) -> Iterator[str]:
    """Day and month also in either order, as they are often exchanged."""
    if year:
        yield from (f"y {year}", f"e {year // 10}")
    if day:
        low, high = min(month, day), max(month, day)
        yield from (f"m {month}", f"d {day}", f"x {low} {high}", f"t {year} {low} {high}")


def _of_phone(number: int) -> Iterator[str]:
    """The beginning without the last digits, so that the number itself is not in the key."""
    digits = str(number)[1:]
    if len(digits) > _PREFIX_DIGITS:
        yield f"p {digits[:_PREFIX_DIGITS]}"
