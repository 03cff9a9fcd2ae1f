"""What is an estimate, what an indication only, and what is refused."""

import numpy as np
import pytest

from kamkor.methods.prevalence import lcm as classes
from kamkor.methods.prevalence.convergence import convergence
from kamkor.methods.prevalence.estimating import METHODS, estimate
from kamkor.methods.prevalence.intervals import Interval
from kamkor.methods.prevalence.results import Result, Settings, Status
from kamkor.methods.prevalence.rules import compared, doubts, unstable
from kamkor.methods.prevalence.tables import Table

ABC = ("a", "b", "c")
GOOD = Table(ABC, {1: 200, 2: 250, 4: 150, 3: 40, 5: 30, 6: 35, 7: 10})
FEW = Settings(boot=100)


def only(table: Table, method: str = "stepwise", settings: Settings = FEW) -> Result:
    [result] = estimate(table, [method], settings)
    return result


def test_a_good_table_has_an_estimate_with_all_that_was_promised() -> None:
    result = only(GOOD)
    assert (result.status, result.reasons) == (Status.ESTIMATE, [])
    assert set(result.as_json()) == {
        "method", "status", "reasons", "N_hat", "ci", "observed", "lists", "model", "diagnostics", "seed",
        "seconds",
    }  # fmt: skip
    assert result.observed == 715
    assert result.total is not None
    assert result.total > 715
    assert result.diagnostics["chao_lower_bound"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_more_than_the_observed_or_refuses(method: str, quick_classes: None) -> None:
    result = only(GOOD, method)
    assert result.total is not None
    assert result.interval is not None
    assert 715 <= result.interval.low <= result.total <= result.interval.high


@pytest.mark.parametrize("method", METHODS)
def test_without_resamples_there_is_no_interval(method: str, quick_classes: None) -> None:
    assert only(GOOD, method, Settings(boot=0)).as_json()["ci"] is None


@pytest.mark.parametrize("method", METHODS)
def test_fewer_than_three_lists_are_refused(method: str) -> None:
    result = only(Table(("a", "b"), {1: 200, 2: 300, 3: 50}), method)
    assert (result.status, result.total, result.interval) == (Status.REFUSED, None, None)
    assert "at least 3 are needed" in result.reasons[0]


def test_a_list_without_people_does_not_count() -> None:
    assert only(Table(ABC, {1: 200, 2: 300, 3: 50})).status is Status.REFUSED


@pytest.mark.parametrize(
    ("both", "status"), [(9, "refused"), (10, "indication"), (29, "indication"), (30, "estimate")]
)
def test_so_many_people_on_more_than_one_list(both: int, status: str) -> None:
    table = Table(ABC, {1: 40, 2: 50, 4: 45, 3: both // 3, 5: both // 3, 6: both - 2 * (both // 3)})
    result = only(table, settings=Settings(boot=0))
    assert result.status.value == status
    assert (result.total is None) == (status == "refused")


def test_all_empty_overlaps_are_refused_with_what_would_help() -> None:
    result = only(Table(ABC, {1: 100, 2: 100, 4: 100}))
    assert result.status is Status.REFUSED
    assert "on more than one list: 0;" in result.reasons[0]


def test_a_wide_interval_and_lists_apart_are_indications() -> None:
    assert doubts(GOOD, Interval(1000, 3001))
    assert not doubts(GOOD, Interval(1000, 3000))
    apart = Table(("a", "b", "c", "d"), {1: 90, 2: 90, 4: 90, 8: 90, 3: 20, 12: 20})
    assert any("do not connect" in reason for reason in doubts(apart, None))


def test_resamples_without_an_estimate_refuse_above_a_twentieth() -> None:
    assert not unstable(0.05)
    assert "6 per cent" in unstable(0.06)[0]
    thin = Table(("a", "b", "c", "d"), {1: 50, 2: 60, 4: 70, 3: 12, 8: 3, 12: 1})
    result = only(thin, settings=Settings(boot=200))
    assert result.status is not Status.ESTIMATE


def test_methods_far_apart_make_indications_of_all() -> None:
    near, far = only(GOOD), only(GOOD)
    assert near.total is not None
    results = [near, Result(**{**vars(far), "method": "bic", "total": near.total * 2.01})]
    assert [result.status for result in compared(results)] == [Status.INDICATION] * 2
    results[1] = Result(**{**vars(far), "method": "bic", "total": near.total * 1.99})
    assert compared(results) == results


def test_a_warning_and_a_bound_are_never_estimates() -> None:
    assert [only(GOOD, method).status for method in ("independence", "chao")] == [Status.INDICATION] * 2


def test_too_many_lists_are_refused_at_once() -> None:
    lists = "abcdefghijklm"
    many = Table(tuple(lists), {1 << a | 1 << (a + 1) % 13: 10 for a in range(13)})
    assert "merge those alike" in only(many).reasons[0]
    seven, eight = (many.selected(range(number)) for number in (7, 8))
    assert "merge those alike until 6" in only(seven, "bic").reasons[0]
    assert "merge those alike until 7" in only(eight, "dga").reasons[0]
    order = only(many.selected(range(6)), "bic", Settings(boot=0, max_order=3))
    assert "--max-order 2" in order.reasons[0]


def test_chains_that_differ_have_not_converged() -> None:
    rng = np.random.default_rng(1)
    same = rng.normal(size=(4, 1000))
    assert convergence(same).reached
    assert convergence(same).effective_size > 2500
    assert not convergence(same + np.arange(4)[:, None]).reached
    walks = rng.normal(size=(4, 1000)).cumsum(1)
    assert convergence(walks).r_hat > 1.05


def test_latent_classes_that_do_not_converge_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes, "FIRST", 20)
    monkeypatch.setattr(classes, "WORK", 1)
    result = only(GOOD, "lcm")
    assert result.status is Status.INDICATION
    assert "Not converged" in " ".join(result.reasons)


def test_the_same_seed_gives_the_same_and_another_one_does_not(quick_classes: None) -> None:
    for method in ("stepwise", "bic", "lcm"):
        again, other = only(GOOD, method), only(GOOD, method, Settings(boot=100, seed=2))
        assert only(GOOD, method).interval == again.interval
        assert other.interval != again.interval


@pytest.fixture
def quick_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes, "FIRST", 60)
    monkeypatch.setattr(classes, "WORK", 1)
    monkeypatch.setattr(classes, "CHAINS", 8)


def test_a_posterior_of_the_prior_alone_is_an_indication() -> None:
    """Lists that all attract each other leave the graph that says nothing of the unseen."""
    table = Table(ABC, {1: 4000, 2: 5000, 4: 4500, 3: 900, 5: 100, 6: 500, 7: 900})
    result = only(table, "dga", Settings(boot=0))
    assert result.status is Status.INDICATION
    assert any("says nothing of the unseen" in reason for reason in result.reasons)
