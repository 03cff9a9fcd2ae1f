"""An offer of work as the public page shows it: its words with what stands out, and what to do next.

The page never says that an offer is safe: where nothing stands out, it says that this proves nothing.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import get_language

from kamkor.base import codelists
from kamkor.methods.adverts.scoring import Flag, Scorer
from kamkor.methods.plain_markup import TURNS

ALWAYS = "*"
WHOLE = 1_000_000  # letters of a text that are read
SHOWN = 20_000  # and of its beginning, that are shown
_OVERLAP = 500  # letters read twice where a long text is parted, so that no phrase is lost there
_AROUND = 60  # letters around a sign that stands further on
_WRITER = {3, 4}  # who writes is not said by a part of a text


@dataclass(frozen=True)
class Piece:
    """Some of the words; `flags` are the numbers of the signs that they carry."""

    text: str
    flags: str


@dataclass(frozen=True)
class Checked:
    """What was read in an offer."""

    signs: list[tuple[int, str]]  # number on the page, what it is
    pieces: list[Piece]
    steps: list[str]


def check(text: str) -> Checked:
    flags = _flags(text)
    codes = list(dict.fromkeys(flag.code for flag in flags))
    numbers = {code: number for number, code in enumerate(codes, start=1)}
    why = {flag.code: flag.why for flag in flags}
    return Checked(
        [(numbers[code], _label(code, why[code])) for code in codes],
        [
            *_pieces(text[:SHOWN], [flag for flag in flags if flag.end <= SHOWN], numbers),
            *_later(text, flags, numbers),
        ],
        _steps(set(map(str, codes))),
    )


def turns(text: str) -> int:
    """How many ordinary texts this one takes the time of."""
    return 1 + min(len(text), WHOLE) // SHOWN


def _flags(text: str) -> list[Flag]:
    """The signs of the whole text, which is read in parts so that a long one needs little memory."""
    flags = Scorer().read(text[:SHOWN]).flags
    for start in range(SHOWN - _OVERLAP, min(len(text), WHOLE) - _OVERLAP, SHOWN - _OVERLAP):
        known = {(flag.code, flag.start) for flag in flags}
        flags += [
            replace(flag, start=flag.start + start, end=flag.end + start)
            for flag in Scorer().read(text[start : min(start + SHOWN, WHOLE)]).flags
            if flag.code not in _WRITER and (flag.code, flag.start + start) not in known
        ]
    return flags


def _later(text: str, flags: list[Flag], numbers: dict[int, int]) -> Iterator[Piece]:
    """The first words of each sign that is not in what is shown of a long text."""
    seen = {flag.code for flag in flags if flag.end <= SHOWN}
    for flag in flags:
        if flag.code not in seen:
            seen.add(flag.code)
            yield Piece(f"\n… {text[flag.start - _AROUND : flag.start]}".translate(TURNS), "")
            yield Piece(text[flag.start : flag.end].translate(TURNS), str(numbers[flag.code]))
            yield Piece(f"{text[flag.end : flag.end + _AROUND]} …".translate(TURNS), "")


def _label(code: int, why: str) -> str:
    entry = codelists.entries("advert_flag").get(str(code))
    return entry.label(get_language() or "en") if entry else why


def _pieces(text: str, flags: list[Flag], numbers: dict[int, int]) -> Iterator[Piece]:
    """The text cut where a sign begins or ends."""
    marked = [flag for flag in flags if flag.end > flag.start]
    cuts = sorted({0, len(text), *(place for flag in marked for place in (flag.start, flag.end))})
    for start, end in itertools.pairwise(cuts):
        here = sorted({numbers[flag.code] for flag in marked if flag.start <= start and end <= flag.end})
        yield Piece(text[start:end].translate(TURNS), ", ".join(map(str, here)))


def _steps(codes: set[str]) -> list[str]:
    """What to do next: for the signs that were found, and what is always wise."""
    language = get_language() or "en"
    return [
        entry.label(language)
        for entry in codelists.entries("offer_step").values()
        if {ALWAYS, *codes} & set(entry.extra.get("flags", "").split())
    ]
