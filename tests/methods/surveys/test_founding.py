"""The founding survey, reproduced: what its report prints, our tables print, or say why nobody can."""

import re
from pathlib import Path

import pytest

from kamkor.methods.sheets.books import sheet_rows
from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.shares import CUT, counts_behind, share
from kamkor.methods.surveys.shipped import LANGUAGES, TITLES, shipped
from kamkor.methods.surveys.tables import Asked, tabulate
from kamkor.methods.surveys.xlsform import LIMITS, read_form
from tests.methods.surveys.founding import ANSWERS, answers, published

FORM = read_form("ngo.xlsx", shipped("ngo_capacity"))[0]
PAGE = Path(__file__).parents[3] / "docs" / "methods" / "founding-survey.md"
AS_THE_REST = {"83.4", "11.2"}  # printed by nobody's count, but as what the other rows leave to 100


@pytest.mark.parametrize("name", TITLES)
def test_every_form_that_comes_with_the_project_is_whole_in_four_languages(name: str) -> None:
    form, flaws = read_form("f.xlsx", shipped(name))
    assert flaws == []
    assert set(form.languages) == set(LANGUAGES.values())
    assert set(TITLES[name]) == set(LANGUAGES)
    assert read_form("f.xlsx", shipped(name, "ky"))[0].title == TITLES[name]["ky"]
    assert [question.name for question in form.questions if question.sealed]


@pytest.mark.parametrize("name", ["service_needs", "children_left", "shelter_exit"])
def test_nobody_is_asked_about_themselves_before_they_agree(name: str) -> None:
    heading, *rows = (cells for _number, cells in sheet_rows("f.xlsx", shipped(name), "survey", LIMITS))
    lines = [dict(zip(heading, row, strict=False)) for row in rows]
    consent = next(place for place, line in enumerate(lines) if line["name"] == "consent")
    before = {line["name"] for line in lines[:consent]}
    assert before <= {"start", "end", "about", "moment", "reached", "leave_it", "safe", "not_now"}
    groups = [line for line in lines if line["type"] == "begin_group"]
    assert all("${consent} = 'yes'" in line["relevant"] for line in groups)
    outside = [
        question.name for question in read_form("f.xlsx", shipped(name))[0].questions if not question.path[1:]
    ]
    assert set(outside) - before <= {"consent"}


def test_the_tables_print_every_published_figure_that_36_answers_can_give() -> None:
    made = tabulate(FORM, Rows(answers(FORM)), Asked(smallest=1, decimals=CUT))
    shown = {
        (table.question, row.value): (row.cells[0].count, row.cells[0].share_of_all)
        for table in made.tables
        for row in table.rows
    }
    assert made.submissions == ANSWERS
    for given in published():
        if given.count is None:
            continue
        count, printed = shown[given.question, given.value]
        places = len(given.printed.partition(".")[2])
        assert count == given.count
        assert printed is not None
        assert share(printed, 100, CUT, places) == float(given.printed), given


def test_what_36_answers_cannot_give_is_found_and_listed() -> None:
    impossible = {given.printed for given in published() if not counts_behind(given.printed, ANSWERS)}
    assert impossible == {"83.4", "11.2", "20", "40", "70.0", "16.4", "13.6"}
    never = {given.printed for given in published() if given.count is None}
    assert never == impossible - AS_THE_REST
    listed = PAGE.read_text().partition("## What cannot be")[2]
    assert set(re.findall(r"^\| ([0-9.]+) % \|", listed, re.MULTILINE)) == impossible


def test_the_page_names_the_count_behind_every_other_figure() -> None:
    table = PAGE.read_text().partition("## What cannot be")[0]
    told = re.findall(r"^\| .+ \| ([0-9.]+) % \| ([0-9]+) \|", table, re.MULTILINE)
    assert sorted(told) == sorted((g.printed, str(g.count)) for g in published() if g.count is not None)
