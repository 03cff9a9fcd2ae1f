"""Tables of any make are read, or refused with the reason: nothing else ever happens."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamkor.methods.sheets.books import Book, open_book
from kamkor.methods.sheets.problems import FileError, Limits
from kamkor.methods.sheets.workbooks import cell_text
from tests.import_files import HEAD, changed_part, make, text_of, typed_workbook, workbook

LIMITS = Limits(bytes=2_000_000, rows=1000, columns=200)
ROW = ["Мисалова Айгүл", "1996", "ж", "", "KG", "Ош", "ооба", "белги"]


def read(raw: bytes, **more: str) -> tuple[Book, list[list[str]]]:
    book = open_book("list", raw, limits=LIMITS, **more)  # type: ignore[arg-type]
    return book, [row.cells for row in book.rows]


def refused(raw: bytes, **more: str) -> str:
    with pytest.raises(FileError) as error:
        read(raw, **more)
    return error.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    book, rows = read(text_of([HEAD, ROW], delimiter, encoding))
    assert (book.headings, rows) == (HEAD, [ROW])


def test_the_old_windows_encoding() -> None:
    table = [["ФИО", "Пол", "Телефон"], ["Мисалова Анна", "ж", "1"]]
    book, rows = read(text_of(table, ";", "cp1251"))
    assert (book.encoding, book.headings, rows) == ("cp1251", table[0], table[1:])


def test_a_workbook_gives_values() -> None:
    book, rows = read(typed_workbook())
    assert book.format == "xlsx"
    assert rows == [
        ["Мисалова Айгүл", "1996-05-03", "996555010203", "yes", "30", ""],
        ["Сынаков Эркин", "1990", "", "yes", "", ""],
    ]


def test_a_sheet_by_its_name() -> None:
    raw = workbook([HEAD, ROW, ROW[:3]])
    assert read(raw)[1] == [ROW, [*ROW[:3], *[""] * 5]]
    assert read(raw + b"", sheet="Тизме")[0].headings == HEAD
    assert refused(raw, sheet="Жок") == "no_sheet"
    assert refused(raw, sheet="Башка") == "empty"


def test_headings_that_repeat_or_are_missing_can_be_told_apart() -> None:
    book, _rows = read(b"name,phone,phone,,phone\na,1,2,3,4\n")
    assert book.headings == ["name", "phone", "phone (2)", "(4)", "phone (3)"]
    assert refused(b",,name,,\na,b,c,d,e\n") == "no_heading"


def test_flaws_of_rows_are_noted_not_raised() -> None:
    raw = "sep=;\nname;phone\n\nАйгүл;1\nАйгүл;1\nЭркин\nТилек;1;2\n".encode()
    book = open_book("list", raw, limits=LIMITS)
    assert [(row.number, row.flaw) for row in book.rows] == [
        (4, ""),
        (5, "duplicate_row"),
        (6, "ragged_row"),
        (7, "ragged_row"),
    ]


def test_a_cell_of_a_megabyte_is_the_trouble_of_its_row() -> None:
    _book, rows = read(b"name,note\na," + b"x" * 1_000_000 + b"\nb,c\n")
    assert [len(row[1]) for row in rows] == [1_000_000, 1]


def test_limits_are_said() -> None:
    assert refused(b"a,b\n" + b"1,2\n" * 400_000 * 2).startswith("too_")
    assert refused(b"a,b\n" + b"".join(b"%d,2\n" % number for number in range(1001))).startswith("too_")
    assert refused(b",".join(b"c%d" % number for number in range(201)) + b"\n1\n").startswith("too_")
    assert refused(b"") == "empty"
    assert refused(b"a,b\n") == "empty"
    assert refused(b"%PDF-1.7 nothing") == "not_text"
    assert refused(b'a,b\n"open quote,1\n') == "not_csv"


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><worksheet/>'
)


@pytest.mark.asvs("1.5.1")
@pytest.mark.parametrize(
    "text", [BOMB, BOMB.decode().encode("utf-16"), b" " * 5000 + BOMB, b"", b"\x00" * 99]
)
def test_no_entity_is_ever_defined(text: bytes) -> None:
    raw = changed_part(workbook([HEAD, ROW]), "xl/worksheets/sheet1.xml", text)
    assert refused(raw) == "broken_book"


def test_archives_that_are_no_workbooks() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert refused(out.getvalue()) == "broken_book"
    assert refused(b"PK\x03\x04 no archive at all") == "broken_book"
    assert refused(workbook([HEAD, ROW])[:-300]) == "broken_book"


def must_be_read_or_refused(raw: bytes) -> None:
    """A table whose rows are as wide as its heading or have a flaw, or the same reason each time."""
    try:
        book = open_book("list", raw, limits=LIMITS)
        rows = list(book.rows)
    except FileError:
        assert refused(raw)
    else:
        assert len(set(book.headings)) == len(book.headings) > 0
        assert all(row.flaw or len(row.cells) == len(book.headings) for row in rows)


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda raw: b"PK\x03\x04" + raw))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    must_be_read_or_refused(raw)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for raw in (text.encode("utf-8", "surrogatepass"), f"name;phone\n{text}".encode("utf-8", "replace")):
        must_be_read_or_refused(raw)


@given(st.floats() | st.integers() | st.booleans() | st.dates() | st.datetimes() | st.times() | st.none())
def test_any_value_of_a_workbook_is_a_text(value: object) -> None:
    assert isinstance(cell_text(value), str)


def test_what_was_made_is_what_is_read() -> None:
    for layout in ("csv", "xlsx"):
        made = make(60, layout=layout, bad=0)
        book, rows = read(made.content)
        assert (book.headings, len(rows)) == (HEAD, 60)
