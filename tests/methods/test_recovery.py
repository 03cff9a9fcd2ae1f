"""The printed key is read back however it is typed, and a slip is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkor.methods.recovery import GROUPS, from_words, to_words

KEYS = st.binary(min_size=32, max_size=32)
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(KEYS)
def test_typed_as_printed_or_carelessly(key: bytes) -> None:
    printed = to_words(key)
    assert from_words(printed) == key
    careless = printed.lower().replace("0", "o").replace("1", "l").replace(" ", "-").replace("\n", "  ")
    assert from_words(careless) == from_words(careless.replace("-", "")) == key


def test_it_is_easy_to_type() -> None:
    lines = to_words(bytes(range(32))).split("\n")
    assert [len(line.split()) for line in lines] == [6, 6, 6]
    assert all(len(group) == 4 for line in lines for group in line.split())


@given(KEYS, st.integers(0, GROUPS - 1), st.integers(0, 3), st.sampled_from(SIGNS + "U!"))
def test_one_wrong_sign_names_its_group(key: bytes, group: int, place: int, sign: str) -> None:
    groups = to_words(key).split()
    written = groups[group]
    groups[group] = written[:place] + sign + written[place + 1 :]
    if groups[group] != written:
        with pytest.raises(ValueError, match=f"^Group {group + 1} is wrong$"):
            from_words(" ".join(groups))


@given(KEYS, st.integers(0, GROUPS - 1), st.integers(0, 2))
def test_two_signs_exchanged_name_their_group(key: bytes, group: int, place: int) -> None:
    groups = to_words(key).split()
    written = groups[group]
    groups[group] = written[:place] + written[place + 1] + written[place] + written[place + 2 :]
    if groups[group] != written:
        with pytest.raises(ValueError, match=f"^Group {group + 1} is wrong$"):
            from_words(" ".join(groups))


@given(KEYS, st.integers(0, GROUPS - 1), st.integers(0, GROUPS - 1))
def test_two_groups_exchanged_are_found(key: bytes, one: int, other: int) -> None:
    groups = to_words(key).split()
    groups[one], groups[other] = groups[other], groups[one]
    if one != other:
        with pytest.raises(ValueError, match=f"^Group {min(one, other) + 1} is wrong$"):
            from_words(" ".join(groups))


def test_too_few_too_many_and_mixed_groups() -> None:
    one, other = to_words(bytes(32)).split(), to_words(bytes([255] * 32)).split()
    with pytest.raises(ValueError, match="Group 18 is wrong"):
        from_words(" ".join(one[:-1]))
    with pytest.raises(ValueError, match="more than 18"):
        from_words(" ".join([*one, "0000"]))
    with pytest.raises(ValueError, match="belong together"):
        from_words(" ".join([*one[:9], *other[9:]]))
    with pytest.raises(ValueError, match="32 bytes"):
        to_words(b"short")
