"""Answers as tables: denominators, several answers, repeats, weights, small counts."""

import csv
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kamkor.methods.surveys.answers import BadAnswers, read_answers
from kamkor.methods.surveys.column_files import as_columns
from kamkor.methods.surveys.counting import MISSING, OTHER, Rows, Source
from kamkor.methods.surveys.shares import counts_behind, shares
from kamkor.methods.surveys.tables import Asked, NoSuchQuestion, Table, tabulate
from kamkor.methods.surveys.xlsform import read_form
from tests.methods.surveys.books import HOUSEHOLD, workbook

FORM = read_form("h.xlsx", workbook(HOUSEHOLD))[0]
REGION, LEAVES, WAYS, SIZE, AWAY = "region", "work/leaves", "work/ways", "work/size", "member/away"


def rows(*found: Mapping[str, str], repeats: Mapping[str, Sequence[Mapping[str, str]]] | None = None) -> Rows:
    return Rows(found, repeats or {})


def one(source: Source, name: str, asked: Asked) -> Table:
    made = tabulate(
        FORM, source, Asked(asked.by, (name,), asked.weight, "ru", asked.smallest, asked.decimals)
    )
    assert len(made.tables) == 1, made.left_out
    return made.tables[0]


def cells(table: Table, column: int = 0) -> dict[str, tuple[int | None, float | None, float | None]]:
    return {
        row.value: (cell.count, cell.share_of_all, cell.share_of_answered)
        for row in table.rows
        for cell in [row.cells[column]]
    }


def test_who_said_nothing_is_a_row_and_both_denominators_are_told() -> None:
    given = [{LEAVES: "yes"}] * 12 + [{LEAVES: "no"}] * 6 + [{LEAVES: ""}] * 5 + [{LEAVES: "old"}]
    table = one(rows(*given), "leaves", Asked(smallest=1))
    assert (table.columns[0].base, table.columns[0].answered) == (24, 19)
    assert cells(table) == {
        "yes": (12, 50.0, 63.2), "no": (6, 25.0, 31.6), OTHER: (1, 4.2, 5.3), MISSING: (5, 20.8, None),
    }  # fmt: skip
    assert [row.label for row in table.rows][:2] == ["Да", "Нет"]


def test_shares_of_several_answers_are_of_people_and_may_pass_100() -> None:
    given = [{WAYS: "bus plane"}] * 10 + [{WAYS: "bus bus"}] * 5 + [{}] * 5
    found = cells(one(rows(*given), "ways", Asked()))
    assert found == {"bus": (15, 75.0, 100.0), "plane": (10, 50.0, 66.7), MISSING: (5, 25.0, None)}


def test_small_counts_are_hidden_with_what_would_give_them_away() -> None:
    given = [{LEAVES: "yes"}] * 30 + [{LEAVES: "no"}] * 3 + [{}] * 7
    table = one(rows(*given), "leaves", Asked())
    assert {value: count for value, (count, *_shares) in cells(table).items()} == {
        "yes": 30, "no": None, MISSING: None,
    }  # fmt: skip
    # How many answered would tell the rest, and the share of them too.
    assert table.columns[0].answered is None
    assert cells(table)["yes"] == (30, 75.0, None)
    few = [{WAYS: "bus"}] * 19 + [{WAYS: "bus plane"}]
    assert cells(one(rows(*few), "ways", Asked()))["plane"][0] is None
    # 19 of 20 took no plane: where one is missing from a full count, it is told as well.
    assert cells(one(rows(*[{WAYS: "bus plane"}] * 19, {WAYS: "bus"}), "ways", Asked()))["plane"][0] is None


def test_a_repeat_is_counted_by_its_rows_in_the_groups_of_its_submissions() -> None:
    main = [{REGION: "osh"}, {REGION: "naryn"}]
    members = [{AWAY: "yes", Rows.PARENT: "0"}] * 6 + [{AWAY: "no", Rows.PARENT: "1"}] * 7
    table = one(rows(*main, repeats={"member": members}), "away", Asked(by="region"))
    assert (table.unit, [column.label for column in table.columns]) == ("member", ["(all)", "Ош", "Нарын"])
    assert [column.base for column in table.columns] == [13, 6, 7]
    assert cells(table, 1)["yes"] == (6, 100.0, 100.0)


def test_weights_change_shares_and_not_counts() -> None:
    given = [{LEAVES: "yes", "w": "3"}] * 10 + [{LEAVES: "no", "w": "1"}] * 10
    assert cells(one(rows(*given), "leaves", Asked(weight="w")))["yes"] == (10, 75.0, 75.0)
    with pytest.raises(NoSuchQuestion, match="1 submissions have no weight"):
        one(rows(*given, {LEAVES: "yes", "w": "much"}), "leaves", Asked(weight="w"))


def test_numbers_have_a_mean_and_a_median_unless_they_are_few() -> None:
    given = [{SIZE: str(size)} for size in (1, 2, 3, 4, 15)] + [{SIZE: "many"}] * 5
    column = one(rows(*given), "size", Asked()).columns[0]
    assert (column.mean, column.median) == (5.0, 3.0)
    assert one(rows(*given[1:]), "size", Asked()).columns[0].mean is None


