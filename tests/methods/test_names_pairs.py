"""Names that are hard to tell together or apart, written by hand; and what holds for any text."""

import csv
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkor.methods.name_buckets import buckets_of, steps
from kamkor.methods.name_index import NameIndex
from kamkor.methods.names import CUT, SAME, fold, rank, search, words
from kamkor.methods.spelling import other_keyboard, split
from tests.methods.made_up_names import person

FILE = Path(__file__).parents[2] / "bench/names/pairs.csv"
PAIRS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
SAME_PAIRS = [(row["one"], row["other"]) for row in PAIRS if row["same"] == "yes"]
OTHER_PAIRS = [(row["one"], row["other"]) for row in PAIRS if row["same"] == "no"]
# Names that two languages gave a shape of their own, which the documents say are not found.
OWN_SHAPES = {("Чыңгыз", "Cengiz"), ("Ёқуб", "Якуб")}
NAMES = st.text(alphabet="абгөүңжчшхыийэюяьЁaoʻghyxkzsc -", min_size=1)


def score(one: str, other: str) -> float:
    return next((match.score for match in rank(one, [(0, other)], cut=0)), 0.0)


def test_spellings_of_one_name_are_told_together() -> None:
    assert {pair for pair in SAME_PAIRS if score(*pair) < CUT} == OWN_SHAPES


def test_two_names_are_not_called_the_same() -> None:
    assert [pair for pair in OTHER_PAIRS if score(*pair) >= SAME] == []
    assert sum(score(*pair) >= CUT for pair in OTHER_PAIRS) <= 2


def test_hard_pairs_are_found_among_five_thousand() -> None:
    rng = Random(5)
    names = [person(rng) for _ in range(5000 - len(SAME_PAIRS))] + [one for one, _ in SAME_PAIRS]
    index = NameIndex((name, fold(name)) for name in names)
    asked = [pair for pair in SAME_PAIRS if pair not in OWN_SHAPES and " " in pair[0]]
    lost = [
        (one, other)
        for one, other in asked
        if one not in {match.id for match in search(index, other, cut=0.3)}
    ]
    assert lost == []


@pytest.mark.parametrize(("one", "other"), [pair for pair in SAME_PAIRS if pair not in OWN_SHAPES])
def test_hard_pairs_share_a_bucket(one: str, other: str) -> None:
    assert buckets_of(one) & set().union(*(step.keys for step in steps(other)))


def test_another_keyboard_is_read_both_ways() -> None:
    assert other_keyboard("Fquekm") == "айгуль"
    assert other_keyboard("Фшпгд") == "aigul"
    assert score("<tqityjdf Fquekm 1994", "Бейшенова Айгүл") > SAME


def test_years_and_digits_do_not_matter() -> None:
    assert split("Бейшенова Айгүл, 1994 г.р.") == ["Бейшенова", "Айгүл"]
    assert fold("Бейшенова Айгүл 1994-ж.") == fold("Бейшенова Айгүл")
    assert score("4olpon T0ktosunova", "Чолпон Токтосунова") > SAME


def test_homonyms_keep_their_order_and_a_bearer_of_two_names_is_met_once() -> None:
    index = NameIndex([(7, fold("Айгүл Асанова")), (3, fold("Aigul Asanova")), (7, fold("Айгул"))])
    assert [match.id for match in search(index, "Айгуль Асанова")] == [7, 3]


@given(NAMES, NAMES)
def test_scores_are_shares_and_much_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= score(one, other) <= 1
    there, back = (
        NameIndex([(0, fold(found))]).find(words(asked), top=1, cut=SAME)
        for asked, found in ((one, other), (other, one))
    )
    if there and len(words(one)) == len(words(other)):
        assert back
        assert abs(there[0].score - back[0].score) < 0.01


@given(NAMES)
def test_a_name_is_itself_and_folding_it_again_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    if fold(name):
        assert score(name, name) == 1
