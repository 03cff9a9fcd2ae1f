"""What is told of one number to everybody, decided for all of it at once: each year and every three years in
a row, by two dimensions, with all totals.

Sums of three years overlap, so what one report says of them could be subtracted from what another says. All
of them, and what was told before, are one system of sums with one attacker (see hiding). A sum of three years
that is small is told as a range wide enough that a year under it can still be `k`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np

from kamkor.methods.disclosure.cells import ALL, Key, Linked
from kamkor.methods.disclosure.hiding import Hiding, Unprotectable, exposed, hide
from kamkor.methods.disclosure.years import (
    TOTAL,
    YEARS,
    Cell,
    Exact,
    Told,
    is_year,
    other_half,
    spans,
    years_of,
)

Axes = tuple[list[str], list[str], list[str]]
Cells = Mapping[Cell, Told]


def decide(exact: Exact, before: Cells, k: int) -> dict[Cell, Told]:
    """Every cell of these years and of their sums. What was told `before` stays as it is. Where ranges would
    cost sums, these are told; where the new sums would give a year away they stay untold, and at the worst
    all that is new."""
    sums = spans(sorted(exact))
    found = [_attempt(exact, before, sums, k=k, ranges=ranges) for ranges in (True, False)]
    if not any(found):
        found = [_attempt(exact, before, [], k=k, ranges=False), dict(before)]
    return max(filter(None, found), key=_sums_told, default=dict(before))


def _attempt(
    exact: Exact, before: Cells, sums: Sequence[str], *, k: int, ranges: bool
) -> dict[Cell, Told] | None:
    kept = [*sums, *sorted({period for period, *_rest in before if "/" in period} - set(sums))]
    try:
        found = _hidden(exact, before, kept, k=k, ranges=ranges)
    except Unprotectable:
        return None
    return None if len(exposed(found)) else dict(_said(found, _axes(exact, kept)))


def _sums_told(cells: Cells) -> int:
    return sum(told.value is not None for (_period, *other), told in cells.items() if other == [TOTAL, TOTAL])


def _axes(exact: Exact, sums: Sequence[str]) -> Axes:
    first = next(iter(exact.values()))
    return [*sorted(exact), *sums], list(first), list(next(iter(first.values())))


def system(exact: Exact, sums: Sequence[str]) -> Linked:
    """Every cell once, and all the sums that a reader can take: over a dimension, and over years."""
    periods, first, second = axes = _axes(exact, sums)
    made = Linked(("period", "first", "second"), tuple(map(tuple, axes)))
    key: Key
    for key in product(range(len(periods)), (*range(len(first)), ALL), (*range(len(second)), ALL)):
        made.places[key] = len(made.keys)
        made.keys.append(key)
        made.counts.append(_count(exact, _words(key, axes)))
        made.unpublished.append(False)
    for key in made.keys:
        for column, size in ((1, len(first)), (2, len(second))):
            if key[column] == ALL:
                parts: list[Key] = [(*key[:column], value, *key[column + 1 :]) for value in range(size)]
                made.sums[key, column] = [made.places[part] for part in parts]
        if within := _within(periods[key[0]], periods):
            made.sums[key, 0] = [made.places[periods.index(part), *key[1:]] for part in within]
    return made


def _within(period: str, periods: Sequence[str]) -> list[str]:
    """The years that are summed in it, or the halves of a year where these are told of."""
    if "/" in period:
        return years_of(period)
    halves = [f"{period}H1", f"{period}H2"]
    return halves if is_year(period) and set(halves) <= set(periods) else []


def with_halves(exact: dict[str, dict[str, dict[str, int]]]) -> Exact:
    """With the half of a year that follows from the year and the other half."""
    found = dict(exact)
    for half in exact:
        year, other = exact.get(half[:4]), other_half(half) if not is_year(half) else half
        if year is None or other in exact:
            continue
        found[other] = {
            one: {two: max(count - exact[half][one][two], 0) for two, count in row.items()}
            for one, row in year.items()
        }
    return found


def _hidden(exact: Exact, before: Cells, sums: Sequence[str], *, k: int, ranges: bool) -> Hiding:
    linked, axes = system(exact, sums), _axes(exact, sums)
    said = [before.get(_words(key, axes)) for key in linked.keys]
    most = [None if told is None else told.most for told in said]
    if ranges:
        most = [
            k + YEARS - 1 if told is None and _range(key, count, axes, k) else held
            for held, told, key, count in zip(most, said, linked.keys, linked.counts, strict=True)
        ]
    counts = np.array(linked.counts, dtype=np.float64)
    ceiling = np.array([np.inf if held is None else held for held in most]) - counts
    kept = np.array([told is not None and told.value is None for told in said])
    return hide(
        linked,
        k,
        shown_before=np.array([told is not None and told.value is not None for told in said]),
        hidden_before=kept | np.isfinite(ceiling),
        ceiling=ceiling,
    )


def _range(key: Key, count: int, axes: Axes, k: int) -> bool:
    """Whether it is the whole of three years, and so small that no more than that is said."""
    return "/" in axes[0][key[0]] and key[1:] == (ALL, ALL) and 0 < count < k + YEARS


def _said(found: Hiding, axes: Axes) -> Iterator[tuple[Cell, Told]]:
    for place, key in enumerate(found.system.keys):
        most = found.highest[place] + found.counts[place]
        if not found.hidden[place]:
            yield _words(key, axes), Told(found.system.counts[place])
        else:
            yield _words(key, axes), Told(None, int(most) if np.isfinite(most) else None)


def _words(key: Key, axes: Axes) -> Cell:
    one, first, second = (TOTAL if code == ALL else axis[code] for code, axis in zip(key, axes, strict=True))
    return one, first, second


def _count(exact: Exact, cell: Cell) -> int:
    period, first, second = cell
    return sum(
        count
        for each in (years_of(period) if "/" in period else [period])
        for one, row in exact[each].items()
        for other, count in row.items()
        if first in (TOTAL, one) and second in (TOTAL, other)
    )