def test_sealed_questions_are_neither_told_nor_told_apart_by() -> None:
    source = rows({"work/story": "x", REGION: "osh"})
    assert ("work/story", "sealed") in tabulate(FORM, source, Asked()).left_out
    with pytest.raises(NoSuchQuestion, match="sealed"):
        tabulate(FORM, source, Asked(by="story"))
    with pytest.raises(NoSuchQuestion, match="sealed"):
        tabulate(FORM, source, Asked(by="region", sealed=frozenset({REGION})))
    with pytest.raises(NoSuchQuestion, match="no question"):
        tabulate(FORM, source, Asked(by="nothing"))


@pytest.mark.parametrize("by", ["", "region", "leaves"])
def test_columns_count_as_rows_do(by: str) -> None:
    rng = random.Random(6)
    main = [
        {
            REGION: rng.choice(["osh", "naryn", "", "moon"]), LEAVES: rng.choice(["yes", "no", ""]),
            WAYS: rng.choice(["bus", "bus plane", " plane bus", "", "bus boat"]),
            SIZE: rng.choice(["3", "4.5", "", "-", "nan"]), "w": rng.choice(["1", "2.5", "0"]),
        }
        for _ in range(400)
    ]  # fmt: skip
    members = [
        {AWAY: rng.choice(["yes", "no", ""]), Rows.PARENT: str(rng.randrange(400))} for _ in range(900)
    ]
    plain = Rows(main, {"member": members})
    for asked in (Asked(by), Asked(by, weight="w", smallest=1)):
        assert tabulate(FORM, plain, asked) == tabulate(FORM, as_columns(plain), asked)


def written(path: Path, head: Sequence[str], *found: Sequence[str]) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([head, *found])
    return path


def test_exports_of_central_and_kobo_lines_of_json_and_xml_say_the_same(tmp_path: Path) -> None:
    twice = [("osh", "yes", "bus plane", "a"), ("naryn", "", "", "b"), ("osh", "yes", "bus", "a")]
    central = written(tmp_path / "h.csv", ("region", "work-leaves", "work-ways", "KEY"), *twice)
    inner = written(tmp_path / "h-member.csv", ("away", "PARENT_KEY", "KEY"), ("yes", "b", "b/member[1]"))
    kobo = written(tmp_path / "k.csv", ("region", "work/leaves", "work/ways/bus", "work/ways/plane", "_uuid"),
                   ("osh", "yes", "1", "0", "a"), ("naryn", "", "", "", "b"))  # fmt: skip
    member = written(tmp_path / "k_member.csv", ("member/away", "_submission__uuid"), ("yes", "b"))
    lines = tmp_path / "j.jsonl"
    answers = [
        {"__id": "a", "region": "osh", "work": {"leaves": "yes", "ways": ["bus"]}, "member": []},
        {"__id": "b", "region": "naryn", "work": {"leaves": None}, "member": [{"away": "yes"}]},
    ]
    lines.write_text("\n".join(map(json.dumps, answers)))
    folder = tmp_path / "xml"
    folder.mkdir()
    for own, said in (
        ("a", "<region>osh</region><work><leaves>yes</leaves><ways>bus</ways></work>"),
        ("b", "<region>naryn</region><work><leaves/></work><member><away>yes</away></member>"),
    ):
        xml = f'<data id="household">{said}<meta><instanceID>{own}</instanceID></meta></data>'
        (folder / f"{own}.xml").write_text(xml)
    found = [
        tabulate(
            FORM, read_answers(FORM, paths), Asked("region", ("leaves", "ways", "away"), smallest=1)
        ).tables
        for paths in ([central, inner], [kobo, member], [lines], [folder])
    ]
    assert found[0][0].columns[0].base == 2
    assert found[0] == found[1] == found[2] == found[3]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "x,y\n1,2\n", "a.csv, row 1: no column is a question of this form. The columns are: x, y."),
        ("a.jsonl", '{"region": "osh"}\n{"region"', "a.jsonl, row 2: this is not JSON."),
        ("a.jsonl", "[1]", "a.jsonl, row 1: an answer is an object in braces."),
        ("a.xml", "<!DOCTYPE a><a/>", "a.xml: this is no submission (doctype)."),
        ("a.doc", "", "a.doc: answers come as .csv, .jsonl, .json or .xml."),
    ],
)
def test_answers_that_cannot_be_read_are_named(tmp_path: Path, name: str, text: str, told: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(BadAnswers) as refused:
        read_answers(FORM, [path])
    assert str(refused.value) == told


def test_cut_shares_add_up_because_the_last_takes_the_rest() -> None:
    assert shares([17, 14, 5], 36, "cut") == [47.2, 38.8, 14.0]
    assert shares([17, 14, 5], 36) == [47.2, 38.9, 13.9]
    assert shares([6, 30, 0], 36, "cut") == [16.6, 83.4, 0.0]
    assert counts_behind("47.2", 36) == [(17, "rounded"), (17, "cut")]
    assert counts_behind("38.8", 36) == [(14, "cut")]
    assert counts_behind("83.4", 36) == []
