"""What somebody could find out who knows a person and holds the release: attacks that are run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamkor.methods.disclosure.pairs import Floats
from kamkor.methods.disclosure.reading import Codes

TARGETS = 250  # of each kind
SEARCHED = 40_000  # released rows
GUESSED = 5  # columns


@dataclass(frozen=True)
class Uniqueness:
    """Rows that are alone of their kind, and how many of those stand in the release as well."""

    rows: int
    unique: int
    released: int
    by_chance: int  # as many would do so if the columns were drawn apart


def fingerprints(codes: Codes) -> NDArray[np.uint64]:
    """One number for each row, the same for the same row."""
    rng = np.random.default_rng(0)
    keys: NDArray[np.uint64] = rng.integers(1, 2**63, size=(codes.shape[1],), dtype=np.uint64)
    keys |= np.uint64(1)
    found = np.zeros(len(codes), dtype=np.uint64)
    for column, key, again in zip(codes.T, keys, keys[::-1], strict=True):
        mixed = (column.astype(np.uint64) + np.uint64(1)) * key
        mixed ^= mixed >> np.uint64(29)
        found += mixed * again
    return found


def uniqueness(true: Codes, released: Codes, permuted: Codes) -> Uniqueness:
    found, times = np.unique(fingerprints(true), return_counts=True)
    alone = found[times == 1]
    return Uniqueness(
        len(true), len(alone),
        int(np.isin(alone, fingerprints(released)).sum()), int(np.isin(alone, fingerprints(permuted)).sum()),
    )  # fmt: skip


@dataclass(frozen=True)
class Membership:
    """How well the nearest released row tells who was in the data. AUC .5: not at all."""

    auc: float
    error: float  # its standard error if nothing could be told
    targets: int


@dataclass(frozen=True)
class Attribute:
    """How often a column is guessed from the nearest released row by one who knows all others."""

    column: str
    members: float
    others: float  # whom the release cannot know: what it teaches of everybody
    commonest: float  # by guessing the commonest value


@dataclass(frozen=True)
class Attacked:
    membership: Membership
    attributes: tuple[Attribute, ...]


def attack(released: Codes, members: Codes, others: Codes, *, guessed: Sequence[tuple[int, str]]) -> Attacked:
    """Both attacks on these people; the release was made of the members only. A column to be guessed is
    given with its name."""
    released = released[:SEARCHED]  # their order is by chance
    targets = np.concatenate([members, others])
    apart = np.zeros((len(targets), len(released)), dtype=np.uint8)
    narrow = released.astype(np.int16)
    for column in range(released.shape[1]):
        apart += narrow[:, column] != targets[:, column, None].astype(np.int16)
    inside = np.arange(len(targets)) < len(members)
    attributes = []
    for column, name in guessed:
        without = apart - (narrow[:, column] != targets[:, column, None].astype(np.int16))
        right = released[without.argmin(axis=1), column] == targets[:, column]
        commonest = np.bincount(released[:, column]).argmax() == targets[:, column]
        attributes.append(Attribute(name, _share(right[inside]), _share(right[~inside]), _share(commonest)))
    return Attacked(_membership(apart.min(axis=1), inside), tuple(attributes))


def worth_guessing(codes: Codes, sizes: Sequence[int], spared: Sequence[int]) -> list[int]:
    """The columns that are hardest to guess, but not those that an attacker starts from."""

    def surprise(column: int) -> float:
        shares = np.bincount(codes[:, column], minlength=sizes[column]) / len(codes)
        return float(-(shares * np.log(np.maximum(shares, 1e-12))).sum())

    return sorted((c for c in range(len(sizes)) if c not in spared), key=surprise, reverse=True)[:GUESSED]


def _membership(nearest: NDArray[np.uint8], inside: NDArray[np.bool_]) -> Membership:
    near: Floats = -nearest.astype(np.float64)
    one, other = near[inside][:, None], near[~inside][None, :]
    auc = float((one > other).mean() + 0.5 * (one == other).mean())
    number, rest = int(inside.sum()), int((~inside).sum())
    return Membership(auc, float(np.sqrt((number + rest + 1) / (12 * number * rest))), number + rest)


def _share(right: NDArray[np.bool_]) -> float:
    return float(right.mean())
