"""The command that estimates the hidden number: its contract, exit codes, messages and page."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kamkor.cli import prevalence as command
from kamkor.methods.prevalence import lcm
from tests.methods.prevalence.united_kingdom import FILE, needed

COUNTS = "a,b,c,count\n1,0,0,200\n0,1,0,250\n0,0,1,150\n1,1,0,40\n1,0,1,30\n0,1,1,35\n1,1,1,10\n"
KEYS = {
    "method", "status", "reasons", "N_hat", "ci", "observed", "lists", "model", "diagnostics", "seed",
    "seconds",
}  # fmt: skip
# What json.loads gives back has no narrower type.
Answer = dict[str, Any]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return written(tmp_path, COUNTS)


@pytest.fixture
def quick_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lcm, "FIRST", 60)
    monkeypatch.setattr(lcm, "WORK", 1)


def written(folder: Path, text: str, name: str = "lists.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command.prevalence, [str(argument) for argument in arguments])


def answer(*arguments: object) -> Answer:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    found: Answer = json.loads(done.stdout)
    return found


@needed
def test_the_published_table_from_the_command_line() -> None:
    found = answer(FILE, "--boot", 50)
    assert set(found) == KEYS
    assert (found["method"], found["status"], found["observed"]) == ("stepwise", "estimate", 2744)
    assert found["N_hat"] == pytest.approx(11_417.99, rel=1e-5)
    assert found["diagnostics"]["missed_links"] == {"0.95": 1.055, "0.9": 1.116, "0.8": 1.262}
    assert found["lists"] == ["LA", "NG", "PF", "GO", "GP", "NCA"]
    assert set(found["ci"]) == {"level", "low", "high"}
    merged = answer(FILE, "--merge", "PF+NCA", "--boot", 0)
    assert (merged["N_hat"], merged["ci"]) == (pytest.approx(11_312.99, rel=1e-5), None)


def test_all_methods_are_a_list(table: Path, quick_classes: None) -> None:
    done = run(table, "--method", "all", "--boot", 20, "--json")
    found: list[Answer] = json.loads(done.stdout)
    assert [each["method"] for each in found] == command.METHODS
    assert all(set(each) == KEYS for each in found)


def test_the_same_seed_gives_the_same_answer(table: Path) -> None:
    one, same, other = (answer(table, "--boot", 50, "--seed", seed)["ci"] for seed in (4, 4, 5))
    assert one == same != other


def test_a_refusal_has_exit_code_3_and_still_answers(tmp_path: Path) -> None:
    thin = written(tmp_path, "a,b,c,count\n1,0,0,20\n0,1,0,25\n0,0,1,15\n1,1,0,4\n")
    done = run(thin, "--json")
    assert done.exit_code == 3
    found = json.loads(done.stdout)
    assert (found["status"], found["N_hat"], found["ci"]) == ("refused", None, None)
    assert run(thin).exit_code == 3
    assert "no figure, refused" in run(thin).output
    assert run(thin, "--method", "all").exit_code == 3


def test_an_indication_is_told_as_a_range(tmp_path: Path) -> None:
    few = written(tmp_path, "a,b,c,count\n1,0,0,40\n0,1,0,50\n0,0,1,45\n1,1,0,5\n1,0,1,5\n0,1,1,5\n")
    done = run(few, "--boot", 100)
    assert done.exit_code == 0
    assert re.search(r"stepwise: \d+ to [\d,]+, indication", done.output)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,c,count\n1,0,0,2.5\n", "lists.csv: Row 2, column “count”: “2.5” is not a whole number"),
        ("a,b,c,count\n1,0,0,1e300\n", "Row 2, column “count”: “1e300” is not a whole number"),
        ("a,b,c,count\n0,0,0,2\n", "Row 2: this history is on no list"),
        ("a,b,name\n1,0,x\n", "Row 2, column “name”: “x” is neither 0 nor 1"),
    ],
)
def test_bad_input_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    done = run(written(tmp_path, text), "--json")
    assert done.exit_code == 1
    assert said in done.output


def test_nothing_is_computed_for_a_place_where_nothing_can_be_written(tmp_path: Path, table: Path) -> None:
    for place in (tmp_path / "none" / "page.html", table):
        done = run(table, "--report", place)
        assert (done.exit_code, table.read_text()) == (2, COUNTS)
        assert "--report: " in done.output


def test_a_list_that_is_not_there_cannot_be_merged(table: Path) -> None:
    assert "There is no list “x” to merge" in run(table, "--merge", "a+x").output
    assert "take column “count” out" in run(table, "--individuals").output


def test_what_is_not_utf_8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "lists.csv"
    path.write_bytes("а,б\n1,0\n".encode("cp1251"))
    assert "not in UTF-8" in run(path).output


def test_without_the_packages_it_says_what_to_do(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    done = run(table)
    assert done.exit_code == 1
    assert "make science" in done.output


def people(folder: Path) -> Path:
    """Rows of individuals of two groups; every fifth of those on a and b was sent to b."""
    lines = ["a,b,c,sex,sent"]
    for sex, times in (("f", 2), ("m", 1)):
        for history, number in {"1,0,0": 60, "0,1,0": 70, "0,0,1": 50, "1,0,1": 12, "0,1,1": 12}.items():
            lines += [f"{history},{sex},"] * (number * times)
        lines += [f"1,1,0,{sex},", f"1,1,0,{sex},", f"1,1,0,{sex},", f"1,1,0,{sex},b"] * (4 * times)
    return written(folder, "\n".join(lines) + "\n")


def test_groups_and_own_referrals(tmp_path: Path) -> None:
    found = answer(people(tmp_path), "--by", "sex", "--referred", "sent", "--boot", 0)
    assert [each["stratum"] for each in found["strata"]] == ["f", "m"]
    assert set(found["strata"][0]) == {*KEYS, "stratum"}
    assert sum(each["observed"] for each in found["strata"]) == found["observed"]
    assert set(found["covariate_model"]["by"]) == {"f", "m"}
    assert found["without_own_referrals"]["N_hat"] > found["N_hat"]


def test_a_second_table_without_referrals(tmp_path: Path, table: Path) -> None:
    other = written(tmp_path, COUNTS.replace("1,1,0,40", "1,1,0,20"), "without.csv")
    found = answer(table, "--without-referrals", other, "--boot", 0)
    assert found["without_own_referrals"]["N_hat"] > found["N_hat"]
    assert run(table, "--without-referrals", other, "--referred", "a").exit_code == 2


def test_the_page_needs_nothing_else_and_says_all(tmp_path: Path, quick_classes: None) -> None:
    about = written(
        tmp_path,
        json.dumps({
            "population": "People <in> debt bondage", "definition": "presumed", "period": "2025",
            "lists": {"a": "Shelter nights"}, "inhabitants": 7_000_000,
        }),
        "about.json",
    )  # fmt: skip
    page = tmp_path / "page.html"
    done = run(
        people(tmp_path),
        "--by",
        "sex",
        "--referred",
        "sent",
        "--boot",
        20,
        "--report",
        page,
        "--about",
        about,
    )
    assert done.exit_code == 0, done.output
    text = page.read_text()
    assert "<script" not in text
    assert not re.search(r"""(src|href)=|url\(""", text)
    for words in (
        "People &lt;in&gt; debt bondage", "presumed", "Shelter nights", "not stated", "per 100,000",
        "Links found", "Without them", "Every method side by side", "What would make it fail",
        "held the truth", "SHA-256", "By group", *command.METHODS,
    ):  # fmt: skip
        assert words in text, words
    assert done.output.count("stepwise") == 4
    assert "dga" not in done.output


def test_a_wrong_description_of_the_lists_is_named(tmp_path: Path, table: Path, quick_classes: None) -> None:
    for text, said in (
        ("[1]", "nothing else"),
        ("{", "not JSON"),
        ('{"inhabitants": "many"}', "whole number"),
    ):
        about = written(tmp_path, text, "about.json")
        done = run(table, "--boot", 0, "--report", tmp_path / "page.html", "--about", about)
        assert done.exit_code == 1
        assert said in done.output
