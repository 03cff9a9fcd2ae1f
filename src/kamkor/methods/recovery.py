"""A key of 32 bytes on paper, to be typed again by a tired person.

Eighteen groups of four signs in three lines (Crockford's base32, no I, L, O, U). In each group the fourth
sign checks the other three and the group's place; the bits left over check the whole.
"""

import hashlib
from functools import reduce

KEY_BYTES = 32
GROUPS = 18
_PER_LINE = 6
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ = {**{sign: value for value, sign in enumerate(_SIGNS)}, "O": 0, "I": 1, "L": 1}
_SPARE_BITS = GROUPS * 15 - KEY_BYTES * 8


def to_words(key: bytes) -> str:
    """The groups in lines, ready to print."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"A recovery key has {KEY_BYTES} bytes")
    number = int.from_bytes(key) << _SPARE_BITS | _digest(key)
    values = [number >> 15 * (GROUPS - 1 - place) & 0x7FFF for place in range(GROUPS)]
    groups = [_group(value, place) for place, value in enumerate(values)]
    return "\n".join(" ".join(groups[i : i + _PER_LINE]) for i in range(0, GROUPS, _PER_LINE))


def from_words(text: str) -> bytes:
    """The key, however spaced, in any case, O for 0 and I or L for 1; ValueError names the wrong group."""
    signs = "".join(text.upper().replace("-", " ").split())
    number = 0
    for place in range(GROUPS):
        number = number << 15 | _read_group(signs[4 * place : 4 * place + 4], place)
    if len(signs) > 4 * GROUPS:
        raise ValueError(f"There are more than {GROUPS} groups")
    key = (number >> _SPARE_BITS).to_bytes(KEY_BYTES)
    if number & (1 << _SPARE_BITS) - 1 != _digest(key):
        raise ValueError("The groups do not belong together")
    return key


def _group(value: int, place: int) -> str:
    data = [value >> 10, value >> 5 & 31, value & 31]
    return "".join(_SIGNS[sign] for sign in (*data, _check(data, place)))


def _read_group(signs: str, place: int) -> int:
    values = [_READ.get(sign) for sign in signs]
    known = [value for value in values if value is not None]
    if len(known) != 4 or known[3] != _check(known[:3], place):
        raise ValueError(f"Group {place + 1} is wrong")
    return known[0] << 10 | known[1] << 5 | known[2]


def _check(data: list[int], place: int) -> int:
    """A polynomial over the field of 32 elements: finds any one wrong sign and any two exchanged."""
    return _double(reduce(lambda total, sign: _double(total) ^ sign, data, place))


def _double(value: int) -> int:
    return value << 1 ^ (0b100101 if value & 16 else 0)


def _digest(key: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"kamkor recovery" + key).digest()) & (1 << _SPARE_BITS) - 1
