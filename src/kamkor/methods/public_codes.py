"""Codes of persons, cases and referrals, such as KM-7F3K-2QX8: they mean nothing and betray a slip.

There are 29 signs, a prime number, so that a sum with a different weight for each place finds every wrong
sign and every two that were exchanged. No vowels: no words appear. Seven signs are by chance (34 bits).
"""

from random import Random

SIGNS = "0123456789BCDFGHJKMNPQRSTVWXZ"
_CHANCE = 7
_BODY = _CHANCE + 1
# What people write for a sign, and the Cyrillic keys that look like one.
_READ_AS = str.maketrans("OILОКМСВНТРХЗ", "011" + "0KMCBHTPX3")


def new_code(prefix: str, rng: Random) -> str:
    """A code by chance (from `secrets.SystemRandom()` unless in a test); the prefix is of SIGNS too."""
    if not prefix or set(prefix) - set(SIGNS):
        raise ValueError(f"A prefix is written in {SIGNS}")
    chance = "".join(rng.choice(SIGNS) for _ in range(_CHANCE))
    return normalise(prefix + chance + _check(prefix + chance))


def valid(code: str) -> bool:
    """Whether somebody may have been given this code, however it is spaced."""
    signs = _signs(code)
    return len(signs) > _BODY and not set(signs) - set(SIGNS) and signs[-1] == _check(signs[:-1])


def normalise(code: str) -> str:
    """The usual way of writing it, for a look-up; a code that is not `valid` comes back no better."""
    signs = _signs(code)
    return "-".join(part for part in (signs[:-_BODY], signs[-_BODY:-4], signs[-4:]) if part)


def _signs(code: str) -> str:
    return "".join(code.upper().replace("-", " ").split()).translate(_READ_AS)


def _check(signs: str) -> str:
    """Weights are counted from the end, 2 for the sign before the check (whose own weight is 1)."""
    total = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(reversed(signs), start=2))
    return SIGNS[-total % len(SIGNS)]
