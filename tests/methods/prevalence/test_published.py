"""Our figures beside the published ones."""

import pytest

from kamkor.methods.prevalence.estimating import METHODS
from kamkor.methods.prevalence.results import Estimate, Settings
from kamkor.methods.prevalence.tables import Table
from tests.methods.prevalence.elsewhere import korea, kosovo, new_orleans
from tests.methods.prevalence.united_kingdom import five_lists, needed, six_lists

POINT = Settings(boot=0)
PAIRS = Settings(boot=0, max_order=2)


def answer(method: str, table: Table, settings: Settings = POINT) -> Estimate:
    return METHODS[method](table, settings)


@needed
@pytest.mark.parametrize(
    ("method", "settings", "published"),
    [("stepwise", POINT, 11_417.99), ("independence", POINT, 12_214.0), ("bic", POINT, 12_349.6)],
)
def test_six_lists(method: str, settings: Settings, published: float) -> None:
    assert answer(method, six_lists(), settings).total == pytest.approx(published, rel=1e-5)


@needed
@pytest.mark.parametrize(
    ("method", "settings", "published"),
    [
        ("stepwise", POINT, 11_312.99),
        ("independence", POINT, 13_444.13),
        ("bic", PAIRS, 22_991.3),
        ("bic", POINT, 25_311.3),
    ],
)
def test_five_lists(method: str, settings: Settings, published: float) -> None:
    assert answer(method, five_lists(), settings).total == pytest.approx(published, rel=1e-5)


@needed
def test_decomposable_graphs() -> None:
    found = answer("dga", five_lists())
    assert found.total == pytest.approx(23_016, rel=0.005)
    assert found.interval is not None
    assert found.interval.low == pytest.approx(10_408, rel=0.005)
    assert found.interval.high == pytest.approx(33_481, rel=0.005)


@needed
def test_the_pairs_that_the_stepwise_choice_takes() -> None:
    assert answer("stepwise", six_lists()).model == [
        "LA*NG", "LA*PF", "NG*GO", "NG*GP", "PF*GP", "PF*NCA", "GO*GP"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "method", "published"),
    [
        (new_orleans(), "stepwise", 1_110.488),
        (new_orleans().merged(list("BEFG")), "stepwise", 981.4314),
        (korea(), "stepwise", 268.7778),
        (korea(), "bic", 157.1667),
        (korea(), "independence", 141.9926),
    ],
)
def test_elsewhere(table: Table, method: str, published: float) -> None:
    assert answer(method, table).total == pytest.approx(published, rel=1e-5)


def test_kosovo_and_its_lists_in_another_order() -> None:
    """The model of the report of 2002 said 10,356 (Ball and others)."""
    table = kosovo()
    found = answer("bic", table).total
    assert found == pytest.approx(10_356, rel=1e-4)
    turned = table.selected([2, 0, 3, 1])
    assert answer("bic", turned).total == pytest.approx(found, rel=1e-9)
    one, other = (answer("stepwise", each).total for each in (table, turned))
    assert one == pytest.approx(other, rel=1e-9)
