"""What holds for any input: no crash, and nothing lost on the way out and in again."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from kamkor.methods.htcds import FileError, Reading, cases, read, write
from kamkor.methods.htcds.standard import standard
from tests.htcds_files import TODAY

HEADINGS = [
    *standard("2.0").fields,
    "prs_Nationality",
    "con_UseOfData",
    "Id",
    "kmk_extra_x",
    "City",
    "",
    "ң,\n;",
]
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["Feminine", "Female", "yes", "2020-05", "31.12.1999", "4.50", "Other; x", "=A1", 'a"b', "a\rb"]
    ),
    st.sampled_from([code for item in standard("2.0").fields.values() for code in item.codes]),
)
JSON_CELLS = st.recursive(
    st.one_of(CELLS, st.none(), st.booleans(), st.integers(), st.floats()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
KEYS = st.one_of(st.sampled_from(HEADINGS), st.text(max_size=8))


def attempt(raw: bytes) -> Reading | None:
    try:
        return read("any", raw, today=TODAY)
    except FileError:
        return None


def check_round_trip(reading: Reading | None) -> None:
    if reading is None:
        return
    assert all(str(error) for error in reading.errors)
    assert all(str(notice) for notice in reading.notices)
    cases(reading)
    records = [record for record in reading.records if record.values]
    for layout in ("csv", "json") if records else ():
        again = read("again", write(records, format=layout), today=TODAY)
        assert [each.values for each in again.records] == [each.values for each in records]
        assert [each.original for each in again.records] == [each.original for each in records]
        assert [each.extra for each in again.records] == [each.extra for each in records]


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"prs_Gender,Id\n", b"[", b"\xff\xfe", b'[{"prs_Gender": "']),
)
def test_any_bytes_give_a_reading_or_a_refusal(raw: bytes, start: bytes) -> None:
    check_round_trip(attempt(start + raw))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(KEYS, JSON_CELLS, min_size=1, max_size=6), min_size=1, max_size=5))
def test_any_json_survives_the_round_trip(records: list[dict[str, object]]) -> None:
    check_round_trip(attempt(json.dumps(records).encode()))


@settings(max_examples=100, deadline=None)
@given(st.lists(KEYS, min_size=1, max_size=5), st.data())
def test_any_csv_survives_the_round_trip(headings: list[str], data: st.DataObject) -> None:
    width = len(headings)
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4))
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in (headings, *rows)]
    check_round_trip(attempt("\n".join(lines).encode("utf-8", "surrogatepass")))
