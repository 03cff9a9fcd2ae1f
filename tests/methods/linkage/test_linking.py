"""Who is who in a short list, however it comes; and what a stranger's files are told."""

import random
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from kamkor.methods.linkage.linking import against_truth, link, overlap, quoted
from kamkor.methods.linkage.reading import COLUMNS, ID, ListProblem, read_list, read_lists

HEADING = "unique_id,first_name,surname,patronymic,dob,city,phone"
PEOPLE = """\
1,Айгүл,Токтогулова,Асановна,1994-05-31,Бишкек,+996555010203
2,AIGUL,TOKTOGULOVA,ASANOVNA,31.05.1994,Bishkek,0555 01-02-03
3,Токтогулова,Айгул,,1994-05-31,Бишкек,
4,Айнура,Токтогулова,Асановна,1994-05-31,Бишкек,+996555010203
5,Нурлан,Токтогулов,Асан уулу,1990-02-03,Бишкек,0555010203
6,Nurlan,Toktogulov,Asanovich,1990-03-02,Bishkek,
7,Айгүл,Токтогулова,Бакытовна,1972-11-08,Ош,+996700998877
8,Жылдыз,Сапарова,Эмилбековна,1988-12-01,Каракол,+996777123456
9,Jyldyz,Saparova,,1988-12-01,Karakol,+996777123465
10,Бермет,Осмонова,Канатовна,2001-01-15,Нарын,
11,Гүлнара,Исакова,,1985,Талас,
12,Эрмек,Жумабаев,Кадырович,1979-07-07,Ош,+996502111222
""".splitlines()
SAME = {("1", "2", "3"), ("5", "6"), ("8", "9")}
SISTER, NAMESAKE = "4", "7"


def test_spellings_swapped_fields_and_dates_meet_and_relatives_do_not() -> None:
    assert groups(link(frame(PEOPLE)).clusters()) == SAME


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    shuffled = random.Random(seed).sample(PEOPLE, len(PEOPLE))
    first, second = link(frame(PEOPLE)), link(frame(shuffled))
    assert second.clusters().equals(first.clusters())
    assert second.review().equals(first.review())


def test_the_order_of_lists_changes_nothing_and_nobody_is_twice_on_one() -> None:
    police, health = (
        frame(PEOPLE[::2], "police"),
        frame([*PEOPLE[1::2], PEOPLE[0].replace("1,", "99,", 1)], "health"),
    )
    answer = link(pl.concat([police, health])).clusters()
    assert link(pl.concat([health, police])).clusters().equals(answer)
    sizes = answer.group_by("cluster_id", "source").len()
    assert sizes["len"].max() == 1
    # 2 and 99 are the same person on one list: one of them is 1, the other stays alone
    one = answer.filter(pl.col(ID).is_in(["1", "2", "99"]))
    assert one["cluster_id"].n_unique() == 2


def test_clusters_have_reasons_and_doubtful_pairs_stand_side_by_side() -> None:
    found = link(frame(PEOPLE))
    because = found.reasons()["because"].to_list()
    assert len(because) == len(SAME)
    assert any("day and month swapped" in reason for reason in because)
    assert any("names in another order" in reason for reason in because)
    columns = found.review().columns
    assert columns[:3] == ["probability", "joined", "because"]
    assert columns.index("surname_2") == columns.index("surname_1") + 1


def test_a_sheet_that_opens_the_review_runs_no_formula() -> None:
    cells = pl.Series(
        "surname_1", ["=HYPERLINK(1)", "-1+1", "+1+cmd", "@sum", "+996 555 (01) 02-03", "Осмонова"]
    )
    told = quoted(cells).to_list()
    assert told == ["'=HYPERLINK(1)", "'-1+1", "'+1+cmd", "'@sum", "+996 555 (01) 02-03", "Осмонова"]


