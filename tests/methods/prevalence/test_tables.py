"""Lists as files and as tables: what is read, and how what is wrong is named."""

import pytest

from kamkor.methods.prevalence.reading import Kind, read
from kamkor.methods.prevalence.tables import Table, TableProblem

COUNTS = "a,b,c,count\n1,0,0,5\n0,1,1,2\n"


@pytest.mark.parametrize("name", ["count", "n", "Freq", "freq", "Count", "N"])
def test_a_column_of_counts_has_one_of_these_names(name: str) -> None:
    assert read(COUNTS.replace("count", name)).table == Table(("a", "b", "c"), {1: 5, 6: 2})


def test_without_counts_each_row_is_a_person() -> None:
    assert read("a,b,c\n1,0,0\n1,0,0\n0,1,1\n").table.counts == {1: 2, 6: 1}
    assert read("p,s,N\n1,0,0\n1,0,0\n0,1,1\n").table.lists == ("p", "s", "N")


def test_equal_histories_add_up_and_zeros_are_left_out() -> None:
    assert read(COUNTS + "1,0,0,3\n1,1,1,0\n").table.counts == {1: 8, 6: 2}


def test_other_separators_and_a_byte_order_mark_are_read() -> None:
    assert read("\ufeffa;b;c;n\n1;0;0;5\n0;1;1;2\n").table.observed == 7


@pytest.mark.parametrize(
    "text", ['"","a","b","c","n"\n"1",1,0,0,5\n"2",0,1,1,2\n', "a,b,c,n,\n1,0,0,5,\n0,1,1,2,\n"]
)
def test_numbers_of_rows_and_empty_columns_without_a_name_are_no_lists(text: str) -> None:
    assert read(text).table == Table(("a", "b", "c"), {1: 5, 6: 2})


def test_groups_and_own_referrals_are_kept_apart() -> None:
    text = "a,b,c,sex,sent\n1,1,0,f,b\n1,0,0,f,\n0,1,1,m,\n1,0,1,,c\n"
    sheet = read(text, by="sex", referred="sent")
    assert {name: dict(table.counts) for name, table in sheet.strata.items()} == {
        "f": {1: 1, 3: 1}, "m": {6: 1}, "unknown": {5: 1}
    }  # fmt: skip
    assert sheet.without_referred is not None
    assert sheet.without_referred.counts == {1: 3, 6: 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (COUNTS + "0,0,0,4\n", "Row 4: this history is on no list"),
        (COUNTS + "1,1,0,-1\n", "Row 4, column “count”: “-1” is not a whole number"),
        (COUNTS + "1,1,0,1.5\n", "Row 4, column “count”: “1.5” is not a whole number"),
        (COUNTS + "1,1,0,nan\n", "Row 4, column “count”: “nan” is not a whole number"),
        (COUNTS + "1,1,0,inf\n", "Row 4, column “count”: “inf” is not a whole number"),
        (COUNTS + "1,1,0,\n", "Row 4, column “count”: “” is not a whole number"),
        (COUNTS + "1,2,0,1\n", "Row 4, column “b”: “2” is neither 0 nor 1"),
        (COUNTS + "1,,0,1\n", "Row 4, column “b”: “” is neither 0 nor 1"),
        (COUNTS + "1,0,1\n", "Row 4 has 3 cells, the heading has 4"),
        ("a,a,count\n1,0,1\n", "the column “a” twice"),
        ("a,b,n,count\n1,0,1,1\n", "Two columns look like counts"),
        ("a,,c\n1,0,1\n", "Every list needs a column of its own"),
        ("count\n3\n", "Every list needs a column of its own"),
        ("a,b,c\n", "The file has no people"),
        ("", "Every list needs a column of its own"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, said: str) -> None:
    with pytest.raises(TableProblem, match=said.replace("(", r"\(")):
        read(text)


def test_the_kind_that_is_asked_for_must_fit() -> None:
    with pytest.raises(TableProblem, match="There is no column of counts"):
        read("a,b\n1,1\n", kind=Kind.COUNTS)
    with pytest.raises(TableProblem, match="take column “count” out"):
        read(COUNTS, kind=Kind.INDIVIDUALS)
    with pytest.raises(TableProblem, match="There is no column “sex”"):
        read(COUNTS, by="sex")
    with pytest.raises(TableProblem, match="there is no list “d”"):
        read("a,b,sent\n1,1,d\n", referred="sent")
    with pytest.raises(TableProblem, match="found by none"):
        read("a,b,sent\n1,1,a+b\n", referred="sent")


def test_merging_takes_lists_as_one() -> None:
    merged = Table(("a", "b", "c"), {1: 5, 3: 1, 4: 2, 5: 3}).merged(["c", "a"])
    assert merged == Table(("c+a", "b"), {1: 10, 3: 1})
    with pytest.raises(TableProblem, match="There is no list “x”"):
        merged.merged(["x", "b"])
    with pytest.raises(TableProblem, match="two lists or more"):
        merged.merged(["b"])


def test_overlaps_are_counted_and_connect_lists_or_not() -> None:
    table = Table(("a", "b", "c", "d"), {3: 4, 12: 2, 1: 5, 7: 1})
    assert (table.on(0), table.on(0, 0), table.on(0, 1), table.repeated) == (10, 10, 5, 7)
    assert table.connected()
    assert not Table(("a", "b", "c", "d"), {3: 4, 12: 2, 1: 5}).connected()
    assert Table(("a", "b", "c"), {1: 2, 5: 1}).trimmed() == Table(("a", "c"), {1: 2, 3: 1})


def test_nobody_can_be_on_no_list() -> None:
    with pytest.raises(TableProblem, match="all-zero"):
        Table(("a",), {0: 1})
