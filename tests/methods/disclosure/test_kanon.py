"""Records in groups: nobody stands alone, cells are only emptied, and what groups still tell is told."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkor.methods.disclosure.kanon import Anonymous, anonymise, groups
from kamkor.methods.disclosure.reading import Microdata

QUASI = ["sex", "place", "age"]


def people(rows: Sequence[tuple[str, ...]], names: tuple[str, ...] = (*QUASI, "form")) -> Microdata:
    values = tuple(tuple(dict.fromkeys(words)) for words in zip(*rows, strict=True))
    codes = [[words.index(word) for words, word in zip(values, row, strict=True)] for row in rows]
    return Microdata(names, values, np.array(codes, dtype=np.int32))


def words(table: Microdata) -> list[tuple[str, ...]]:
    return [
        tuple(words[code] for words, code in zip(table.values, row, strict=True))
        for row in table.codes.tolist()
    ]


def anonymous(table: Microdata, k: int) -> Anonymous:
    return anonymise(table, QUASI, k, broader={}, rng=np.random.default_rng(1))


cell = st.sampled_from(["", "a", "b", "c"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cell, cell, cell, cell), min_size=1, max_size=60), st.integers(2, 6))
def test_everybody_is_like_k_others(rows: list[tuple[str, ...]], k: int) -> None:
    made = anonymous(people(rows), k)
    shown = words(made.table)
    sizes = Counter(row[:3] for row in shown)
    assert all(size >= k for size in sizes.values())
    assert len(shown) + made.removed == len(rows)
    if shown:
        found = groups(made.table, QUASI)
        assert found.k == min(sizes.values()) <= found.k_wildcard
        fits = [
            sum(
                all(a in ("", b) or b == "" for a, b in zip(one[:3], other[:3], strict=True))
                for other in shown
            )
            for one in shown
        ]
        assert found.k_wildcard == min(fits)


def test_cells_are_emptied_and_never_changed() -> None:
    rows = [("f", "north", "1", "x")] * 5 + [("f", "south", "1", "y")] * 3 + [("m", "south", "2", "z")]
    made = anonymous(people(rows), 3)
    assert sorted(words(made.table)) == [("f", "north", "1", "x")] * 5 + [("f", "south", "1", "y")] * 3
    assert (made.removed, made.emptied) == (1, 0)
    made = anonymous(people([*rows, ("m", "north", "2", "z"), ("m", "east", "2", "z")]), 3)
    assert words(made.table).count(("m", "", "2", "z")) == 3
    assert (made.removed, made.emptied) == (0, 3)


def test_numbers_become_ranges() -> None:
    made = anonymous(people([("f", "a", str(year), "x") for year in range(2000, 2030)] * 4), 11)
    assert made.ranges == ("age",)
    assert ("f", "a", "2000--2002", "x") in words(made.table)
    assert not made.emptied


def test_broader_values_hold_for_all() -> None:
    rows = [("f", place, "1", "x") for place in ("Osh", "Uzgen", "Talas")] * 4
    names = {"place": {"Osh": "South", "Uzgen": "South"}}
    made = anonymise(people(rows), QUASI, 2, broader=names, rng=np.random.default_rng(1))
    assert {row[1] for row in words(made.table)} == {"South", "Talas"}


def test_groups_that_share_one_value_are_told() -> None:
    rows = [("f", "a", "1", "x")] * 4 + [("m", "a", "1", "x")] * 2 + [("m", "a", "1", "y")] * 2
    (form,) = groups(people(rows), QUASI).diversity
    assert (form.least, form.groups_of_one_value, form.people_in_them) == (1, 1, 4)
    assert form.right == pytest.approx(6 / 8)
    assert form.commonest == pytest.approx(6 / 8)
