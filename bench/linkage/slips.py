"""What happens to one name in a clerk's hand: the customs of spelling and the slips of `bench.names`,
faster."""

from collections.abc import Callable
from functools import cache
from random import Random

from bench.names import respell

SPELLINGS: dict[str, Callable[[str, Random], str]] = respell._SPELLINGS
_KEYS = ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "qwertyuiop", "asdfghjkl", "zxcvbnm")


@cache
def _near(letter: str) -> str:
    for row in _KEYS:
        at = row.find(letter)
        if at >= 0:
            return row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
    return "а"


def slip(name: str, rng: Random) -> str:
    """One letter more, less, exchanged, doubled or from the next key."""
    at = rng.randrange(len(name))
    near = rng.choice(_near(name[at].lower()))
    return rng.choice((
        name[:at] + name[at + 1 :],
        name[: at + 1] + near + name[at + 1 :],
        name[:at] + near + name[at + 1 :],
        name[:at] + name[at : at + 1] + name[at:],
        name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
    ))  # fmt: skip