def test_the_overlap_counts_each_person_once() -> None:
    police, health = frame(PEOPLE[:1] + PEOPLE[4:5], "police"), frame(PEOPLE[1:2] + PEOPLE[9:10], "health")
    answer = link(pl.concat([police, health])).clusters()
    rows = overlap(answer).rows(named=True)
    assert {(row["health"], row["police"]): row["count"] for row in rows} == {(1, 1): 1, (1, 0): 1, (0, 1): 1}


def test_precision_and_recall_are_of_pairs_within_clusters() -> None:
    answer = pl.DataFrame({"source": ["a"] * 4, ID: ["1", "2", "3", "4"], "cluster_id": [1, 1, 1, 2]})
    truth = pl.DataFrame({"source": ["a"] * 4, ID: ["1", "2", "3", "4"], "entity": ["x", "x", "y", "y"]})
    measured = against_truth(answer, truth)
    assert measured == pytest.approx({"precision": 1 / 3, "recall": 1 / 2, "f1": 2 / 5})


@pytest.mark.parametrize(
    "rows",
    [["1,,,,,,"], ["1,,,,,,", "2,,,,,,"], ["1,А,Б,,,,", "2,А,Б,,,,"], ["1,?,!,—,31.02.19999,№,x"] * 1],
)
def test_rows_that_say_next_to_nothing_are_no_error_and_nobody_is_joined_for_it(rows: list[str]) -> None:
    assert link(frame(rows)).clusters()["cluster_id"].n_unique() == len(rows)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (f"{HEADING}\n".encode(), "no row"),
        ("first_name,surname\nА,Б\n".encode(), "row 1: the column unique_id is missing"),
        (b"unique_id,colour\n1,red\n", "row 1: none of the columns"),
        (b"unique_id,surname,surname\n1,A,B\n", "row 1: the column surname is there twice"),
        (b"unique_id,surname\n1,A\n\n,B\n", "row 4, field unique_id: it is empty"),
        (b"unique_id,surname\n1,A\n2,B\n1,C\n", "row 4, field unique_id: 1 stands there twice"),
        (b"unique_id,surname\n1,A\n2,B,C\n", "row 3: 3 fields, the heading has 2"),
        (b"unique_id,surname\n1,A\n2\n", "row 3: 1 fields, the heading has 2"),
        (
            "unique_id,surname\n1,A\n2,Петров\n".encode("cp1251"),
            "row 3, field surname: the text is not in UTF-8",
        ),
        (b'unique_id,surname\n1,"A\n', "a quote is not closed"),
        (b"\x00\x01\x02", "column unique_id is missing"),
    ],
)
def test_a_bad_file_is_told_where_and_how_to_mend(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "sent.csv"
    path.write_bytes(content)
    with pytest.raises(ListProblem, match=told) as problem:
        read_list(path)
    assert str(problem.value).startswith("sent.csv")
    assert "Петров" not in str(problem.value)


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "list.csv").write_text("unique_id,surname\n1,A\n")
    with pytest.raises(ListProblem, match="Rename"):
        read_lists([tmp_path / "a" / "list.csv", tmp_path / "b" / "list.csv"])


def test_semicolons_a_mark_and_unknown_columns_are_well(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\ufeffUnique_ID ;Surname;colour\n1; Осмонова ;red\n", encoding="utf-8")
    row = read_list(path).row(0, named=True)
    assert row == {"source": "list", ID: "1", **dict.fromkeys(COLUMNS, ""), "surname": "Осмонова"}


def frame(rows: Iterable[str], source: str = "list") -> pl.DataFrame:
    cells = [row.split(",") for row in rows]
    return pl.DataFrame(
        [[source, *row] for row in cells],
        schema=dict.fromkeys(["source", ID, *COLUMNS], pl.String),
        orient="row",
    )


def groups(answer: pl.DataFrame) -> set[tuple[str, ...]]:
    found = answer.group_by("cluster_id").agg(pl.col(ID).sort())
    return {tuple(ids) for ids in found[ID].to_list() if len(ids) > 1}
