"""An offer of work as the public page shows it: its words with what stands out, and what to do next.

The page never says that an offer is safe: where nothing stands out, it says that this proves nothing.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language

from kamkor.base import codelists
from kamkor.methods.adverts.scoring import Flag, Scorer
from kamkor.methods.plain_markup import TURNS

ALWAYS = "*"


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
    flags = Scorer().read(text).flags
    codes = list(dict.fromkeys(flag.code for flag in flags))
    numbers = {code: number for number, code in enumerate(codes, start=1)}
    why = {flag.code: flag.why for flag in flags}
    return Checked(
        [(numbers[code], _label(code, why[code])) for code in codes],
        list(_pieces(text, flags, numbers)),
        _steps(set(map(str, codes))),
    )


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
