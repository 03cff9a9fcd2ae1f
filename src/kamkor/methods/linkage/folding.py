"""Rows made ready to compare: each field as numbers, each distinct text folded once.

Names are folded as everywhere in Kamkor: one alphabet, one spelling, without the endings that say “son of” or
“daughter of”; what is left of the three name fields shares one vocabulary, so that swapped fields can be
compared.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kamkor.methods.name_words import sound, word_of
from kamkor.methods.names import words

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
NAMES = ("first_name", "surname", "patronymic")
_MIX = np.uint64(0x9E3779B97F4A7C15)
LANES = 4  # words of 64 bits that hold the pairs of letters of a row's names
_PHONE_DIGITS = 9  # the last ones: the same with +996, 0 or nothing before them
_FEWEST_DIGITS = 5
_DATE = re.compile(
    r"(\d{4})\D(\d{1,2})\D(\d{1,2})(?:\D.*)?|(\d{1,2})\D(\d{1,2})\D(\d{4})|(\d{4})(\d\d)(\d\d)"
)
_YEAR_MONTH = re.compile(r"(\d{4})\D(\d{1,2})|(\d{1,2})\D(\d{4})|(\d{4})")
_EARLIEST, _LATEST = 1850, 2100
_PLACES = re.compile(r"^(?:г|город|с|село|пос|шаар|шаары|ш|city of|аил|айыл)[. ]+")


@dataclass(frozen=True)
class Vocabulary:
    """Folded texts: number 0 is the empty one."""

    texts: list[str]
    sounds: list[str]
    hashes: Words  # of the sound
    grams: NDArray[np.uint64]  # pairs of letters of the text as bits, `LANES` words each


@dataclass(frozen=True)
class Rows:
    """What is known of each row, in numbers; nothing is 0, a day without its month does not occur."""

    lists: NDArray[np.int32]
    names: NDArray[np.int32]  # rows x first name, surname, patronymic
    city: NDArray[np.int32]
    born: NDArray[np.int16]  # rows x year, month, day
    phone: Ints
    vocabulary: Vocabulary
    places: Vocabulary

    def __len__(self) -> int:
        return len(self.lists)

    @property
    def several(self) -> bool:
        """Whether people are looked for across lists; then no list has anybody twice."""
        return bool((self.lists != self.lists[0]).any())


def prepared(frame: pl.DataFrame) -> Rows:
    """From the cells as written; `source` becomes the number of the list."""
    lists = frame["source"].cast(pl.Categorical).to_physical().to_numpy().astype(np.int32)
    lists = np.unique(lists, return_inverse=True)[1].astype(np.int32)
    seen = {"": 0}
    names = np.column_stack([_numbered(frame[name], folded_name, seen) for name in NAMES])
    places = {"": 0}
    city = _numbered(frame["city"], folded_place, places)
    return Rows(
        lists, names, city, born(frame["dob"]), telephone(frame["phone"]),
        _vocabulary([*seen]), _vocabulary([*places]),
    )  # fmt: skip


def mixed(*parts: NDArray[np.generic]) -> Words:
    """One hash of several columns; never 0, which means that a row has no such key."""
    answer = np.zeros(len(parts[0]), np.uint64)
    for part in parts:
        answer = (answer ^ part.astype(np.uint64)) * _MIX
        answer ^= answer >> np.uint64(29)
    return answer | np.uint64(1)


def folded_name(written: str) -> str:
    """The name in one word, without endings; an initial stays one letter."""
    return "".join(word_of(word).stem for word in words(written))


def folded_place(written: str) -> str:
    return "".join(words(_PLACES.sub("", written)))


def _numbered(cells: pl.Series, folding: Callable[[str], str], seen: dict[str, int]) -> NDArray[np.int32]:
    """The number of each folded text; `seen` grows."""
    low = cells.str.to_lowercase()
    distinct = low.unique(maintain_order=True)  # so that every run numbers them alike
    numbers = [seen.setdefault(folding(text), len(seen)) for text in distinct.to_list()]
    return low.replace_strict(distinct, numbers, return_dtype=pl.Int32).to_numpy()


def _vocabulary(texts: list[str]) -> Vocabulary:
    sounds = [sound(text) for text in texts]
    hashes = pl.Series(sounds, dtype=pl.String).hash(seed=1).to_numpy()
    return Vocabulary(texts, sounds, hashes, grams_of(texts))


def grams_of(texts: list[str]) -> NDArray[np.uint64]:
    """Pairs of neighbouring letters, with an edge at either end, as bits."""
    lengths = np.fromiter((len(text) + 1 if text else 0 for text in texts), np.int64, len(texts))
    letters = np.frombuffer("".join(f"{text} " for text in texts if text).encode("utf-32-le"), np.uint32)
    before = np.empty_like(letters)
    before[1:] = letters[:-1]
    before[:1] = ord(" ")
    mixed = (before.astype(np.uint64) * np.uint64(31) + letters) * _MIX
    bit = mixed >> np.uint64(64 - 8)
    owner = np.repeat(np.arange(len(texts)), lengths)
    grams = np.zeros((len(texts), LANES), np.uint64)
    np.bitwise_or.at(
        grams, (owner, (bit >> np.uint64(6)).astype(np.int64)), np.uint64(1) << (bit & np.uint64(63))
    )
    return grams


def born(cells: pl.Series) -> NDArray[np.int16]:
    """Year, month and day; 0 for what is not known."""
    distinct = cells.unique(maintain_order=True)
    days = np.array([_day(text) for text in distinct.to_list()], np.int16).reshape(-1, 3)
    at = cells.replace_strict(distinct, np.arange(len(distinct)), return_dtype=pl.Int32).to_numpy()
    answer: NDArray[np.int16] = days[at]
    return answer


def _day(text: str) -> tuple[int, int, int]:
    if found := _DATE.fullmatch(text):
        parts = [int(part) for part in found.groups() if part]
        if found[4]:
            parts.reverse()
        year, month, day = parts
        if month > 12 and day <= 12:
            month, day = day, month
    elif found := _YEAR_MONTH.fullmatch(text):
        year = int(found[1] or found[4] or found[5])
        month, day = int(found[2] or found[3] or 0), 0
    else:
        return 0, 0, 0
    if not _EARLIEST <= year <= _LATEST or month > 12 or day > 31:
        return 0, 0, 0
    return year, month, day if month else 0


def telephone(cells: pl.Series) -> Ints:
    """The last nine digits as a number with a leading 1, so that zeros count; 0 where there are too few."""
    digits = cells.str.replace_all(r"\D", "").str.tail(_PHONE_DIGITS)
    enough = digits.str.len_bytes() >= _FEWEST_DIGITS
    numbers = pl.select(pl.when(enough).then("1" + digits).otherwise(pl.lit("0"))).to_series()
    answer: Ints = numbers.cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    return answer
