"""The ILO's rule: what makes a dimension positive, what is refused, and that a yes never takes away."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkor.methods.screening import (
    Answer,
    Element,
    Finding,
    Indicator,
    Profile,
    Result,
    Rule,
    Strength,
    can_score,
    elements_of,
    score,
)

_LIST = Path(__file__).parents[3] / "shared" / "reference" / "ilo_indicators.csv"
ELEMENTS = {
    "D1": "means (fraud/deception), recruitment",
    "D4": "purpose",
    "D5": "means sustained at destination",
}


def indicator(code: str, *, profiles: str = "adult_labour child_labour") -> Indicator:
    """Code such as D1S2: dimension, strength, number."""
    strengths = {Profile(name): Strength(code[2]) for name in profiles.split()}
    return Indicator(code, code[:2], elements_of(ELEMENTS[code[:2]]), strengths)


LIST = [
    indicator(f"{dimension}{strength}{n}") for dimension in ELEMENTS for strength in "SMW" for n in range(3)
]


def result(*codes: str, profile: Profile = Profile.ADULT_LABOUR) -> Result:
    return score(dict.fromkeys(codes, Answer.YES), profile, LIST)


@pytest.mark.parametrize(
    ("signs", "rule"),
    [
        ("S S", Rule.TWO_STRONG),
        ("S M", Rule.STRONG_AND_OTHER),
        ("S W", Rule.STRONG_AND_OTHER),
        ("M M M", Rule.THREE_MEDIUM),
        ("M M W", Rule.TWO_MEDIUM_AND_WEAK),
        ("S", None),
        ("M M", None),
        ("M W W", None),
        ("W W W", None),
    ],
)
def test_rule_of_a_dimension(signs: str, rule: Rule | None) -> None:
    found = result(*(f"D4{strength}{n}" for n, strength in enumerate(signs.split())))
    assert found.score is not None
    assert found.score.positive.get("D4") == rule


@pytest.mark.parametrize(
    ("dimensions", "finding"),
    [
        ("", Finding.NOTHING),
        ("D1", Finding.MEANS_ALONE),
        ("D4", Finding.EXPLOITED),
        ("D1 D4", Finding.DECEIVED_AND_EXPLOITED),
        ("D4 D5", Finding.COERCED_AND_EXPLOITED),
        ("D1 D4 D5", Finding.TRAFFICKED),
    ],
)
def test_finding(dimensions: str, finding: Finding) -> None:
    found = result(*(f"{dimension}S{n}" for dimension in dimensions.split() for n in (0, 1)))
    assert found.score is not None
    assert found.score.finding is finding


def test_unknown_and_no_never_count_and_reasons_are_told() -> None:
    answers = {"D4S0": Answer.YES, "D4S1": Answer.UNKNOWN, "D4M0": Answer.NO, "D1W0": Answer.YES}
    found = score(answers, Profile.ADULT_LABOUR, LIST)
    assert found.score is not None
    assert not found.score.positive
    assert found.reasons == {"D1": ("D1W0",), "D4": ("D4S0",)}
    assert found.signs == {Element.ACT: ("D1W0",), Element.MEANS: ("D1W0",), Element.PURPOSE: ("D4S0",)}
    assert found.means_needed


def test_a_child_needs_no_means() -> None:
    found = result("D4S0", "D4S1", "D1W0", profile=Profile.CHILD_LABOUR)
    assert found.score is not None
    assert found.score.finding is Finding.TRAFFICKED
    assert not found.means_needed


@pytest.mark.parametrize("profile", [Profile.ADULT_SEXUAL, Profile.CHILD_SEXUAL])
def test_a_profile_without_strengths_is_not_scored_but_shown(profile: Profile) -> None:
    stray = [*LIST, indicator("D5S9", profiles=profile.value)]
    found = score({"D5S9": Answer.YES, "D1S0": Answer.YES}, profile, stray)
    assert found.refused
    assert found.score is None
    assert found.signs[Element.MEANS] == ("D1S0", "D5S9")
    assert found.reasons == {"D1": ("D1S0",), "D5": ("D5S9",)}
    assert found.means_needed is (profile is Profile.ADULT_SEXUAL)


def test_a_code_of_another_list_is_an_error() -> None:
    with pytest.raises(ValueError, match="D9-x"):
        score({"D9-x": Answer.YES}, Profile.ADULT_LABOUR, LIST)


CODES = st.sampled_from([indicator.code for indicator in LIST])


@given(st.sets(CODES), CODES, st.sampled_from([Profile.ADULT_LABOUR, Profile.CHILD_LABOUR]))
def test_one_more_yes_never_takes_away(yes: set[str], more: str, profile: Profile) -> None:
    before = result(*yes, profile=profile).score
    after = result(*yes, more, profile=profile).score
    assert before is not None
    assert after is not None
    assert before.positive.keys() <= after.positive.keys()
    assert before.finding <= after.finding


@pytest.mark.skipif(not _LIST.exists(), reason="the reference list is not beside this checkout")
def test_the_published_list_scores_labour_and_refuses_sexual_exploitation() -> None:
    with _LIST.open(encoding="utf-8") as rows:
        published = [
            Indicator(
                row["code"],
                row["dimension"],
                elements_of(row["palermo_element"]),
                {p: Strength(row[f"strength_{p}"]) for p in Profile if row[f"strength_{p}"]},
            )
            for row in csv.DictReader(rows)
        ]
    assert [can_score(profile, published) for profile in Profile] == [True, True, False, False]
    assert all(indicator.elements for indicator in published)
