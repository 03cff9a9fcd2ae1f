"""Each rule of the reader by itself."""

import json
import re
from datetime import date
from decimal import Decimal

import pytest

from kamkor.methods.htcds import MESSAGES, FileError, Limits, Reading, read, write
from kamkor.methods.journeys import PartialDate

TODAY = date(2026, 6, 30)


def from_text(text: str, *, version: str | None = None, limits: Limits | None = None) -> Reading:
    return read("file.csv", text.encode(), version=version, today=TODAY, limits=limits)


def one(field: str, text: str, *, version: str = "2.0") -> object:
    """The value of one cell, or the code of its error."""
    raw = json.dumps([{field: text}]).encode()
    reading = read("one.json", raw, version=version, today=TODAY)
    if reading.errors:
        return reading.errors[0].code
    return reading.records[0].values.get(field)


def codes(reading: Reading) -> set[str]:
    return {notice.code for notice in reading.notices}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-05-31", PartialDate(2024, 5, 31)),
        ("31.05.2024", PartialDate(2024, 5, 31)),
        ("2024-05-31T10:20:00Z", PartialDate(2024, 5, 31)),
        ("2024-05", PartialDate(2024, 5)),
        ("05.2024", PartialDate(2024, 5)),
        ("2024", PartialDate(2024)),
        ("2026-06-30", PartialDate(2026, 6, 30)),
        ("2026-07-01", "future_date"),
        ("2027", "future_date"),
        ("31.02.2024", "bad_date"),
        ("05/06/2024", "bad_date"),
        ("1024-01-01", "bad_date"),
    ],
)
def test_dates(text: str, value: object) -> None:
    assert one("prs_Birthdate", text) == value


def test_a_plan_may_end_in_the_future_and_a_time_of_day_is_kept() -> None:
    assert one("spl_PlannedEndDate", "2030-01") == PartialDate(2030, 1)
    record = from_text("hte_Date\n2024-05-31 10:20\n").records[0]
    assert record.original == {"hte_Date": "2024-05-31 10:20"}


@pytest.mark.parametrize("word", ["true", "YES", "да", "Ооба", "1", "ha"])
def test_yes(word: str) -> None:
    assert one("con_Consent", word) is True


@pytest.mark.parametrize("word", ["false", "No", "нет", "ЖОК", "0", "yoʻq"])
def test_no(word: str) -> None:
    assert one("con_Consent", word) is False


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("con_Consent", "maybe", "bad_checkbox"),
        ("prs_NumberOfChildren", "3", 3),
        ("prs_NumberOfChildren", "-1", "out_of_range"),
        ("hte_Latitude", "42,87", Decimal("42.87")),
        ("hte_Longitude", "181", "out_of_range"),
        ("hte_Longitude", "1e999999999", "bad_number"),
        ("prs_Gender", "not specified/unknown", "NonSpecifiedUnknown"),
        ("prs_Gender", "Feminine;Masculine", "several_codes"),
        ("prs_Gender", "Female", "unknown_code"),
        ("vic_MethodsOfControl", "RestrictsMovement | Uses Children", ("RestrictsMovement", "UsesChildren")),
        ("vic_MethodsOfControl", "DebtBondage , FalsePromises;DebtBondage", ("DebtBondage", "FalsePromises")),
        ("vic_ForcedLabourIndustry", "Agriculture, forestry and fishing", "A_AgricultureForestryAndFishing"),
        ("prs_Citizenship", "KG, RU", ("KG", "RU")),
        ("prs_FirstName", "=1+1", "=1+1"),
        ("prs_FirstName", "Өмүр\u202e", "control_characters"),
        ("prs_FirstName", "А\ufffd", "wrong_encoding"),
    ],
)
def test_values(field: str, text: str, value: object) -> None:
    assert one(field, text) == value


def test_labels_of_0_2_may_hold_commas() -> None:
    raw = 'vic_MethodOfRecruitment,prs_Nationality\n"Internet (social media, online advertisement)",KG\n'
    record = from_text(raw).records[0]
    assert record.values == {"prs_Citizenship": ("KG",)}
    assert record.original["vic_MethodOfRecruitment"] == "Internet (social media, online advertisement)"


def test_an_error_names_place_and_mend_but_never_the_value() -> None:
    reading = from_text("cas_Status,prs_Gender\nActive,Femminine\nActive,Male\n", version="2.0")
    first, second = reading.errors
    assert (first.file, first.row, first.field, first.value_kind) == ("file.csv", 2, "prs_Gender", "picklist")
    assert first.params["suggestion"] == "Feminine"
    assert second.params["suggestion"] == "Masculine"
    assert "Femminine" not in repr(reading) + str(first) + repr(first)
    assert reading.rejected[2]["prs_Gender"] == "Femminine"


def test_every_message_has_plain_named_places() -> None:
    places = r"%\([a-z]+\)s"
    assert not [text for text in MESSAGES.values() if "%" in re.sub(places, "", text)]


def test_an_unknown_platform_is_other_and_kept() -> None:
    record = from_text("vic_RecruitmentWebsitesAndApps\nTelegram;Odnoklassniki\n").records[0]
    assert record.values["vic_RecruitmentWebsitesAndApps"] == ("Telegram", "Other")
    assert record.original["vic_RecruitmentWebsitesAndApps"] == "Telegram;Odnoklassniki"


