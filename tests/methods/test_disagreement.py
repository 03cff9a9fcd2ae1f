"""By how much figures disagree that answer the same question."""

from decimal import Decimal

from kamkor.methods.disagreement import spread


def test_from_the_least_to_the_most() -> None:
    held = spread([(Decimal(3), Decimal(3)), (Decimal(40), Decimal(100)), (None, None)])
    assert held is not None
    assert (held.low, held.high, held.difference) == (Decimal(3), Decimal(100), Decimal(97))
    assert held.ratio == Decimal("33.33")
    assert not held.agrees


def test_the_same_number_of_different_people_is_no_agreement_on_who_they_are() -> None:
    same = spread([(Decimal(277_000), None)] * 2)
    assert same is not None
    assert same.agrees


def test_nothing_has_no_multiple_and_one_figure_no_conflict() -> None:
    nothing = spread([(Decimal(0), None), (Decimal(6), None)])
    assert nothing is not None
    assert nothing.ratio is None
    assert nothing.difference == 6
    assert spread([(Decimal(6), None), (None, None)]) is None
