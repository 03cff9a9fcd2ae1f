"""Whole files, as an organisation would send them: every dirty row is refused for its reason, no other is."""

from functools import cache
from typing import Literal

import pytest

from kamkor.methods.htcds import Reading, Record, cases, read, write
from tests.htcds_files import TODAY, Expected, make_file

Made = tuple[Reading, Expected]
FILES = [(version, layout) for version in ("0.2", "1.0", "2.0") for layout in ("csv", "json")]


@cache
def made_once(version: str, layout: str) -> Made:
    raw, expected = make_file(version, layout, cases=1000, seed=1)
    return read(f"cases.{layout}", raw, today=TODAY), expected


def content(records: list[Record]) -> list[object]:
    return [(record.values, record.original, record.extra) for record in records]


@pytest.mark.parametrize(("version", "layout"), FILES)
class TestThousandCases:
    @pytest.fixture
    def made(self, version: str, layout: str) -> Made:
        return made_once(version, layout)

    def test_every_row_gets_what_it_deserves(self, made: Made, version: str, layout: str) -> None:
        reading, expected = made
        found: dict[int, set[str]] = {}
        for error in reading.errors:
            found.setdefault(error.row, set()).add(error.code)
        assert reading.version == version
        assert reading.format == layout
        assert {record.row for record in reading.records} == expected.good
        assert found == {row: {code} for row, code in expected.bad.items()}
        assert set(reading.rejected) == set(expected.bad)

    def test_codes_are_translated_to_2_0(self, made: Made, version: str, layout: str) -> None:
        reading, expected = made
        by_row = {record.row: record for record in reading.records}
        assert expected.genders
        for row, gender in expected.genders.items():
            assert by_row[row].values.get("prs_Gender", "") == gender
            assert ("prs_Gender" in by_row[row].original) == (version == "0.2")

    def test_rows_become_cases_and_unknown_columns_are_named(self, made: Made) -> None:
        reading, expected = made
        assert {bundle.key for bundle in cases(reading)} == expected.cases
        named = {notice.params["column"] for notice in reading.notices if notice.code == "unknown_column"}
        assert named == set(expected.unknown_columns)
        assert any(record.extra.get("Кызматкердин белгиси") == "ң, ө, ү" for record in reading.records)

    @pytest.mark.parametrize("out", ["csv", "json"])
    def test_a_round_trip_loses_nothing(self, made: Made, out: Literal["csv", "json"]) -> None:
        records = made[0].records
        assert records
        again = read("again", write(records, format=out), today=TODAY)
        assert not again.errors
        assert again.version == "2.0"
        assert content(again.records) == content(records)


@pytest.mark.parametrize(("version", "layout"), FILES)
def test_a_clean_file_has_no_errors(version: str, layout: str) -> None:
    raw, expected = make_file(version, layout, cases=50, seed=7, dirt=False)
    reading = read("clean", raw, today=TODAY)
    assert not reading.errors
    assert {record.row for record in reading.records} == expected.good


def test_the_same_seed_makes_the_same_file() -> None:
    assert make_file("1.0", "csv", cases=20, seed=3)[0] == make_file("1.0", "csv", cases=20, seed=3)[0]
