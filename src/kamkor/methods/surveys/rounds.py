"""Rounds compared: the same form asked again, such as before and after, as groups of one table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.form import Choice, Form, Question, Words

ROUND = "(round)"  # under which a row holds the round it is of


def with_rounds(form: Form, rounds: Sequence[str]) -> Form:
    """The form with one question more: in which round this was."""
    choices = tuple(Choice(name, Words({}, name)) for name in rounds)
    asked = Question((ROUND,), "select_one", Words({}, "Round"), choices)
    return replace(form, questions=(*form.questions, asked))


def rounds_of(rows: Rows) -> list[str]:
    """The rounds of rows that hold theirs, in their order."""
    return sorted({row[ROUND] for row in rows.main if ROUND in row})


def only(rows: Rows, rounds: Collection[str]) -> Rows:
    """The rows of these rounds alone."""
    places: dict[str, str] = {}
    main: list[Mapping[str, str]] = []
    for at, row in enumerate(rows.main):
        if row[ROUND] in rounds:
            places[str(at)] = str(len(main))
            main.append(row)
    repeats = {
        repeat: [
            {**row, Rows.PARENT: places[row[Rows.PARENT]]} for row in inner if row[Rows.PARENT] in places
        ]
        for repeat, inner in rows.repeats.items()
    }
    return Rows(main, repeats)


def together(rounds: Mapping[str, Rows]) -> Rows:
    """The answers of all rounds, each row with its own."""
    main: list[dict[str, str]] = []
    repeats: dict[str, list[dict[str, str]]] = {}
    for name, rows in rounds.items():
        before = len(main)
        main += [{**row, ROUND: name} for row in rows.main]
        for repeat, inner in rows.repeats.items():
            moved = [{**row, Rows.PARENT: str(int(row[Rows.PARENT]) + before)} for row in inner]
            repeats.setdefault(repeat, []).extend(moved)
    return Rows(main, repeats)
