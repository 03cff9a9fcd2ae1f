"""No hidden count can be found by subtraction: every one has a second value that fits all that is shown."""

from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkor.methods.disclosure.small import TOTAL, Cell, hide_small

COUNTS = st.one_of(st.integers(0, 7), st.integers(0, 40))


def tables(rows: str, columns: str) -> st.SearchStrategy[dict[Cell, int]]:
    return st.fixed_dictionaries(dict.fromkeys(product(rows, columns), COUNTS))


def with_totals(table: Mapping[Cell, int]) -> dict[Cell, int]:
    """Every sum of the table, added up here in a second way."""
    sums: dict[Cell, int] = {}
    for cell, value in table.items():
        for key in product(*((name, TOTAL) for name in cell)):
            sums[key] = sums.get(key, 0) + value
    return sums


def assert_hidden_well(table: Mapping[Cell, int]) -> None:
    """Try every table one step away; those that agree with all shown counts must vary each hidden one."""
    published, true = hide_small(table), with_totals(table)
    assert {cell: value for cell, value in published.items() if value is not None}.items() <= true.items()
    assert all(published[cell] is None for cell, value in true.items() if 0 < value < 5)
    assert all(published[cell] == 0 for cell, value in true.items() if value == 0)
    inner = [cell for cell in table if published[cell] is None]
    possible: dict[Cell, set[int]] = {cell: set() for cell, value in published.items() if value is None}
    for steps in product((-1, 0, 1), repeat=len(inner)):
        other = {**table, **{cell: table[cell] + step for cell, step in zip(inner, steps, strict=True)}}
        sums = with_totals(other)
        if all(sums[c] == v if v is not None else sums[c] >= 1 for c, v in published.items()):
            for cell, values in possible.items():
                values.add(sums[cell])
    assert all(len(values) > 1 for values in possible.values())


@given(st.dictionaries(st.tuples(st.sampled_from("abcdef")), COUNTS, min_size=1))
def test_one_way(table: dict[Cell, int]) -> None:
    assert_hidden_well(table)


@settings(deadline=None, max_examples=150)
@given(st.one_of(tables("ab", "xy"), tables("ab", "xyz"), tables("abc", "x")))
def test_two_way(table: dict[Cell, int]) -> None:
    assert_hidden_well(table)


@settings(deadline=None, max_examples=10)
@given(tables("abc", "xyz"))
def test_three_by_three(table: dict[Cell, int]) -> None:
    assert_hidden_well(table)


def test_an_ordinary_table_keeps_its_totals() -> None:
    table: dict[Cell, int] = {("Osh", "f"): 3, ("Osh", "m"): 20, ("Naryn", "f"): 30, ("Naryn", "m"): 40}
    published = hide_small(table)
    assert all(published[cell] is None for cell in table)
    assert published["Osh", TOTAL] == 23
    assert published[TOTAL, "f"] == 33
    assert published[TOTAL, TOTAL] == 93


def test_a_table_without_small_counts_stays_as_it_is() -> None:
    assert hide_small({("a",): 5, ("b",): 0, ("c",): 9}) == {("a",): 5, ("b",): 0, ("c",): 9, (TOTAL,): 14}
    assert hide_small({}) == {(TOTAL,): 0}


def test_a_missing_pair_is_zero() -> None:
    assert hide_small({("a", "x"): 9, ("b", "y"): 9})["a", "y"] == 0


@pytest.mark.parametrize(
    "table", [{("a",): 1, ("a", "b"): 2}, {("a", "b", "c"): 1}, {(TOTAL,): 7}, {("a",): -1}]
)
def test_what_is_no_table_is_refused(table: dict[Cell, int]) -> None:
    with pytest.raises(ValueError, match="table"):
        hide_small(table)
