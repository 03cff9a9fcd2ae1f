"""A code is valid however it is spaced; one slip makes it invalid."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkor.methods.public_codes import SIGNS, new_code, normalise, valid

CODES = st.builds(
    lambda prefix, seed: new_code(prefix, Random(seed)), st.sampled_from(["KM", "RF", "C"]), st.integers()
)


@given(CODES)
def test_new_codes_are_valid_and_normal(code: str) -> None:
    assert valid(code)
    assert normalise(code) == code
    careless = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    assert valid(careless)
    assert normalise(careless) == code


def test_shape() -> None:
    code = new_code("KM", Random(7))
    assert [len(part) for part in code.split("-")] == [2, 4, 4]
    assert not set(SIGNS) & set("AEIOUYL")
    assert 7 * math.log2(len(SIGNS)) > 30


def test_cyrillic_keys_read_as_the_letters_they_look_like() -> None:
    code = new_code("KM", Random(7))
    assert normalise("КМ" + code[2:]) == code


@given(CODES, st.data())
def test_one_wrong_sign_is_found(code: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([i for i, sign in enumerate(code) if sign != "-"]))
    sign = data.draw(st.sampled_from([sign for sign in SIGNS if sign != code[place]]))
    assert not valid(code[:place] + sign + code[place + 1 :])


@given(CODES, st.data())
def test_two_signs_exchanged_are_found(code: str, data: st.DataObject) -> None:
    signs = list(code.replace("-", ""))
    places = st.integers(0, len(signs) - 1)
    one, other = data.draw(places), data.draw(places)
    changed = signs[one] != signs[other]
    signs[one], signs[other] = signs[other], signs[one]
    assert valid("".join(signs)) is not changed


@pytest.mark.parametrize("text", ["", "KM", "KM-7F3K", "KM-7F3K-2QA!", "----"])
def test_what_is_no_code(text: str) -> None:
    assert not valid(text)


@given(st.text())
def test_any_text_may_be_asked(text: str) -> None:
    assert valid(text) in (True, False)


@pytest.mark.parametrize("prefix", ["", "KA", "km"])
def test_a_prefix_is_written_in_the_signs(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        new_code(prefix, Random(1))
