"""Answers for other programs: each file is read again by what reads such files."""

import io
import zipfile
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from openpyxl import load_workbook

from kamkor.base.exports import as_csv
from kamkor.methods.surveys.answer_files import KINDS, Answers, written
from kamkor.methods.surveys.answers import ROW_ID, read_answers
from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.shipped import shipped
from kamkor.methods.surveys.tables import Asked, tabulate
from kamkor.methods.surveys.xlsform import read_form
from tests.methods.surveys.books import HOUSEHOLD, form

FORM, _FLAWS = read_form("f.xlsx", shipped("labour_market"))
ROWS = Rows(
    [
        {"place/region": "osh", "people/men": "4", "remarks": "=1+1", ROW_ID: "uuid:1"},
        {"place/region": "nowhere", "people/men": "", ROW_ID: "uuid:2"},
    ],
    {"offer": [{"offer/work": "field", "offer/pay": "9.5", "offer/signs": "papers hurry", Rows.PARENT: "0"}]},
)
GIVEN = Answers(FORM, ROWS, "ru", [("a/../b.jpg", b"1"), ("..\\b.jpg", b"2"), ("a_.._b.jpg", b"3")])


def parts(kind: str) -> dict[str, bytes]:
    content, ending = written(GIVEN, kind, as_csv)
    assert ending == ("xlsx" if kind == "xlsx" else "zip")
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_is_read_again_as_central_s_own(tmp_path: Path) -> None:
    files = parts("zip")
    media = {name: content for name, content in files.items() if name.startswith("media/")}
    assert sorted(media.values()) == [b"1", b"2", b"3"]
    assert not any(".." in Path(name).parts or "\\" in name for name in files)
    for name, content in files.items():
        if name.endswith(".csv"):
            (tmp_path / name).write_bytes(content)
    again = tabulate(FORM, read_answers(FORM, [tmp_path]), Asked(smallest=1))
    of_rows = {one.question: one for one in tabulate(FORM, ROWS, Asked(smallest=1)).tables}
    assert {one.question: one for one in again.tables if one.question in of_rows} == of_rows
    (signs,) = [table for table in again.tables if table.question == "offer/signs"]
    assert [row.cells[0].count for row in signs.rows if row.value in {"papers", "hurry", "young"}] == [
        1,
        1,
        0,
    ]
    assert "'=1+1" in (tmp_path / "labour_market.csv").read_text()


def test_spss_and_stata_have_labels_and_marks(tmp_path: Path) -> None:
    for kind, read in (("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)):
        for name, content in parts(kind).items():
            (tmp_path / name).write_bytes(content)
        main, told = read(str(tmp_path / f"labour_market.{kind}"), output_format="polars")
        assert told.column_names_to_labels["people_men"] == "Мужчины"
        assert told.variable_value_labels["place_region"][8] == "Ошская область"
        assert main["place_region"].to_list() == [8.0, None]  # nobody else can say what "nowhere" means
        offers, told = read(str(tmp_path / f"labour_market-offer.{kind}"), output_format="polars")
        assert (offers["offer_signs_papers"][0], offers["offer_signs_young"][0]) == (1.0, 0.0)
        assert offers["PARENT_KEY"].to_list() == ["uuid:1"]


def test_parquet_hxl_and_workbook() -> None:
    frame = pl.read_parquet(parts("parquet")["labour_market-offer.parquet"])
    assert frame["offer-signs"].to_list() == [["papers", "hurry"]]
    assert frame["offer-pay"].to_list() == [9.5]
    tags = parts("hxl")["labour_market.csv"].decode("utf-8-sig").splitlines()[1].split(",")
    assert (tags[3], tags[8], tags[-1]) == ("#adm1", "#affected+m", "#meta+id")
    book = load_workbook(io.BytesIO(written(GIVEN, "xlsx", as_csv)[0]))
    assert book.sheetnames == ["answers", "offer 1", "labels"]
    assert "Ошская область" in [row[3].value for row in book["labels"].iter_rows()]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_has_answered_yet(kind: str) -> None:
    asks = form(HOUSEHOLD["survey"], HOUSEHOLD["choices"])
    assert written(Answers(asks, Rows([])), kind, as_csv)[0]
