"""Synthetic rows: what they cost adds up, the noise cannot be repeated, and code lists and rules are kept."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.release_tables import structured
from kamkor.methods.disclosure import noise, pairs, smoothing
from kamkor.methods.disclosure.ledger import BadLedger, Ledger, OverBudget, Spending
from kamkor.methods.disclosure.reading import Microdata, TableProblem, bounded, in_domain, read
from kamkor.methods.disclosure.synthetic import Effort, Synthetic, synthesise

QUICK = Effort(first=(16, 60), last=(16, 80))
RARE = 0.005  # of the rows, where noise may leave a few
RHO = noise.rho_of(4, 1e-9)


@pytest.fixture(scope="module")
def people() -> Microdata:
    """8,000 people: a sector only with its form, one value of a column that nobody has."""
    rng = np.random.default_rng(2)
    form = rng.integers(1, 3, 8000)
    sector = np.where(form == 1, rng.integers(1, 4, 8000), 0)
    age = np.where(rng.random(8000) < 0.1, 0, 1 + (rng.random(8000) < 0.3 * form))
    values = (
        ("", "labour", "sexual"),
        ("", "fields", "building", "homes", "fishing"),
        ("", "adult", "child"),
    )
    return Microdata(
        ("form", "sector", "age"), values, np.stack([form, sector, age], axis=1).astype(np.int32)
    )


@pytest.fixture(scope="module")
def made(people: Microdata) -> Synthetic:
    rules = [{"form": ["sexual"], "sector": ["fields", "building", "homes", "fishing"]}]
    return synthesise(people, rho=RHO, rules=rules, rng=np.random.default_rng(1), effort=QUICK)


def test_counts_are_nearly_right(people: Microdata, made: Synthetic) -> None:
    layout = pairs.Layout(people.sizes)
    ours, true = (pairs.counted(table.codes, layout) for table in (made.table, people))
    found = pairs.distance(ours, true, layout)
    assert found.one_way < 0.01
    assert found.worst < 0.03
    assert abs(len(made.table) - len(people)) < 100


def test_columns_and_domain_are_those_of_the_table(people: Microdata, made: Synthetic) -> None:
    assert made.table.names == people.names
    assert made.table.values == people.values
    assert (made.table.codes < people.sizes).all()
    fishing = people.values[1].index("fishing")  # nobody has it; the noise is never the same
    assert (made.table.codes[:, 1] == fishing).mean() < RARE


def test_no_row_that_cannot_be(made: Synthetic) -> None:
    form, sector, _age = made.table.codes.T
    assert not ((form == 2) & (sector > 0)).any()


def test_pairs_that_nobody_has_are_found_without_being_told(people: Microdata) -> None:
    form, sector, _age = synthesise(people, rho=RHO, rng=np.random.default_rng(1), effort=QUICK).table.codes.T
    assert ((form == 2) & (sector > 0)).mean() < RARE


def test_one_way_counts_are_those_believed_though_columns_bar_each_other() -> None:
    """Of columns that follow each other closely no value is lost, and rows are found that may be moved."""
    invented = structured(8_000)
    codes = np.stack(list(invented.codes.values()), axis=1).astype(np.int16)
    table = Microdata(tuple(invented.values), tuple(map(tuple, invented.values.values())), codes)
    found = synthesise(table, rho=RHO, rng=np.random.default_rng(1), effort=QUICK)
    layout = pairs.Layout(table.sizes)
    ours = pairs.counted(found.table.codes, layout)
    believed = smoothing.totals(found.measured, layout, len(found.table))
    assert pairs.distance(ours, np.diag(believed), layout).one_way < 0.002


def test_the_noise_differs_though_the_seed_is_the_same(people: Microdata) -> None:
    layout = pairs.Layout(people.sizes)
    counts = pairs.counted(people.codes, layout)
    one, other = (noise.measured(counts, layout, rho=RHO, rows=1) for _ in range(2))
    assert (one.two != other.two).any()


def test_a_release_costs_what_was_set_aside_for_it(made: Synthetic) -> None:
    assert made.measured.rho == pytest.approx(RHO, rel=1e-6)
    assert made.measured.rho <= RHO


def test_a_person_of_three_rows_needs_three_times_the_noise(people: Microdata) -> None:
    layout = pairs.Layout(people.sizes)
    counts = pairs.counted(people.codes, layout)
    one, three = (noise.measured(counts, layout, rho=RHO, rows=rows) for rows in (1, 3))
    assert three.two_scale.max() == pytest.approx(3 * one.two_scale.max())
    assert three.rho <= RHO


def test_nobody_keeps_more_rows_than_allowed(people: Microdata) -> None:
    person = np.repeat(np.arange(2000), 4).astype(np.int32)
    numbered = Microdata(("person",), (tuple(map(str, range(2000))),), person[:, None])
    kept = bounded(numbered, person, 3, np.random.default_rng(3))
    assert set(np.bincount(kept.codes[:, 0])) == {3}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.001, 0.5), min_size=1, max_size=6))
def test_what_releases_cost_together_is_more_than_any_and_no_more_than_the_sum(costs: list[float]) -> None:
    together = noise.epsilon_of(sum(costs), 1e-9)
    each = [noise.epsilon_of(cost, 1e-9) for cost in costs]
    assert max(each) - 1e-9 <= together <= sum(each) + 1e-9


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 4.0, 20.0])
def test_rho_is_the_most_within_epsilon(epsilon: float) -> None:
    rho = noise.rho_of(epsilon, 1e-9)
    assert noise.epsilon_of(rho, 1e-9) <= epsilon < noise.epsilon_of(rho * 1.001, 1e-9)


def test_the_ledger_adds_up_and_refuses(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.json")
    half = RHO / 2

    def pay(rho: float, cohort: str = "everybody") -> float:
        with ledger.account("cases", budget=None if ledger.file.exists() else 4, delta=1e-9) as account:
            account.pay(Spending(cohort, rho, "2026-01-01", ("a",)), noise.epsilon_of)
            return account.rho()

    assert pay(half / 2) == pytest.approx(half / 2)
    assert pay(half, "2024") == pytest.approx(1.5 * half)
    assert pay(half, "2025") == pytest.approx(1.5 * half)  # other people
    kept = ledger.file.read_text()
    with pytest.raises(OverBudget):
        pay(half)  # everybody: those of 2024 as well
    assert ledger.file.read_text() == kept
    assert pay(half / 2) == pytest.approx(2 * half)


@pytest.mark.parametrize("text", ["", "[]", '{"data_sets": {"cases": {}}}', '{"data_sets": {"cases": 3}}'])
def test_a_broken_ledger_is_not_begun_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "ledger.json").write_text(text)
    account = Ledger(tmp_path / "ledger.json").account("cases", budget=4, delta=1e-9)
    with pytest.raises(BadLedger), account:
        pass
    assert (tmp_path / "ledger.json").read_text() == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Row 1, column 1"),
        ("a,b\n", "no rows"),
        ("a,b\n1,2\n1,2,3\n", "Row 3 has 3 cells, the heading has 2"),
        ("a,b\n1,2\n1\n", "Row 3 has 1 cells"),
        ("a,a\n1,2\n", "'a' stands there twice"),
        ("a,\n1,2\n", "Row 1, column 2"),
    ],
)
def test_a_bad_file_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "cases.csv").write_text(text)
    with pytest.raises(TableProblem, match=told):
        read(tmp_path / "cases.csv")


def test_a_value_outside_of_the_domain_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("a;b\n1;x\n;y\n")
    table = read(tmp_path / "cases.csv")
    assert in_domain(table, {"a": ["0", "1"], "b": ["x", "y"]}).values == (("", "0", "1"), ("", "x", "y"))
    with pytest.raises(TableProblem, match="Row 3, column 'b'"):
        in_domain(table, {"a": ["0", "1"], "b": ["x"]})
    with pytest.raises(TableProblem, match="no values for the column 'b'"):
        in_domain(table, {"a": ["0", "1"]})
