"""Words to come back with, opening hours, and buckets against floods."""

from datetime import datetime
from random import Random

import pytest

from kamkor.methods import slips
from kamkor.methods.buckets import Buckets
from kamkor.methods.opening_hours import is_open


@pytest.mark.parametrize("language", slips.LANGUAGES)
def test_words_are_read_however_they_are_typed(language: str) -> None:
    for seed in range(200):
        words = slips.new_words(language, Random(seed))
        read = slips.read(words)
        assert len(read.split()) == slips.WORDS
        typed = words.upper().replace(" ", ",  ").replace("ʻ", "'").replace("Ң", "Н").replace("Ө", "О")
        assert slips.read(typed) == read
    digits = slips.new_digits(Random(1))
    assert slips.read(digits.replace(" ", "")) == slips.read(digits) != ""
    assert slips.read("one two") == slips.read("12 34") == slips.read("") == ""


def test_hours_are_open_shut_or_unknown() -> None:
    monday, sunday = datetime(2026, 11, 23, 10, 0), datetime(2026, 11, 22, 3, 0)  # noqa: DTZ001 - the clock there
    assert is_open("24/7", sunday) is True
    assert is_open("Mo-Fr 09:00-18:00", monday) is True
    assert is_open("Mo-Fr 09:00-18:00", sunday) is False
    assert is_open("Sa 22:00-04:00; Mo 09:00-09:30", sunday) is True
    assert is_open("", monday) is is_open("by appointment", monday) is None


def test_a_bucket_lets_the_seldom_pass_and_forgets_the_oldest() -> None:
    buckets = Buckets(2, 10, most=2)
    assert [buckets.take(b"a", 0), buckets.take(b"a", 0), buckets.take(b"a", 0)] == [0, 0, 10]
    assert buckets.take(b"a", 5) == 5
    assert buckets.take(b"b", 5) == buckets.take(b"a", 21) == buckets.take(b"c", 21) == 0
    assert len(buckets._held) == 2
