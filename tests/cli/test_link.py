"""`kamkor link`: the contract of its files and its JSON, and what bad files are told."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from kamkor.cli.link import link
from kamkor.methods.prevalence.reading import read

HEADING = "unique_id,first_name,surname,patronymic,dob,city,phone\n"
POLICE = (
    HEADING
    + "1,Айгүл,Токтогулова,Асановна,1994-05-31,Бишкек,+996555010203\n2,Эрмек,Жумабаев,,1979-07-07,Ош,\n"
)
HEALTH = (
    HEADING + "a,AIGUL,TOKTOGULOVA,,31.05.1994,Bishkek,0555010203\nb,Бермет,Осмонова,,2001-01-15,Нарын,\n"
)
TRUTH = "source,unique_id,entity\npolice,1,x\nhealth,a,x\npolice,2,y\nhealth,b,z\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("police", POLICE), ("health", HEALTH), ("truth", TRUTH)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(link, [str(argument) for argument in arguments])


def test_two_lists_give_clusters_reasons_review_and_an_overlap_that_prevalence_reads(folder: Path) -> None:
    out = folder / "clusters.csv"
    lists = folder / "police.csv", folder / "health.csv"
    done = run(*lists, "--truth", folder / "truth.csv", "--out", out, "--json")
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["precision"], told["recall"], told["f1"]) == (1, 1, 1)
    assert (told["rows"], told["clusters"], told["pairs"]) == (4, 3, 1)
    answer = pl.read_csv(out, infer_schema=False)
    assert answer.columns == ["source", "unique_id", "cluster_id"]
    assert sorted(answer["source"].unique()) == ["health", "police"]
    assert all(Path(path).exists() for path in told["files"].values())
    overlap = read(Path(told["files"]["overlap"]).read_text()).table
    assert (set(overlap.lists), sum(overlap.counts.values())) == ({"police", "health"}, 3)


def test_one_list_is_searched_for_duplicates_and_options_may_come_first(folder: Path) -> None:
    done = run("--json", "--out", folder / "clusters.csv", folder / "police.csv")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["rows"], told["clusters"]) == (2, 2)
    assert "f1" not in told
    assert "overlap" not in told["files"]


def test_a_bad_list_names_file_row_field_and_mend(folder: Path) -> None:
    (folder / "bad.csv").write_text("unique_id,surname\n1,A\n1,B\n")
    done = run(folder / "bad.csv", "--out", folder / "clusters.csv")
    assert done.exit_code == 1
    assert "bad.csv, row 3, field unique_id" in done.output
    assert "Give every row an id of its own" in done.output
    assert not (folder / "clusters.csv").exists()


def test_no_list_is_overwritten_and_a_truth_of_others_measures_nothing(folder: Path) -> None:
    lists = folder / "police.csv", folder / "health.csv"
    done = run(*lists, "--out", folder / "health.csv")
    assert (done.exit_code, lists[1].read_text("utf-8")) == (2, HEALTH)
    assert run(*lists, "--out", folder / "none" / "clusters.csv").exit_code == 2
    (folder / "truth.csv").write_text("source,unique_id,entity\nelsewhere,1,x\n")
    done = run(*lists, "--truth", folder / "truth.csv", "--out", folder / "clusters.csv")
    assert done.exit_code == 1
    assert "knows none of these rows" in done.output
