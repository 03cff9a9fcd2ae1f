"""Rounds compared: the same form asked again, such as before and after, as groups of one table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.form import Choice, Form, Question, Words

ROUND = "(round)"  # under which a row holds the round it is of


def with_rounds(form: Form, rounds: Sequence[str]) -> Form:
    """The form with one question more: in which round this was."""
    choices = tuple(Choice(name, Words({}, name)) for name in rounds)
    asked = Question((ROUND,), "select_one", Words({}, "Round"), choices)
    return replace(form, questions=(*form.questions, asked))


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
