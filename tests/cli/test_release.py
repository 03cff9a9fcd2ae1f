"""The command that prepares a file for publication: its contract, exit codes, messages and papers."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from kamkor.cli import release as command
from kamkor.cli.releasing import made_up
from kamkor.methods.disclosure import synthetic

# What json.loads gives back has no narrower type.
Answer = dict[str, Any]
DOMAIN: dict[str, list[str | int]] = {
    "form": ["labour", "sexual"],
    "child": [0, 1],
    "year": [2023, 2024, 2025],
}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """6,000 people, each with two rows."""
    rng = np.random.default_rng(6)
    file = tmp_path_factory.mktemp("release") / "cases.csv"
    lines = ["person,form,child,year"]
    for person in range(6000):
        form, child = rng.choice(["labour", "sexual", ""]), rng.integers(0, 2)
        lines += [
            f"{person},{form},{child},{year}" for year in rng.choice([2023, 2024, 2025], 2, replace=False)
        ]
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    effort = synthetic.Effort(first=(8, 20), last=(8, 40))
    monkeypatch.setattr(made_up, "TWIN", effort)
    monkeypatch.setattr(synthetic, "THOROUGH", effort)


@pytest.fixture
def domain(tmp_path: Path) -> Path:
    file = tmp_path / "domain.json"
    file.write_text(json.dumps(DOMAIN))
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command.release, [str(argument) for argument in arguments])


def made(cases: Path, out: Path, *more: object) -> Answer:
    done = run(cases, "--method", "dp-synthetic", "--person", "person", "--out", out, "--json", *more)
    assert done.exit_code in {0, 3}, done.output
    found: Answer = json.loads(done.stdout)
    assert (found["status"] == "refused") == (done.exit_code == 3)
    return found


def test_synthetic_rows_come_with_their_papers(cases: Path, domain: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ledger = tmp_path / "ledger.json"
    more = ["--epsilon", 4, "--domain", domain, "--ledger", ledger, "--budget", 5]
    found = made(cases, out, *more)
    assert found["status"] == "protected"
    assert found["sign_off"] == "open"
    assert {"one_way", "two_way", "two_way_worst", "three_way"} < found["utility"].keys()
    assert found["utility"]["columns_permuted_independently"]["one_way"] == 0
    assert 0.3 < found["risk"]["membership"]["auc"] < 0.7
    rows = list(csv.DictReader((out / "synthetic.csv").read_text().splitlines()))
    assert list(rows[0]) == ["form", "child", "year"]  # who they were is not published
    for name, values in DOMAIN.items():
        assert {row[name] for row in rows} <= {"", *map(str, values)}
    assert abs(len(rows) - 6000) < 200
    assert all((out / name).exists() for name in found["files"])
    signatures = json.loads((out / "signoff.json").read_text())
    assert len(signatures["signatures"]) == signatures["needs"] == 2
    again = made(cases, tmp_path / "again", *more[:6])
    assert again["status"] == "refused"
    assert "epsilon" in again["reasons"][0]
    assert not (tmp_path / "again" / "synthetic.csv").exists()


def test_without_a_domain_it_is_a_draft(cases: Path, tmp_path: Path) -> None:
    found = made(cases, tmp_path)
    assert (found["status"], found["sign_off"]) == ("draft", "not allowed")
    assert any("--domain" in reason for reason in found["reasons"])
    assert json.loads((tmp_path / "signoff.json").read_text())["signatures"] == []
    assert "draft" in (tmp_path / "datasheet.md").read_text()


def test_two_runs_with_one_seed_differ(cases: Path, domain: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        made(cases, tmp_path / name, "--domain", domain, "--seed", 7)
    one, other = ((tmp_path / name / "synthetic.csv").read_text() for name in ("one", "other"))
    assert sorted(one.splitlines()) != sorted(other.splitlines())


def test_exact_tables_are_noted_beside_what_was_spent(cases: Path, domain: Path, tmp_path: Path) -> None:
    spent = ["--ledger", tmp_path / "ledger.json", "--data-set", "2026"]
    done = run(cases, "--columns", "form,child", *spent, "--budget", 3, "--out", tmp_path / "tables")
    assert done.exit_code == 0, done.output
    found = made(cases, tmp_path / "out", "--domain", domain, *spent)
    assert found["status"] == "protected"
    assert "suppress" in found["privacy"]["outside_the_guarantee"][0]
    assert found["privacy"]["epsilon_of_these_people"] == pytest.approx(1, abs=0.01)


def test_a_row_of_nobody_is_told(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("person,form\n1,labour\n,labour\n")
    done = run(file, "--person", "person", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "Row 3, column 'person'" in done.output


def test_few_people_get_protected_tables_instead(cases: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("".join(cases.read_text().splitlines(keepends=True)[:9000]))  # 4,500 persons
    found = made(few, tmp_path / "out")
    assert found["status"] == "refused"
    assert "--method suppress" in found["reasons"][0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"form": ["labour"]}', "Row "),
        ('{"form": "labour"}', "write the domain as"),
        ("{", "domain.json, row 1: not JSON"),
        ('{"form": [["labour"]]}', "is not the value of a cell"),
    ],
)
def test_a_bad_domain_is_told(cases: Path, tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "domain.json"
    file.write_text(text)
    done = run(
        cases, "--method", "dp-synthetic", "--domain", file, "--columns", "form", "--out", tmp_path / "out"
    )
    assert done.exit_code == 1
    assert "cases.csv: " in done.output
    assert told in done.output


def test_an_unknown_column_is_told(cases: Path, tmp_path: Path) -> None:
    done = run(cases, "--method", "dp-synthetic", "--columns", "form,sex", "--out", tmp_path)
    assert done.exit_code == 1
    assert "no column 'sex'; there are person, form, child, year" in done.output


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--epsilon", "nan"], "--epsilon and --delta are numbers"),
        (["--budget", "1"], "name it with --ledger"),
        (["--quasi", "zz"], "no column 'zz'"),
        (["--impossible", '[{"form": ["forced"]}]'], "'form' has no value 'forced' in the domain"),
        (
            ["--method", "suppress", "--block", "form", "--columns", "form"],
            "Beside 'form' there is no column",
        ),
        (["--method", "suppress", "--earlier", "sex,count\n1\n"], "row 2, column 'count'"),
        (["--method", "suppress", "--earlier", "form,count\nlabour,1,2\n"], "not as many cells"),
        (["--method", "kanon", "--quasi", "form", "--broader", '{"zz": {"a": "b"}}'], "no column 'zz'"),
    ],
)
def test_what_was_asked_wrongly_is_told(
    cases: Path, domain: Path, tmp_path: Path, options: list[str], told: str
) -> None:
    given = [*options[:-1], options[-1]]
    if options[-2] in {"--impossible", "--earlier", "--broader"}:
        (tmp_path / "given").write_text(options[-1])
        given[-1] = str(tmp_path / "given")
    done = run(cases, "--method", "dp-synthetic", "--person", "person", "--domain", domain,
               "--out", tmp_path / "out", *given)  # fmt: skip
    assert done.exit_code in {1, 2}, done.output
    assert told in " ".join(done.output.split())
    assert not (tmp_path / "out" / "ledger.json").exists()  # nothing is paid for


SMALL = "sex,form,year\n" + "".join(
    f"{sex},{form},{year}\n" * count
    for (sex, form, year), count in {
        ("f", "labour", 2024): 40, ("f", "sexual", 2024): 60, ("f", "", 2025): 4, ("m", "labour", 2024): 55,
        ("m", "sexual", 2025): 30, ("m", "labour", 2025): 33, ("f", "labour", 2025): 25,
        ("f", "sexual", 2025): 2,
        ("m", "", 2024): 20,
    }.items()
)  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.csv"
    file.write_text(SMALL)
    return file


def cells(place: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((place / "tables.csv").read_text().splitlines()))


def test_protected_tables_hide_small_counts_and_others(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(small, "--k", 5, "--out", out, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["status"] == "protected"
    assert found["risk"]["bounded_below_k"] == 0
    assert found["risk"]["bounded_below_k_if_only_small_cells_were_hidden"] > 0
    shown = [int(cell["count"]) for cell in cells(out) if cell["count"]]
    assert not [count for count in shown if 0 < count < 5]
    assert len(cells(out)) == found["cells"]["published"] == 3 * 4 * 3
    assert len(cells(out)) - len(shown) == found["cells"]["hidden"] > found["cells"]["small"]
    assert {"risk.md", "utility.md", "datasheet.md", "signoff.json", "two-way.svg"} <= set(found["files"])


def test_earlier_tables_are_counted_in(small: Path, tmp_path: Path) -> None:
    assert run(small, "--columns", "sex,form", "--k", 3, "--out", tmp_path / "first").exit_code == 0
    first = tmp_path / "first" / "tables.csv"
    done = run(small, "--columns", "sex,year", "--earlier", first, "--out", tmp_path / "second", "--json")
    assert done.exit_code == 0, done.output
    first.write_text(first.read_text().replace("Total,Total,269", "Total,Total,270"))
    done = run(small, "--columns", "sex,year", "--earlier", first, "--out", tmp_path / "second", "--json")
    assert done.exit_code == 1
    assert "tables.csv, row 2, column 'count'" in done.output


def test_what_cannot_be_protected_is_refused_with_a_mend(small: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("".join(SMALL.splitlines(keepends=True)[:9]))
    done = run(few, "--out", tmp_path / "few", "--json")
    assert done.exit_code == 3
    assert "fewer than 11 people" in json.loads(done.stdout)["reasons"][0]
    wide = tmp_path / "wide.csv"
    wide.write_text("place,form,year\n" + "".join(f"p{n % 400},{n % 7},{n % 3}\n" for n in range(9000)))
    done = run(wide, "--out", tmp_path / "wide", "--json")
    assert done.exit_code == 3
    assert "Without place (400 values) they have 32" in json.loads(done.stdout)["reasons"][1]


def test_blocks_are_protected_apart(small: Path, tmp_path: Path) -> None:
    done = run(small, "--block", "year", "--k", 5, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    assert {cell["year"] for cell in cells(tmp_path / "out")} == {"2024", "2025"}


def test_groups_that_are_all_in_one_category_are_told(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("place,form\n" + "a,sexual\n" * 30 + "b,sexual\n" * 40 + "b,labour\n" * 50)
    found = json.loads(run(file, "--out", tmp_path / "out", "--json").stdout)
    assert found["risk"]["groups_in_one_category"] >= 1
    assert json.loads((tmp_path / "out" / "risk.json").read_text())["groups_in_one_category"] == [
        "form labour: place b", "place a: form sexual"
    ]  # fmt: skip


def test_records_in_groups(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(small, "--method", "kanon", "--quasi", "sex,form", "--k", 7, "--out", out, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["k"]["asked"] == 7 <= found["k"]["blank_as_value"] <= found["k"]["blank_as_wildcard"]
    rows = list(csv.DictReader((out / "microdata.csv").read_text().splitlines()))
    assert list(rows[0]) == ["sex", "form", "year"]
    assert len(rows) + found["removed_rows"] == 269
    assert found["risk"]["l_diversity"][0]["column"] == "year"


def test_records_need_to_know_what_an_outsider_knows(small: Path, tmp_path: Path) -> None:
    done = run(small, "--method", "kanon", "--out", tmp_path)
    assert done.exit_code == 2
    assert "--quasi" in done.output
    done = run(small, "--method", "kanon", "--quasi", "sex", "--k", 300, "--out", tmp_path, "--json")
    assert done.exit_code == 3
