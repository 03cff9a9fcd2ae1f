"""Rows of nobody: select all tables of one and two columns, measure them with noise, generate what fits.

Everything after the noise is computed from the noisy tables alone, so it costs no privacy.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kamkor.methods.disclosure import noise, smoothing
from kamkor.methods.disclosure.mixture import Goal, Ints, Mixture, alone, joined
from kamkor.methods.disclosure.noise import Measured
from kamkor.methods.disclosure.pairs import Floats, Layout, counted
from kamkor.methods.disclosure.reading import Codes, Microdata, TableProblem

FEWEST = 5_000  # persons
MOST_VALUES = 1_000  # in one column
MOST_WIDTH = 4_000  # in all columns
TRIED = (10, 10, 100, 1_000)  # rows for each that is to be moved: rules allow few of them to be
Rule = dict[str, list[str]]  # a row with one of the values in every one of the columns cannot be
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Effort:
    """How many kinds of rows and how many steps of fitting, at first and at last."""

    first: tuple[int, int] = (96, 400)
    last: tuple[int, int] = (192, 1_000)
    most: float = 3e10  # kinds x steps x cells of the matrix

    def within(self, width: int) -> "Effort":
        """What a wide table leaves time for."""

        def cut(kinds: int, steps: int) -> tuple[int, int]:
            kinds = kinds if width < 800 else kinds // 2
            return kinds, int(min(steps, max(100, self.most / (kinds * width**2))))

        return replace(self, first=cut(*self.first), last=cut(*self.last))


THOROUGH = Effort()


@dataclass(frozen=True)
class Synthetic:
    """The made-up rows, what was measured for them, and how many rows were drawn again."""

    table: Microdata
    measured: Measured
    barred: int  # pairs of values that must not meet
    redrawn: int


def check_size(table: Microdata) -> None:
    """Refuse columns that are names or numbers of people rather than categories."""
    for name, size in zip(table.names, table.sizes, strict=True):
        if size > MOST_VALUES:
            raise TableProblem(
                f"Column {name!r} has {size:,} values, more than {MOST_VALUES:,}. Put them into groups, or "
                "leave the column out with --columns."
            )
    if sum(table.sizes) > MOST_WIDTH:
        largest = table.names[int(np.argmax(table.sizes))]
        raise TableProblem(
            f"The columns have {sum(table.sizes):,} values together, more than {MOST_WIDTH:,}. Put those of "
            f"{largest!r} into groups, or leave it out with --columns."
        )


def synthesise(
    table: Microdata,
    *,
    rho: float,
    rows: int = 1,
    rules: Sequence[Rule] = (),
    rng: np.random.Generator,
    effort: Effort | None = None,
) -> Synthetic:
    """Made-up rows like those of the table, in which nobody has more than so many rows, for rho in all."""
    check_size(table)
    layout = Layout(table.sizes)
    effort = (effort or THOROUGH).within(layout.width)
    found = noise.measured(counted(table.codes, layout), layout, rho=rho, rows=rows)
    number = max(1.0, smoothing.size(found, layout))
    ones = smoothing.totals(found, layout, number)
    goal = Goal(ones, found.two, found.one_scale, found.two_scale)
    first = Mixture(layout, alone(goal, layout), effort.first[0], rng)
    first.fit(goal, effort.first[1])
    barred = smoothing.forbidden(found, layout, ones)
    goal = replace(goal, two=smoothing.believed(found, layout, ones, number * first.table()))
    last = Mixture(layout, joined(goal, layout, barred), effort.last[0], rng)
    last.fit(goal, effort.last[1])
    codes, redrawn = _rows(last, round(number), _Bars(table, layout, barred, rules), rng)
    made = Microdata(table.names, table.values, codes)
    return Synthetic(made, found, int(barred.sum()) // 2, redrawn)


class _Bars:
    """Rows that cannot be: by the rules of the code book, and by pairs of values that nobody has."""

    def __init__(self, table: Microdata, layout: Layout, barred: Flags, rules: Sequence[Rule]) -> None:
        self._pairs = [
            (a, b, block)
            for a, b in layout.pairs()
            if (block := barred[layout.part(a), layout.part(b)]).any()
        ]
        self._rules = [
            [
                (table.column(name), np.isin(table.values[table.column(name)], words))
                for name, words in rule.items()
            ]
            for rule in rules
        ]

    def broken(self, codes: Codes, columns: Sequence[int] = ()) -> Flags:
        """Which rows cannot be; of rows that could be and were changed in these columns alone, if any."""
        found = np.zeros(len(codes), dtype=bool)
        for a, b, block in self._pairs:
            if not columns or a in columns or b in columns:
                found |= block[codes[:, a], codes[:, b]]
        for rule in self._rules:
            found |= np.logical_and.reduce([allowed[codes[:, column]] for column, allowed in rule])
        return found


def _rows(mixture: Mixture, number: int, bars: _Bars, rng: np.random.Generator) -> tuple[Codes, int]:
    """So many rows that could be, in an order by chance, and how many were drawn again."""
    ends = np.floor(np.cumsum(mixture.weights, dtype=np.float64) * number + rng.random()).astype(np.int64)
    ends[-1] = number
    numbers = np.maximum(np.diff(np.minimum(ends, number), prepend=0), 0)
    kinds = np.repeat(np.arange(mixture.kinds), numbers)
    codes = mixture.draw(numbers, rng)
    wrong = np.flatnonzero(bars.broken(codes))
    redrawn = len(wrong)
    for _ in range(30):
        if not len(wrong):
            break
        codes[wrong] = mixture.draw(np.bincount(kinds[wrong], minlength=mixture.kinds), rng)
        wrong = wrong[bars.broken(codes[wrong])]
    codes = _without(codes, wrong, rng)
    _meet_totals(codes, mixture, bars, rng)
    return codes[rng.permutation(len(codes))], redrawn


def _without(codes: Codes, wrong: Ints, rng: np.random.Generator) -> Codes:
    """With rows that no draw made possible replaced by others."""
    sound = np.setdiff1d(np.arange(len(codes)), wrong)
    if not len(sound):
        raise TableProblem("No row agrees with the rules of --impossible. Mend the rules.")
    codes[wrong] = codes[rng.choice(sound, len(wrong))]
    return codes


def _meet_totals(codes: Codes, mixture: Mixture, bars: _Bars, rng: np.random.Generator) -> None:
    """Move the few rows by which a block's counts differ from those believed, where that breaks no rule."""
    for tried in TRIED:
        for block in mixture.parts:
            wanted = _whole(block.counts / block.counts.sum() * len(codes))
            present = mixture.places(codes, block)
            over = np.bincount(present, minlength=len(wanted)) - wanted
            if not over.any():
                continue
            under = np.maximum(-over, 0)
            times = max(1, min(tried, len(codes) // under.sum()))
            rows = _some(present, times * over, rng)
            goals = rng.permutation(np.repeat(np.arange(len(wanted)), times * under))
            rows, goals = rows[: len(goals)], goals[: len(rows)]
            before = codes[rows]
            mixture.put(codes, rows, block, goals)
            kept = np.flatnonzero(~bars.broken(codes[rows], block.columns))
            kept = kept[_since(present[rows][kept]) < over[present[rows]][kept]]
            kept = kept[_since(goals[kept]) < under[goals][kept]]
            back = np.setdiff1d(np.arange(len(rows)), kept)
            codes[rows[back]] = before[back]


def _whole(counts: Floats) -> Ints:
    """Whole numbers with the same sum."""
    found = np.floor(counts).astype(np.int64)
    short = round(float(counts.sum())) - int(found.sum())
    found[np.argsort(found - counts)[:short]] += 1
    return found


def _some(present: Ints, number: Ints, rng: np.random.Generator) -> Ints:
    """Up to so many rows of each cell, in an order by chance."""
    order = rng.permutation(np.flatnonzero(number[present] > 0))
    found: Ints = order[_since(present[order]) < number[present[order]]]
    return found


def _since(cells: Ints) -> Ints:
    """How often each stood there before."""
    order = np.argsort(cells, kind="stable")
    ordered = cells[order]
    begins = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(cells) else np.zeros(0, dtype=bool)
    places = np.arange(len(cells))
    found = np.empty(len(cells), dtype=np.int64)
    found[order] = places - np.maximum.accumulate(np.where(begins, places, 0))
    return found
