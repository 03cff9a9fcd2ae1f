"""What everybody is told of a number over the years, against an attacker who keeps every edition."""

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kamkor.methods.disclosure.told import decide, with_halves
from kamkor.methods.disclosure.years import TOTAL, Cell, Exact, Told, years_of

K = 11
ONE = ("a", "b")
TWO = ("x", "y")
SMALL = st.sampled_from([0, 0, 1, 2, 3, 5, 8, 13, 40])


def year(counts: list[int]) -> dict[str, dict[str, int]]:
    return {one: dict(zip(TWO, counts[2 * n : 2 * n + 2], strict=True)) for n, one in enumerate(ONE)}


def covers(cell: Cell, atom: Cell) -> bool:
    """Whether the people of a year (or of a half) and of both categories are among those of a cell."""
    period = cell[0]
    inside = atom[0].startswith(period) if "/" not in period else atom[0][:4] in years_of(period)
    return inside and all(said in (TOTAL, held) for said, held in zip(cell[1:], atom[1:], strict=True))


def known(told: Mapping[Cell, Told], exact: Exact) -> Iterator[tuple[Cell, int, float, float]]:
    """Of each hidden number the truth, and between what the attacker can bound it."""
    cut = {period[:4] for period in exact if "H" in period}
    periods = [each for each in exact if each not in cut]
    atoms = list(product(periods, ONE, TWO))
    cells = list(told)
    rows = np.array([[covers(cell, atom) for atom in atoms] for cell in cells], dtype=float)
    truth = rows @ np.array([exact[period][one][two] for period, one, two in atoms])
    shown = np.array([told[cell].value is not None for cell in cells])
    values = np.array([told[cell].value or 0 for cell in cells])
    assert (truth[shown] == values[shown]).all()
    most = np.array([told[cell].most or np.inf for cell in cells])
    ranged = ~shown & np.isfinite(most)
    for place in np.flatnonzero(~shown):
        ends = [
            linprog(
                sign * rows[place],
                A_eq=rows[shown] if shown.any() else None, b_eq=values[shown] if shown.any() else None,
                A_ub=np.concatenate([-rows[~shown], rows[ranged]]),
                b_ub=np.concatenate([-np.ones((~shown).sum()), most[ranged]]),
            ).fun
            for sign in (1, -1)
        ]  # fmt: skip
        high = np.inf if ends[1] is None else -float(ends[1])
        yield cells[place], int(truth[place]), float(ends[0] or 0), high


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(SMALL, min_size=4, max_size=4), min_size=5, max_size=5),
    st.permutations([[2020], [2021, 2022], [2023], [2024]]),
)
def test_no_edition_gives_away_what_another_hides(counts: list[list[int]], editions: list[list[int]]) -> None:
    """Reports come out in any order; each adds years and with them sums of three that overlap."""
    exact: dict[str, dict[str, dict[str, int]]] = {}
    told: dict[Cell, Told] = {}
    for fresh in editions:
        exact |= {str(each): year(counts[each - 2020]) for each in fresh}
        before, told = told, decide(exact, told, K)
        assert all(told[cell] == said for cell, said in before.items())
    for cell, true, low, high in known(told, exact):
        assert high >= K - 1e-6 or high - low >= K - 1 - 1e-6, (cell, true, low, high)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(SMALL, min_size=12, max_size=12))
def test_a_half_that_was_told_keeps_the_other_half(counts: list[int]) -> None:
    first, whole = (
        year(counts[:4]),
        year([one + other for one, other in zip(counts, counts[4:8], strict=False)]),
    )
    told = decide({"2024H1": first}, {}, K)
    exact = with_halves({"2024H1": first, "2024": whole, "2023": year(counts[8:])})
    for cell, true, low, high in known(decide(exact, told, K), exact):
        assert high >= K - 1e-6 or high - low >= K - 1 - 1e-6, (cell, true, low, high)


def test_few_people_a_year_still_make_a_report() -> None:
    told: dict[Cell, Told] = {}
    few = {str(2020 + n): {"": {"": count}} for n, count in enumerate((4, 7, 3, 6, 2))}
    for last in range(2020, 2025):
        told = decide({each: few[each] for each in few if int(each) <= last}, told, K)
    assert [told[str(year), TOTAL, TOTAL].value for year in range(2020, 2025)] == [None] * 5
    assert [told[f"{year}/{year + 2}", TOTAL, TOTAL].value for year in (2020, 2021)] == [14, 16]
    assert told["2022/2024", TOTAL, TOTAL].value is None
    least = {str(2020 + n): {"": {"": count}} for n, count in enumerate((4, 2, 3))}
    assert decide(least, {}, K)["2020/2022", TOTAL, TOTAL] == Told(None, K + 2)


def test_fourteen_a_year_are_told_for_each_year() -> None:
    told = decide({str(2020 + n): {"": {"": count}} for n, count in enumerate((14, 12, 15))}, {}, K)
    assert [told[str(year), TOTAL, TOTAL].value for year in range(2020, 2023)] == [14, 12, 15]