class TestVersion:
    @pytest.mark.parametrize(
        ("text", "version", "notice"),
        [
            ("prs_Gender\nFemale\nMale\n", "0.2", "version_told"),
            ("con_UseOfData,prs_Gender\nyes,Feminine\n", "1.0", "version_told"),
            ("vic_TraffickingStatus\nActualVictimOfTrafficking\n", "2.0", "version_told"),
            ("prs_Gender\nFeminine\n", "2.0", "version_ambiguous"),
            ("cas_Status\nActive\n", "2.0", "version_ambiguous"),
            ("prs_Gender\nFemale\nMale\nMasculine\n", "0.2", "version_mixed"),
        ],
    )
    def test_is_told_and_explained(self, text: str, version: str, notice: str) -> None:
        reading = from_text(text)
        assert reading.version == version
        assert notice in codes(reading)

    def test_named_wins(self) -> None:
        raw = b'{"version": 1.0, "records": [{"prs_Gender": "Feminine"}]}'
        assert read("f", raw).version == "1.0"
        assert read("f", raw, version="2.0").version == "2.0"
        with pytest.raises(FileError) as refusal:
            read("f", raw, version="3.0")
        assert refusal.value.code == "unknown_version"


class TestHeadings:
    @pytest.mark.parametrize("heading", ["prs_FirstName", " PRS firstname ", "First Name", "firstname"])
    def test_are_read_with_tolerance(self, heading: str) -> None:
        assert from_text(f"{heading},cas_Status\nAna,Active\n").records[0].values["prs_FirstName"] == "Ana"

    def test_a_plain_word_is_kept_aside_and_said(self) -> None:
        reading = from_text("Phone,cas_Status\n312,Active\n")
        assert reading.records[0].extra == {"Phone": "312"}
        assert "ambiguous_column" in codes(reading)

    def test_a_repeated_column_is_kept(self) -> None:
        reading = from_text("cas_Status,cas_Status,x,x\nActive,Closed,1,2\n")
        assert reading.records[0].extra == {"cas_Status (2)": "Closed", "x": "1", "x (2)": "2"}


class TestRows:
    def test_people_without_a_name_may_be_alike(self) -> None:
        reading = from_text("prs_Gender,cas_Status\nFeminine,Active\nFeminine,Active\n")
        assert len(reading.records) == 2
        assert "repeated_rows" in codes(reading)

    def test_the_same_person_twice_is_an_error(self) -> None:
        reading = from_text("prs_FirstName,cas_Status\nAna,Active\nAna ,Active\n")
        assert [(error.code, error.params) for error in reading.errors] == [("duplicate_row", {"first": "2"})]

    def test_a_refused_row_is_given_back_whole(self) -> None:
        raw = b'["odd", {"prs_Gender": {"a": 1}, "x": "1"}, {"prs_Gender": "Feminine"}]'
        assert read("f", raw).rejected == {1: {"record": '"odd"'}, 2: {"prs_Gender": '{"a": "1"}', "x": "1"}}
        reading = from_text("cas_Status,x,x\nwrong,1,2\nActive,1,2,3\n")
        assert reading.rejected[2] == {"cas_Status": "wrong", "x": "1", "x (2)": "2"}
        assert reading.rejected[3]["column 4"] == "3"

    def test_empty_cells_at_the_end_do_no_harm(self) -> None:
        reading = from_text("sep=;\nprs_Gender;cas_Status;;\nFeminine;Active;;;;\nFeminine\n")
        assert [record.row for record in reading.records] == [3]
        assert reading.errors[0].params == {"found": "1", "expected": "2"}


class TestEncoding:
    TEXT = "prs_FirstName,prs_MailingCity\nАйгуль,Нарын\nНурлан,Ош\n"

    @pytest.mark.parametrize(
        ("encoding", "name"),
        [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1251", "cp1251")],
    )
    def test_is_told(self, encoding: str, name: str) -> None:
        reading = read("f.csv", self.TEXT.encode(encoding))
        assert reading.encoding == name
        assert reading.records[0].values["prs_FirstName"] == "Айгуль"
        assert ("encoding_cp1251" in codes(reading)) == (name == "cp1251")

    def test_utf_16_without_a_mark(self) -> None:
        assert read("f.csv", "prs_Gender\nFeminine\n".encode("utf-16-le")).encoding == "utf-16"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"prs_Gender\n", "empty"),
        (b"a,b\n1,2\n", "no_known_column"),
        (b"PK\x03\x04zip", "not_text"),
        (b"\x00\x01\x02\x03binary", "not_text"),
        (b'prs_Gender\n"Feminine\n', "not_csv"),
        (b"[{", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"prs_Gender": "Feminine"}', "not_json"),
        ("prs_FirstName\nJosé\n".encode("latin-1"), "unknown_encoding"),
        (b"prs_Gender\n" + b"Feminine\n" * 30, "too_many_rows"),
        (b"prs_Gender" + b",x" * 20 + b"\n1\n", "too_many_columns"),
        (b"prs_Gender\n" + b" " * 2000, "too_large"),
    ],
)
def test_what_cannot_be_read_is_said(raw: bytes, code: str) -> None:
    with pytest.raises(FileError) as refusal:
        read("f", raw, limits=Limits(bytes=200_000 if raw[:1] == b"[" else 1500, rows=20, columns=10))
    assert refusal.value.code == code
    assert str(refusal.value)


def test_a_long_text_is_refused_by_row() -> None:
    reading = from_text(f"prs_FirstName,cco_CaseComment\nAna,{'x' * 101}\n", limits=Limits(cell=100))
    assert [error.code for error in reading.errors] == ["too_long"]


def test_all_fields_are_written() -> None:
    heading = write([], format="csv").decode("utf-8-sig").strip().split(",")
    assert len(heading) == 84
    assert json.loads(write([], format="json"))["version"] == "2.0"
