"""What single rows say, in four languages and in every kind of dirt."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kamkor.assistance.imports.fields import FIELDS, propose
from kamkor.assistance.imports.understanding import Setup, understand
from kamkor.base.exports import as_csv
from kamkor.methods.sheets.rows import Row

DAY = date(2026, 6, 30)


def one(kind: str = "persons", **cells: str) -> dict[str, object]:
    row = said(kind, **cells)
    assert not row.wrong, row.wrong
    values: dict[str, object] = row.values
    return values


def said(kind: str = "persons", consent: str = "all", **cells: str):  # type: ignore[no-untyped-def]
    setup = Setup(kind, tuple(cells), consent=consent)
    return understand(Row(2, list(cells.values())), setup, DAY)


def wrong(kind: str = "persons", **cells: str) -> list[tuple[str, str]]:
    return [(bad.field, bad.code) for bad in said(kind, **cells).wrong]


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (["ФИО", "Дата рождения", "Пол", "Гражданство"], ["name", "birth_date", "sex", "citizenships"]),
        (["Аты-жөнү", "Туулган жылы", "Жынысы", "Макулдугу"], ["name", "birth_year", "sex", "consent"]),
        (["Familiyasi", "Ismi", "Tugʻilgan sanasi"], ["surname", "first_name", "birth_date"]),
        (["Familiyasi", "Otasining ismi", "Tug'ilgan yili"], ["surname", "patronymic", "birth_year"]),
        (["Full name", "DOB", "Gender", "Phone", "Phone 2"], ["name", "birth_date", "sex", "phone", "phone"]),
        (["Телефон", "Тел.", "Дата рождени"], ["phone", "phone", "birth_date"]),
        (["№", "Кабинет"], ["", ""]),
    ],
)
def test_columns_are_known_by_their_names_in_four_languages(headings: list[str], fields: list[str]) -> None:
    assert propose("persons", headings) == fields


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ж", "female"),
        ("Аял", "female"),
        ("ayol", "female"),
        ("F", "female"),
        ("Муж.", "male"),
        ("эркек", "male"),
    ],
)
def test_sex_in_four_languages(text: str, code: str) -> None:
    assert one(name="A B", sex=text)["sex"] == code


def test_dates_places_countries_and_codes() -> None:
    for text in ("03.05.1996", "1996-05-03", "3.5.1996"):
        assert str(one(name="A", birth_date=text)["birth_date"]) == "1996-05-03"
    assert str(one(name="A", birth_date="05.1996")["birth_date"]) == "1996-05"
    values = one(
        "cases", citizenships="КР; Россия", purposes="ForcedLabour", means="DebtBondage;FalsePromises"
    )
    assert values["citizenships"] == ["KG", "RU"]
    assert values["purposes"] == ["ForcedLabour"]
    assert values["means"] == ["DebtBondage", "FalsePromises"]
    with translation.override("ru"):
        assert one(name="A", home_place="Ош шаары")["home_place"]
    assert one("cases", standing="подтверждена")["standing"] == "confirmed"


def test_what_is_wrong_names_the_field_and_the_mend() -> None:
    assert wrong(name="A", birth_date="31.02.1990") == [("birth_date", "bad_date")]
    assert wrong(name="A", birth_date="2044") == [("birth_date", "future_date")]
    assert wrong(name="A", sex="жн") == [("sex", "unknown_choice")]
    assert wrong(name="A\x00") == [("name", "control_characters")]
    assert wrong(name="\u202eA") == [("name", "control_characters")]
    assert wrong(name="x" * 300) == [("name", "too_long")]
    assert wrong(name="A", birth_date="#REF!") == [("birth_date", "formula_error")]
    assert wrong(phone="1234567") == [("", "nobody")]
    assert wrong(name="A", birth_date="1996-01-01", birth_year="1990") == [("birth_year", "date_and_year")]
    assert wrong("cases", opened_on="2020", closed_on="2019") == [("closed_on", "bad_order")]
    assert wrong("organisations", organisation_name="X") == [("organisation_kind", "missing_required")]
    assert wrong("contacts", channel="phone") == [("started_at", "missing_required")]
    assert wrong("cases", person_code="KM-0000-00") == [("person_code", "unknown_person")]


@pytest.mark.asvs("2.2.3")
def test_nobody_is_filed_without_having_agreed() -> None:
    assert [bad.code for bad in said(consent="row", name="A").wrong] == ["no_consent"]
    assert wrong(name="A", age="12", birth_year="2014") == []
    child = said(consent="row", name="A", age="12")
    assert [bad.code for bad in child.wrong] == ["child_without_consent"]


def test_two_identical_calls_are_two_calls_but_two_identical_people_are_not() -> None:
    setup = Setup("contacts", ("started_at", "channel"))
    row = Row(3, ["2026-05-01", "phone"], "duplicate_row", params={"first": "2"})
    assert not understand(row, setup, DAY).wrong
    assert understand(row, Setup("persons", ("name", "phone"), consent="all"), DAY).wrong


KINDS = st.sampled_from(sorted(FIELDS))
ODD = ("1", "2020-01-01", "99.99.9999", "25:99", "٣", "²", "2020-01-01 25:61")
WORDS = st.text(max_size=30) | st.sampled_from(ODD)


@given(KINDS, st.lists(WORDS, min_size=40, max_size=40))
def test_any_cell_is_understood_or_refused(kind: str, words: list[str]) -> None:
    """Every field of a kind with any text in it: a value or an error, never an exception."""
    names = tuple(field.name for field in FIELDS[kind])
    understood = understand(Row(2, words[: len(names)]), Setup(kind, names, consent="all"), DAY)
    assert understood.values.keys() | {bad.field for bad in understood.wrong} <= {*names, ""}
    assert all(bad.code for bad in understood.wrong)


def test_formulas_do_not_leave_in_the_download() -> None:
    assert as_csv(["=a"], [["=1+1", "@x", "+996", "-1", 5]]).decode("utf-8-sig").splitlines() == [
        "'=a",
        "'=1+1,'@x,'+996,'-1,5",
    ]
