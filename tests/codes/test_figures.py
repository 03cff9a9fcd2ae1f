"""The published figures: all that the reference has, as it has them, and where they contradict each other."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from kamkor.codes import figures, loaders

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
FILES = ("kg_tip_stats", "kg_gbv_stats", "kg_hotline_111_stats", "kg_recruitment")


def test_every_figure_of_the_reference_is_there_with_its_status() -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference is not here")
    asked: Counter[tuple[str, str]] = Counter()
    for name in FILES:
        with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            asked.update((row["value"], row["status"]) for row in csv.DictReader(file))
    held = Counter((row.said.lstrip("~>"), row.status) for row in figures.read())
    assert not asked - held


def test_the_contradictions_of_the_founding_reports_stand_side_by_side() -> None:
    groups: dict[str, set[str]] = {}
    for row in figures.read():
        groups.setdefault(row.question, set()).add(row.said)
    assert {"1902", "4300", "7000–8000", "~50000"} <= groups["kazakhstan-2003"]
    assert {"3", "~40", "40", "40–100"} <= groups["china-2003"]
    assert {"6", "0"} == groups["chuy-2003"]
    assert {"668", "100"} == groups["visits-2003"]
    assert {"88", "84"} == groups["round-tables-2003"]
    assert sum(row.question == "children-of-migrants" for row in figures.read()) == 2


def test_every_subject_unit_and_place_is_a_code() -> None:
    for row in figures.read():
        assert row.subject in loaders.code_list("figure_subject"), row.code
        assert row.unit in loaders.code_list("figure_unit"), row.code
        assert not row.place or row.place in loaders.code_list("place"), row.code
        assert all(row.measure.values()), row.code


def test_a_wrong_row_is_named(tmp_path: Path) -> None:
    text = figures.FILE.read_text("utf-8").splitlines()[:3]
    wrong = tmp_path / "figures.csv"
    wrong.write_text("\n".join([text[0], text[1], text[1]]), "utf-8")
    with pytest.raises(loaders.CodeFileError, match="row 3, code"):
        figures.read(wrong)
