"""Existence, the stepwise choice, all hierarchical models, and intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamkor.methods.prevalence.bic import _Choice, fitted
from kamkor.methods.prevalence.bootstrap import acceleration, bootstrap, resamples
from kamkor.methods.prevalence.chao import equal_lists, lower_bounds
from kamkor.methods.prevalence.dga import decomposable, dga
from kamkor.methods.prevalence.existence import exists
from kamkor.methods.prevalence.hierarchies import hierarchies
from kamkor.methods.prevalence.loglinear import Floats, fit, opened, over, under, with_lists
from kamkor.methods.prevalence.results import Settings
from kamkor.methods.prevalence.rules import doubts
from kamkor.methods.prevalence.sensitivity import (
    counts_of,
    with_each_pair_merged,
    with_missed_links,
    without_each_list,
)  # fmt: skip
from kamkor.methods.prevalence.stepwise import masks_of_pairs, select
from kamkor.methods.prevalence.strata import together
from kamkor.methods.prevalence.tables import Table
from tests.methods.prevalence.elsewhere import new_orleans

ABC = ("a", "b", "c")
THREE = Table(ABC, {1: 40, 2: 50, 4: 30, 3: 8, 5: 6, 6: 7, 7: 2})


def rows(*tables: Table) -> Floats:
    return np.vstack([counts_of(table) for table in tables])


def model(table: Table, *pairs: int) -> bool:
    counts = counts_of(table)
    terms = with_lists(np.array([pairs], int).reshape(1, -1), len(table.lists))
    return bool(exists(counts > 0, *opened(over(counts), terms))[0])


def test_sums_over_and_under_sets() -> None:
    values = np.arange(8.0)[None]
    assert over(values)[0].tolist() == [28, 16, 18, 10, 22, 12, 13, 7]
    assert under(values)[0].tolist() == [0, 1, 2, 6, 4, 10, 12, 28]


def test_two_independent_lists_give_lincoln_and_petersen() -> None:
    table = Table(("a", "b"), {1: 30, 2: 40, 3: 10})
    assert select(rows(table), threshold=0).totals[0] == pytest.approx(40 * 50 / 10)


def test_all_pairs_of_three_lists_have_the_closed_form() -> None:
    counts = rows(THREE)
    inside, terms = opened(over(counts), with_lists(np.array([[3, 5, 6]]), 3))
    unseen = fit(counts, inside, terms).unseen[0]
    assert unseen == pytest.approx(2 * 40 * 50 * 30 / (8 * 6 * 7))


def test_lists_that_share_nobody_have_no_estimate() -> None:
    apart = Table(ABC, {1: 9, 2: 9, 4: 9})
    assert not model(apart)
    assert select(rows(apart)).totals[0] == np.inf
    assert lower_bounds(rows(apart))[0] == np.inf


def test_a_pair_without_overlap_leaves_the_likelihood() -> None:
    table = Table(ABC, {1: 40, 2: 50, 4: 60, 5: 12, 6: 11})
    inside, terms = opened(over(counts_of(table)), with_lists(np.array([[3]]), 3))
    assert inside[0].tolist() == [False, True, True, False, True, True, True, False]
    assert terms.tolist() == [[0, 4, 2, 1]]
    assert model(table, 3)


def test_what_the_linear_programme_finds() -> None:
    """All three pairs need people on all three or on none: with some cells empty there is no estimate."""
    assert model(THREE, 3, 5, 6)
    assert not model(Table(ABC, {1: 40, 2: 50, 4: 30, 3: 8, 5: 6, 6: 7}), 3, 5, 6)
    assert not model(Table(ABC, {2: 50, 4: 30, 3: 8, 5: 6, 6: 7, 7: 2}), 3, 5, 6)


def test_a_model_with_more_terms_than_histories_is_not_identified() -> None:
    assert not model(Table(("a", "b"), {1: 40, 2: 50, 3: 7}), 3)


def test_an_overlap_far_from_what_was_expected_is_still_fitted_to_the_end() -> None:
    """Lists that share fifty times the people that they would share by chance."""
    table = new_orleans()
    tables = resamples(counts_of(table)[0], 180, np.random.default_rng(1))
    chosen = select(tables)
    residual = np.where(chosen.inside, tables - chosen.expected, 0.0)
    pairs = masks_of_pairs(8)
    for row in np.flatnonzero(np.isfinite(chosen.totals)):
        there = over(residual[row][None])[0]
        terms = [1 << place for place in range(8)] + [int(mask) for mask in pairs[chosen.taken[row]]]
        assert np.abs(there[terms]).max() < 0.01


def test_every_resample_is_chosen_as_it_would_be_alone() -> None:
    tables = resamples(counts_of(THREE)[0], 20, np.random.default_rng(1))
    alone = [float(select(row[None], threshold=0.2).totals[0]) for row in tables]
    assert select(tables, threshold=0.2).totals == pytest.approx(np.array(alone), rel=1e-6)


@pytest.mark.parametrize(("lists", "models"), [(2, 1), (3, 8), (4, 113), (5, 6893)])
def test_the_hierarchical_models_are_complete(lists: int, models: int) -> None:
    assert len(hierarchies(lists, lists)) == models


@pytest.mark.parametrize(("lists", "graphs"), [(2, 2), (3, 8), (4, 61), (5, 822), (6, 18_154)])
def test_the_decomposable_graphs_are_complete(lists: int, graphs: int) -> None:
    found, factors = decomposable(lists)
    assert len(found) == len(set(found.tolist())) == graphs
    assert (factors.sum(1) == 0).all()


def test_the_quick_choice_among_models_is_the_full_one() -> None:
    counts = counts_of(THREE)[0]
    models = hierarchies(3, 2)
    tables = resamples(counts, 25, np.random.default_rng(2))
    quick = _Choice(counts, models).totals(tables)
    for row, total in zip(tables, quick, strict=True):
        every = np.repeat(row[None], len(models), 0)
        totals, criteria = fitted(every, models)
        assert total == pytest.approx(totals[criteria.argmin()], rel=1e-6)


def test_the_lower_bound_of_equal_and_of_unequal_lists() -> None:
    equal = Table(ABC, {1: 100, 2: 100, 4: 100, 3: 10, 5: 10, 6: 10})
    assert lower_bounds(rows(equal))[0] == pytest.approx(330 + 100 * 100 / 10)
    assert equal_lists(rows(equal))[0] == pytest.approx(330 + 300**2 / 60)
    assert lower_bounds(rows(THREE))[0] < equal_lists(rows(THREE))[0]


def test_the_acceleration_weighs_what_is_left_out_by_how_many_have_it() -> None:
    assert acceleration(np.array([1.0, 3.0]), np.array([1.0, 1.0])) == 0
    skewed = acceleration(np.array([0.0, 10.0]), np.array([9.0, 1.0]))
    assert skewed == pytest.approx((9 * 1**3 - 9**3) / (6 * (9 + 81) ** 1.5))


def test_the_interval_of_a_mean_is_where_theory_has_it() -> None:
    counts = np.array([0.0, 500, 500, 0])
    found = bootstrap(counts, lambda rows: rows[:, 1] / rows.sum(1), 4000, np.random.default_rng(3))
    assert found.interval.low == pytest.approx(0.5 - 1.96 * 0.0158, abs=0.004)
    assert found.interval.high == pytest.approx(0.5 + 1.96 * 0.0158, abs=0.004)
    assert found.without_estimate == 0


def test_an_interval_that_has_no_upper_end_says_so() -> None:
    def estimator(rows: Floats) -> Floats:
        return np.where(rows[:, 1] > 70, np.inf, rows[:, 1])

    found = bootstrap(np.array([0.0, 60, 60, 0]), estimator, 2000, np.random.default_rng(4))
    assert 0.025 < found.without_estimate < 0.05
    assert found.interval.open
    assert found.interval.high == 70
    assert any("no upper end" in reason for reason in doubts(THREE, found.interval))


def test_dropping_and_merging_lists() -> None:
    four = Table(("a", "b", "c", "d"), {1: 40, 2: 50, 4: 30, 8: 20, 3: 8, 5: 6, 6: 7, 9: 4, 10: 5, 12: 3})
    dropped, merged = without_each_list(four, threshold=0.02), with_each_pair_merged(four, threshold=0.02)
    assert dropped["d"] == pytest.approx(select(rows(four.without(3))).totals[0], abs=0.01)
    assert merged["a+b"] == pytest.approx(select(rows(four.merged(["a", "b"]))).totals[0], abs=0.01)
    assert (len(dropped), len(merged)) == (4, 6)
    assert without_each_list(THREE, threshold=0.02) == {}


def test_missed_links_inflate() -> None:
    """Of two lists one estimates n1 * n2 / m, and m loses a tenth."""
    table = Table(ABC, {1: 400, 2: 500, 4: 300, 3: 80, 5: 60, 6: 70})
    assert with_missed_links(table, 1.0, threshold=0.02) == pytest.approx(1, rel=1e-6)
    tenth = with_missed_links(table, 0.9, threshold=0.02)
    fifth = with_missed_links(table, 0.8, threshold=0.02)
    assert tenth is not None
    assert fifth is not None
    assert 1.09 < tenth < 1.14
    assert 1.22 < fifth < 1.32


def test_groups_in_one_model() -> None:
    """With one group it is the stepwise estimate; groups without pairs in common are as they are alone."""
    one = together({"all": THREE}, threshold=0.02)
    assert one is not None
    assert one.total == pytest.approx(select(rows(THREE)).totals[0])
    other = Table(ABC, {1: 90, 2: 20, 4: 30, 3: 4, 5: 6, 6: 2, 7: 1})
    both = together({"f": THREE, "m": other}, threshold=0)
    assert both is not None
    assert list(both.totals.values()) == pytest.approx(list(select(rows(THREE, other), threshold=0).totals))
    assert both.interval.low < both.total < both.interval.high
    assert "m: Only 13 people are on more than one list." in both.reasons
    assert together({"f": THREE, "m": Table(ABC, {1: 5, 2: 1})}, threshold=0.02) is None


tables = st.lists(st.integers(0, 30), min_size=15, max_size=15).filter(lambda counts: sum(counts) > 0)


@settings(max_examples=40, deadline=None)
@given(counts=tables, order=st.permutations(range(4)))
def test_no_estimate_depends_on_the_order_of_lists(counts: list[int], order: list[int]) -> None:
    table = Table(("a", "b", "c", "d"), {h: n for h, n in enumerate(counts, 1) if n})
    moved = table.selected(order)
    for threshold in (0.0, 0.02):
        totals = select(rows(table, moved), threshold=threshold).totals
        assert totals[0] == pytest.approx(totals[1], rel=1e-6)
        assert totals[0] >= table.observed
    bounds = lower_bounds(rows(table, moved))
    assert bounds[0] == pytest.approx(bounds[1], rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(counts=tables, order=st.permutations(range(4)))
def test_no_criterion_and_no_graph_depends_on_the_order_of_lists(counts: list[int], order: list[int]) -> None:
    table = Table(("a", "b", "c", "d"), {h: n for h, n in enumerate(counts, 1) if n})
    here, there = dga(table, Settings()), dga(table.selected(order), Settings())
    assert here.total == pytest.approx(there.total)
    models = hierarchies(4, 3)
    criteria = [
        np.sort(fitted(np.repeat(rows(each), len(models), 0), models)[1])
        for each in (table, table.selected(order))
    ]
    assert criteria[0] == pytest.approx(criteria[1], abs=1e-3)
