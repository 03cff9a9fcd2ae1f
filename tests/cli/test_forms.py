"""`kamkor forms`: the contract of its commands."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from kamkor.cli.forms import forms
from tests.methods.surveys.books import HOUSEHOLD, workbook


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    form, answers = tmp_path / "h.xlsx", tmp_path / "a.csv"
    form.write_bytes(workbook(HOUSEHOLD))
    rows = ["region,leaves,story,KEY", *(f"osh,yes,=cmd,{n}" for n in range(8)), "naryn,,x,9"]
    answers.write_text("\n".join(rows))
    return ["table", str(form), "--answers", str(answers)]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(forms, arguments)


def test_a_table_as_json_csv_workbook_and_text(files: list[str]) -> None:
    told = json.loads(run(*files, "--by", "region", "--smallest", "1", "--json").stdout)
    assert (told["submissions"], told["by"], told["form"]["id"]) == (9, "region", "household")
    (table,) = told["tables"]
    assert [column["label"] for column in table["columns"]] == ["(all)", "Osh", "Naryn"]
    assert table["rows"][0]["cells"][1] == {"count": 8, "share_of_all": 100.0, "share_of_answered": 100.0}
    rows = list(csv.DictReader(io.StringIO(run(*files, "--language", "ru", "--csv").stdout.lstrip("\ufeff"))))
    yes = next(row for row in rows if row["question"] == "work/leaves" and row["value"] == "yes")
    # One of nine said nothing: that is hidden, and the count that would tell it too.
    assert (yes["value_label"], yes["base"], yes["answered"], yes["count"]) == ("Да", "9", "hidden", "hidden")
    assert run(*files, "--xlsx").stdout_bytes.startswith(b"PK")
    assert "asked 9" in run(*files).stdout
    assert "=cmd" not in run(*files).stdout


def test_a_workbook_goes_into_a_file(files: list[str], tmp_path: Path) -> None:
    out = tmp_path / "t.xlsx"
    assert run(*files, "--xlsx", "--out", str(out)).exit_code == 0
    assert load_workbook(out).worksheets[0]["A1"].value == "question"


@pytest.mark.parametrize("asked", [("--by", "nothing"), ("--by", "story"), ("--weight", "w")])
def test_what_cannot_be_is_said(files: list[str], asked: tuple[str, str]) -> None:
    done = run(*files, *asked)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr


def test_a_form_is_checked(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(workbook({"survey": [("type", "name", "label"), ("colour", "a", "A")]}))
    done = run("check", str(bad))
    assert (done.exit_code, "survey, row 2, A2: The type “colour” is not known." in done.stderr) == (1, True)


def test_shares_that_so_many_answers_cannot_give() -> None:
    assert run("shares", "--of", "36", "47,2 %", "70.0").stdout.splitlines() == [
        "47.2: 17 of 36 (rounded), 17 of 36 (cut)",
        "70.0: no count of 36 gives it",
    ]


def test_rounds_are_compared(files: list[str], tmp_path: Path) -> None:
    later = tmp_path / "later.csv"
    later.write_text("region,leaves,KEY\n" + "\n".join(f"osh,{'no' if n else 'yes'},{n}" for n in range(4)))
    asked = ("--round", f"2025={files[3]}", "--round", f"2026={later}", "--smallest", "1", "--json")
    told = json.loads(run("table", files[1], *asked).stdout)
    table = next(table for table in told["tables"] if table["question"] == "work/leaves")
    assert [column["label"] for column in table["columns"]] == ["(all)", "2025", "2026"]
    assert [cell["count"] for cell in table["rows"][0]["cells"]] == [9, 8, 1]
    assert run("table", files[1], "--round", "2025").exit_code == 2
