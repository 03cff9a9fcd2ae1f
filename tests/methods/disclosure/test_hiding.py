"""Protected tables against an attacker of their own: a linear programme over everybody's possible places."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kamkor.methods.disclosure.cells import ALL, Linked, linked, number_of_cells
from kamkor.methods.disclosure.hiding import Hiding, Unprotectable, exposed, hide, interval
from kamkor.methods.disclosure.reading import Microdata

PAIRS = [(0, 1), (0, 2), (1, 2)]


def people(sizes: Sequence[int], counts: Sequence[int]) -> Microdata:
    """So many people in each cell of the cross of all columns."""
    places = np.repeat(np.arange(len(counts)), counts)
    codes = np.stack(np.unravel_index(places, sizes), axis=1).astype(np.int32)
    values = tuple(tuple(f"{column}{value}" for value in range(size)) for column, size in enumerate(sizes))
    return Microdata(tuple("abcd"[: len(sizes)]), values, codes)


def hidden_in(system: Linked, k: int) -> Hiding:
    nothing = np.zeros(len(system.keys), dtype=bool)
    return hide(system, k, shown_before=nothing, hidden_before=nothing)


def reach(hiding: Hiding, sizes: Sequence[int]) -> list[tuple[float, float, float]]:
    """Of each hidden cell its count, and the least and most it can be if hidden counts are at least 1."""
    places = np.stack(np.unravel_index(np.arange(np.prod(sizes)), sizes), axis=1)
    system = hiding.system
    keys = np.array(system.keys)[:, None]
    rows = ((keys == ALL) | (keys == places)).all(axis=2).astype(float)
    public = ~hiding.unpublished
    shown, hidden = public & ~hiding.hidden, public & hiding.hidden
    found = []
    for place in np.flatnonzero(hidden):
        ends = [
            linprog(
                sign * rows[place], A_eq=rows[shown], b_eq=hiding.counts[shown],
                A_ub=-rows[hidden], b_ub=-np.ones(hidden.sum()),
            ).fun
            for sign in (1, -1)
        ]  # fmt: skip
        assert ends[0] is not None
        assert ends[1] is not None
        found.append((float(hiding.counts[place]), float(ends[0]), -float(ends[1])))
    return found


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from([0, 0, 1, 2, 3, 5, 8, 13, 40]), min_size=24, max_size=24),
    st.sampled_from([[(0, 1, 2)], PAIRS, [(0, 1), (1, 2)]]),
    st.sampled_from([3, 5, 11]),
)
def test_no_hidden_count_can_be_computed(counts: list[int], tables: list[tuple[int, ...]], k: int) -> None:
    sizes = (4, 3, 2)
    assume(sum(counts) >= k)
    try:
        hiding = hidden_in(linked(people(sizes, counts), tables, []), k)
    except Unprotectable:
        return
    assert not len(exposed(hiding))
    for count, low, high in reach(hiding, sizes):
        assert high >= k - 1e-6 or high - low >= k - 1 - 1e-6, (count, low, high)
    small = (hiding.counts > 0) & (hiding.counts < k) & ~hiding.unpublished
    assert hiding.hidden[small].all()
    assert not hiding.hidden[hiding.counts == 0].any()


def test_with_small_counts_alone_hidden_the_attacker_finds_them() -> None:
    system = linked(people((2, 2), [3, 40, 50, 60]), [(0, 1)], [])
    small = np.array(system.counts) == 3
    alone = Hiding(system, 11, small & False, small, small)
    assert list(exposed(alone)) == list(np.flatnonzero(small))
    assert interval(alone, int(np.flatnonzero(small)[0])) == (3, 3)
    enough = hidden_in(system, 11)
    assert enough.hidden.sum() == 4
    assert enough.open_alone == 1


def test_what_was_published_before_cannot_be_subtracted() -> None:
    sizes = (3, 2, 2)
    some = people(sizes, [30, 4, 25, 31, 60, 50, 20, 45, 35, 55, 33, 44])
    first = hidden_in(linked(some, [(0, 1)], []), 11)
    assert not first.hidden.any()  # all of them are large
    system = linked(some, [(0, 1, 2)], [(0, 1)])
    shown = np.array([key[2] == ALL for key in system.keys])  # all totals over c are public already
    second = hide(system, 11, shown_before=shown, hidden_before=shown & False)
    assert not (second.hidden & shown).any()
    assert all(high >= 11 - 1e-6 for _count, _low, high in reach(second, sizes))


def test_a_count_that_is_public_by_its_totals_is_refused() -> None:
    some = people((2, 2), [3, 40, 0, 0])
    system = linked(some, [(0, 1)], [])
    shown = np.array([ALL in key for key in system.keys])
    with pytest.raises(Unprotectable) as problem:
        hide(system, 11, shown_before=shown, hidden_before=shown & False)
    assert system.named(problem.value.place) == "a 00, b 10"


def test_cells_that_tables_share_are_counted_once() -> None:
    assert number_of_cells((4, 3, 2), [(0, 1, 2)]) == 5 * 4 * 3
    assert number_of_cells((4, 3, 2), PAIRS) == 1 + 4 + 3 + 2 + 12 + 8 + 6
