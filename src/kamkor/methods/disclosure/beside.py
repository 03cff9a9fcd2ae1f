"""What everybody is told of numbers, for somebody who holds records of some of these people as well.

Records say that there are at least so many of a kind. Together with what is told of several numbers this may
bound a hidden one that nobody could bound before: a linear programme over everybody's possible places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from kamkor.methods.disclosure.pairs import Floats
from kamkor.methods.disclosure.years import TOTAL, Cell, Exact, Told, is_year, years_of

NEAR = 1e-6


@dataclass(frozen=True)
class Least:
    """There are at least so many people of a year in these groups, over all numbers together."""

    year: str
    groups: frozenset[str]
    people: int


@dataclass(frozen=True)
class Number:
    """One number: what was counted for it, and what everybody is told."""

    exact: Exact
    told: Mapping[Cell, Told]


def narrowed(numbers: Mapping[str, Number], least: Sequence[Least], k: int) -> list[tuple[str, Cell]]:
    """Hidden counts under `k` that could be `k` for all that is told, but not with the records beside it."""
    atoms = [
        (name, year, group, form)
        for name, one in numbers.items()
        for year, groups in one.exact.items()
        if is_year(year)
        for group, forms in groups.items()
        for form in forms
    ]
    rows = {
        (name, cell): np.array([name == atom[0] and _covers(cell, atom[1:]) for atom in atoms], dtype=float)
        for name, one in numbers.items()
        for cell in one.told
        if is_year(cell[0]) or "/" in cell[0]
    }
    truth = np.array([numbers[name].exact[year][group][form] for name, year, group, form in atoms])
    floors = [
        (np.array([atom[1] == each.year and atom[2] in each.groups for atom in atoms], dtype=float), each)
        for each in least
    ]
    alone = _Known(numbers, rows, [])
    beside = _Known(numbers, rows, [(-row, -float(min(each.people, row @ truth))) for row, each in floors])
    small = (key for key in alone.hidden if 0 < rows[key] @ truth < k)
    return [key for key in small if beside.most(rows[key]) < k - NEAR <= alone.most(rows[key])]


def _covers(cell: Cell, atom: tuple[str, str, str]) -> bool:
    inside = atom[0] in years_of(cell[0]) if "/" in cell[0] else atom[0] == cell[0]
    return inside and all(said in (TOTAL, held) for said, held in zip(cell[1:], atom[1:], strict=True))


class _Known:
    """All that is told as rows of a programme: shown counts are equal to theirs, hidden ones at least 1."""

    def __init__(
        self,
        numbers: Mapping[str, Number],
        rows: Mapping[tuple[str, Cell], Floats],
        under: Sequence[tuple[Floats, float]],
    ) -> None:
        told = {key: numbers[key[0]].told[key[1]] for key in rows}
        self.hidden = [key for key, each in told.items() if each.value is None]
        self._equal = [(rows[key], float(each.value)) for key, each in told.items() if each.value is not None]
        self._under = [*under, *((-rows[key], -1.0) for key in self.hidden)]
        ranged = [(rows[key], each.most) for key, each in told.items() if each.most is not None]
        self._under += [(row, float(most)) for row, most in ranged]

    def most(self, row: Floats) -> float:
        equal, values = _split(self._equal)
        under, limits = _split(self._under)
        found = linprog(-row, A_eq=equal, b_eq=values, A_ub=under, b_ub=limits, method="highs")
        return np.inf if found.x is None else float(row @ found.x)


def _split(rows: Sequence[tuple[Floats, float]]) -> tuple[Floats | None, Floats | None]:
    if not rows:
        return None, None
    return np.array([row for row, _value in rows]), np.array([value for _row, value in rows])
