"""One number, however it is written."""

import pytest

from kamkor.methods.telephones import as_number, normalise, numbers_in


@pytest.mark.parametrize(
    "written",
    [
        "+996 555 010 203", "996555010203", "00996 555 010203", "0555 010-203", "555010203",
        "0 (555) 01.02.03", "+996(555)010203",
    ],
)  # fmt: skip
def test_a_number_of_home_has_one_form(written: str) -> None:
    assert normalise(written) == "+996555010203"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("8 916 123-45-67", "+79161234567"),
        ("+7 (701) 123 45 67", "+77011234567"),
        ("77011234567", "+77011234567"),
        ("+998 90 123 45 67", "+998901234567"),
        ("998901234567", "+998901234567"),
        ("0532 123 45 67", "+905321234567"),
        ("+90 532 123 45 67", "+905321234567"),
        ("00 971 50 123 4567", "+971501234567"),
        ("+44 20 7946 0000", "+442079460000"),
    ],
)
def test_numbers_of_neighbours_and_of_countries_of_work(written: str, number: str) -> None:
    assert normalise(written) == number


@pytest.mark.parametrize("written", ["", "Айгүл", "102", "1234", "+", "1" * 30, "KM-12AB-34CD"])
def test_what_is_no_number_has_none(written: str) -> None:
    assert as_number(written) == ""
    assert normalise(written) == ""


def test_numbers_are_found_among_words() -> None:
    text = "After six: 0555 010 203 (her aunt), or +996 555 010 203, else 8 (916) 123-45-67."
    assert numbers_in(text) == ["+996555010203", "+79161234567"]
    assert as_number(text) == ""
    assert as_number(" 0555-010-203 ") == "+996555010203"
