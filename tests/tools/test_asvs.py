"""The table of ASVS is what the list and the marks say, holds all that is in scope, and flatters nobody."""

import json
import re
from pathlib import Path

import pytest

from tools.asvs import LIST, MET, NOT_YET, ROOT, WRITTEN, Row, listed, marked, page, problems

ROWS = listed(LIST.read_text())
STANDARD = ROOT.parent / "shared" / "reference" / "asvs_5.0.0_en.flat.json"


def test_the_page_is_up_to_date() -> None:
    assert page(ROWS, marked()) == WRITTEN.read_text(), "make asvs"


def test_nothing_is_said_to_be_met_without_a_test_or_evidence() -> None:
    assert problems(ROWS, marked()) == []


@pytest.mark.parametrize(
    ("state", "evidence", "tests", "said"),
    [
        (MET, "", [], "is met by nothing"),
        (NOT_YET, "", [], "needs a reason"),
        (NOT_YET, "soon", ["tests/a.py::b"], "needs a reason and no test"),
        (MET, "`docs/nowhere.md`", [], "which is not there"),
        ("perhaps", "x", [], "has no state"),
    ],
)
def test_what_would_flatter_is_refused(state: str, evidence: str, tests: list[str], said: str) -> None:
    assert said in problems([Row("1.1.1", 2, "x", state, evidence)], {"1.1.1": tests} if tests else {})[0]


def test_a_mark_for_what_is_not_in_the_list_is_refused() -> None:
    assert problems([], {"99.1.1": ["tests/a.py::b"]}) == ["99.1.1 is not in the list"]


def test_marks_are_read_from_tests(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    text = 'import pytest\n\n@pytest.mark.asvs("1.1.1", "1.1.2")\ndef test_x() -> None: ...\n'
    (tmp_path / "tests" / "test_a.py").write_text(text)
    assert marked(tmp_path) == {name: ["tests/test_a.py::test_x"] for name in ("1.1.1", "1.1.2")}


@pytest.mark.skipif(not STANDARD.exists(), reason="the standard's text is not here")
def test_every_requirement_in_scope_is_there_in_our_own_words() -> None:
    standard = json.loads(STANDARD.read_text())["requirements"]
    scope = {
        one["req_id"].removeprefix("V"): one
        for one in standard
        if int(one["L"]) <= 2 or one["chapter_id"] in {"V8", "V14"}
    }
    assert {row.id: row.level for row in ROWS} == {name: int(one["L"]) for name, one in scope.items()}
    for row in ROWS:
        words = re.findall(r"\w+", scope[row.id]["req_description"].lower())
        ours = re.findall(r"\w+", row.what.lower())
        assert len(ours) <= 25
        assert " ".join(ours) not in " ".join(words) or len(ours) <= 5, row.id
