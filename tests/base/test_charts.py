"""Pictures of numbers: readable without seeing them, without style, and with nothing of what is hidden."""

import re

import pytest

from kamkor.base.charts import Bar, bars


def test_a_picture_says_its_title_and_its_numbers() -> None:
    svg = bars("one", "Persons", [Bar("Osh", 12), Bar("Naryn", None), Bar("Talas", 0)])
    assert '<title id="one-title">Persons</title>' in svg
    assert '<desc id="one-desc">Osh: 12; Naryn: hidden; Talas: 0</desc>' in svg
    assert 'aria-labelledby="one-title one-desc"' in svg
    assert "style" not in svg
    assert len(re.findall("<rect", svg)) == 1  # what is hidden has no length either


def test_lengths_are_parts_of_the_longest() -> None:
    svg = bars("two", "", [Bar("a", 200), Bar("b", 50), Bar("c", 1)])
    assert re.findall(r'width="([0-9.]+)%" height="22"', svg) == ["100.0", "25.0", "0.5"]


@pytest.mark.asvs("1.1.2", "1.2.1")
def test_names_are_text_and_nothing_else() -> None:
    assert "<script>" not in bars("three", "<script>", [Bar("<script>", 5)])
