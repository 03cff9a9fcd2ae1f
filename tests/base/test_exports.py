"""Tables that leave: no cell is ever run as a formula."""

import io

import pytest
from openpyxl import load_workbook

from kamkor.base import exports

BAD = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", '=HYPERLINK("x")']


@pytest.mark.asvs("1.3.3")
@pytest.mark.parametrize("text", BAD)
def test_a_cell_that_a_sheet_would_run_is_quoted(text: str) -> None:
    assert str(exports.safe(text)).startswith("'")


def test_numbers_and_plain_words_stay_as_they_are() -> None:
    assert [exports.safe(value) for value in ("Ош", -5, None, "a=b", "a\x00b")] == [
        "Ош",
        -5,
        None,
        "a=b",
        "ab",
    ]


def test_both_kinds_hold_the_same_and_no_formula() -> None:
    rows = [[text, -5] for text in BAD]
    sheet = load_workbook(io.BytesIO(exports.as_xlsx(["=head", "n"], rows))).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type in ("s", "n") for cell in cells)
    lines = exports.as_csv(["=head", "n"], rows).decode("utf-8-sig").splitlines()
    assert lines[0] == "'=head,n"
    assert lines[1] == "'=1+1,-5"


@pytest.mark.asvs("5.4.1")
def test_the_table_is_a_download() -> None:
    answer = exports.table("cases", "xlsx", ["a"], [["b"]])
    assert answer["Content-Disposition"] == 'attachment; filename="cases.xlsx"'
