"""What an XLSForm says, and what is told of one that is wrong."""

import pytest

from kamkor.methods.sheets.problems import FileError
from kamkor.methods.surveys.flaws import BadForm
from kamkor.methods.surveys.xlsform import read_form
from tests.methods.surveys.books import HOUSEHOLD, form, workbook


def test_a_form_is_read_with_its_groups_repeats_and_languages() -> None:
    found, flaws = read_form("h.xlsx", workbook(HOUSEHOLD))
    assert flaws == []
    assert (found.id, found.title, found.version) == ("household", "Households", "2026-1")
    assert found.languages == ("English (en)", "Русский (ru)")
    ways, away = found.question("ways"), found.question("away")
    assert ways is not None
    assert away is not None
    assert (ways.key, ways.kind, [choice.name for choice in ways.choices]) == (
        "work/ways", "several", ["bus", "plane"],
    )  # fmt: skip
    assert (away.repeat, away.words.in_language("ru")) == ("member", "Сейчас в отъезде?")
    assert away.words.in_language("ky", found.default_language) == "Away now?"
    assert [question.name for question in found.questions if question.sealed] == ["story"]


def told(survey: list[tuple[object, ...]], choices: list[tuple[object, ...]] | None = None) -> list[str]:
    with pytest.raises(BadForm) as refused:
        form(survey, choices or ())
    return [str(flaw) for flaw in refused.value.flaws]


HEAD = ("type", "name", "label", "relevant")


def test_everything_that_is_wrong_is_named_by_sheet_row_and_cell() -> None:
    survey: list[tuple[object, ...]] = [
        HEAD,
        ("select_one nowhere", "a", "A"),
        ("text", "two words", "B"),
        ("integer", "a", "C"),
        ("colour", "d", "D"),
        ("text", None, "E"),
        ("begin repeat", "g", "G"),
        ("end group",),
        ("note", "n", "N", "${absent} > 1"),
    ]
    assert told(survey) == [
        "survey, row 2, A2: The list nowhere is not on the sheet choices.",
        "survey, row 3, B3: “two words” cannot be a name: Latin letters, digits and _ only, a letter first.",
        "survey, row 4, B4: The name a stands in row 2 already. Each name is used once in its group.",
        "survey, row 5, A5: The type “colour” is not known.",
        "survey, row 6, B6: This question has no name. Write a short Latin word into the column name.",
        "survey, row 7, A7: The repeat that begins here has no end.",
        "survey, row 8, A8: This ends a group that is not open here.",
        "survey, row 9, D9: ${absent} is not the name of a question.",
    ]


def test_choices_are_looked_at_too() -> None:
    survey: list[tuple[object, ...]] = [HEAD, ("select_multiple l", "a", "A")]
    choices: list[tuple[object, ...]] = [
        ("list_name", "name", "label"),
        ("l", "x", "X"), ("l", "x", "Y"), ("l", None, "Z"), ("l", "y z", "YZ"),
    ]  # fmt: skip
    assert told(survey, choices) == [
        "choices, row 3, B3: The list l has the choice x in row 2 already.",
        "choices, row 4, B4: This choice has no name.",
        "survey, row 2, A2: “y z” has a space: with several answers allowed it would be read as two.",
    ]


def test_a_missing_translation_is_told_and_hinders_nothing() -> None:
    sheets = {name: [list(row) for row in rows] for name, rows in HOUSEHOLD.items()}
    sheets["survey"][2][3] = None
    _form, flaws = read_form("h.xlsx", workbook(sheets))
    assert [str(flaw) for flaw in flaws] == ["survey, row 3, D3: The words in Русский (ru) are missing."]


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 broken", b"type,name\ntext,a\n"])
def test_what_is_no_workbook_is_refused(raw: bytes) -> None:
    with pytest.raises(FileError):
        read_form("x.xlsx", raw)


def test_a_workbook_without_questions_is_refused() -> None:
    for sheets in ({"data": [("a",)]}, {"survey": [("type", "name")]}, {"survey": [("kind",), ("text",)]}):
        with pytest.raises(BadForm):
            read_form("x.xlsx", workbook(sheets))
