"""From answers to tables: the page with a picture and a sentence, and the files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.base import chart_files, exports
from kamkor.base.chart_files import Chart
from kamkor.base.charts import Bar, bars
from kamkor.base.pages import page
from kamkor.methods.surveys import printed
from kamkor.methods.surveys.counting import ALL, MISSING, OTHER
from kamkor.methods.surveys.form import Form, Question
from kamkor.methods.surveys.rounds import ROUND, with_rounds
from kamkor.methods.surveys.shares import CUT, ROUNDED
from kamkor.methods.surveys.tables import Asked, Cell, Column, NoSuchQuestion, Row, Table, Tables, tabulate
from kamkor.surveys.models import Questionnaire
from kamkor.surveys.named import must_be_seen_by, smallest_shown
from kamkor.surveys.tallies import Stored, answers_to_count
from kamkor.surveys.views import arriving, read, spoken

NUMBER = "(number)"
OWN_WORDS = {
    ALL: gettext_lazy("All"),
    MISSING: gettext_lazy("No answer"),
    OTHER: gettext_lazy("Not on the form"),
    NUMBER: gettext_lazy("A number"),
}


class TableForm(forms.Form):
    """Which question, told apart by which other."""

    of = forms.ChoiceField(label=gettext_lazy("Question"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Told apart by"), required=False)
    cut = forms.BooleanField(
        label=gettext_lazy("Cut shares after one decimal instead of rounding, as older reports do"),
        required=False,
    )

    def __init__(self, counted: Sequence[tuple[Question, str]], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        choices = [(question.key, words) for question, words in counted if question.key != ROUND]
        groups = [(question.key, words) for question, words in counted if question.kind == "one"]
        self.fields["of"].choices = choices  # type: ignore[attr-defined]
        self.fields["by"].choices = [("", _("Nothing")), *groups]  # type: ignore[attr-defined]


@page("form.tables", Questionnaire, methods=("GET",))
def tables(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    """One question at a time: a sentence, a picture, a table."""
    must_be_seen_by(request.actor, questionnaire)
    arrived = arriving(request)
    form, source = _answers(request.actor, questionnaire)
    filled, asked, counted = _asked(request, questionnaire, form)
    first = None if asked.of else source.first_answered([one for one, _words in counted])
    wanted = asked.of or ((first.key,) if first else ())
    try:
        made = tabulate(form, source, Asked(**{**asked.__dict__, "of": wanted})) if wanted else None
        problem = ""
    except NoSuchQuestion:
        made, problem = None, _("These two questions cannot be crossed. Choose another one.")
    table = made.tables[0] if made and made.tables else None
    shown = _shown(table) if table else {}
    charts = [shown["chart"]] if shown and request.actor.may_here("form.export") else []
    if file := chart_files.asked(request, charts):
        return file
    context = {
        "questionnaire": questionnaire,
        "form": filled,
        "problem": problem,
        "size": source.size(),
        "hides": asked.smallest > 1,
        "query": request.GET.urlencode(),
        "may_export": request.actor.may_here("form.export"),
        **arrived,
        "files": [link for chart in charts for link in chart.links(request)],
        **shown,
    }
    return render(request, "surveys/tables.html", context)


@page("form.export", Questionnaire, methods=("GET",))
def export(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    """The tables of all questions, in a file."""
    must_be_seen_by(request.actor, questionnaire)
    arriving(request)
    form, source = _answers(request.actor, questionnaire)
    _filled, asked, _counted = _asked(request, questionnaire, form)
    whole = Asked(**{**asked.__dict__, "of": ()})
    try:
        made = tabulate(form, source, whole)
    except NoSuchQuestion:
        made = Tables(0, ())
    kind = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    return exports.table("tables", kind, printed.HEAD, printed.as_rows(whole, made))


def _answers(actor: Actor, questionnaire: Questionnaire) -> tuple[Form, Stored]:
    """What is asked and coded, in more rounds than one in which as well; and the answers that are counted."""
    form, _flaws = read(questionnaire.newest())
    form, source = answers_to_count(actor, questionnaire, form)
    rounds = source.rounds
    return (with_rounds(form, rounds) if len(rounds) > 1 else form), source


def _asked(
    request: DeskRequest, questionnaire: Questionnaire, form: Form
) -> tuple[TableForm, Asked, list[tuple[Question, str]]]:
    sealed = frozenset({*questionnaire.sealed, *(one.key for one in form.questions if one.sealed)})
    counted = [
        (one, _("Half-year in which it came") if one.key == ROUND else spoken(form, one))
        for one in form.questions
        if one.kind and one.key not in sealed
    ]
    filled = TableForm(counted, request.GET or None)
    given = filled.cleaned_data if filled.is_valid() else {}
    asked = Asked(
        by=given.get("by", ""),
        of=(given["of"],) if given.get("of") else (),
        language=(get_language() or "").partition("-")[0],
        smallest=smallest_shown(request.actor, questionnaire),
        decimals=CUT if given.get("cut") else ROUNDED,
        sealed=sealed,
    )
    return filled, asked, counted


def _shown(table: Table) -> dict[str, Any]:
    """What the page says of a table."""
    first = [Bar(_label(row), row.cells[0].count) for row in table.rows]
    head = [_("Answer"), *(OWN_WORDS.get(column.value, column.label) for column in table.columns)]
    rows = [[_label(row), *map(_cell, row.cells)] for row in table.rows]
    picture = bars("answers", table.label, first)
    return {
        "table": table,
        "sentences": list(
            filter(None, (_who(table.columns[0]), _most(table), _middle(table), _change(table)))
        ),
        "picture": picture,
        "chart": Chart("answers", table.label, picture, head, rows),
        "head": head,
        "bases": [_count(column.base) for column in table.columns],
        "answered": [_count(column.answered) for column in table.columns],
        "rows": rows,
    }


def _label(row: Row) -> str:
    return str(OWN_WORDS.get(row.value, row.label))


def _count(count: int | None) -> str:
    return _("hidden") if count is None else str(count)


def _cell(cell: Cell) -> str:
    """The count, its share of all who were asked, and of those who answered."""
    shares = [
        f"{number_format(part, 1)} %"
        for part in (cell.share_of_all, cell.share_of_answered)
        if part is not None
    ]
    return f"{_count(cell.count)} ({' / '.join(shares)})" if shares else _count(cell.count)


def _who(column: Column) -> str:
    if column.base is None:
        return _("Too few answered for a table.")
    if column.answered is None:
        return _("%(asked)s were asked. How many answered is hidden: few did not.") % {"asked": column.base}
    return _("%(asked)s were asked, %(answered)s answered.") % {
        "asked": column.base,
        "answered": column.answered,
    }


def _most(table: Table) -> str:
    """The answer that most gave, where it is shown."""
    said = [
        row
        for row in table.rows
        if row.value not in {MISSING, OTHER, NUMBER}
        and row.cells[0].count
        and row.cells[0].share_of_all is not None
    ]
    if not said:
        return ""
    best = max(said, key=lambda row: row.cells[0].count or 0)
    return _("Most often they said “%(answer)s”: %(count)s, which is %(share)s %% of all.") % {
        "answer": best.label,
        "count": best.cells[0].count,
        "share": number_format(best.cells[0].share_of_all or 0, 1),
    }


def _middle(table: Table) -> str:
    column = table.columns[0]
    if column.mean is None or column.median is None:
        return ""
    return _("On average %(mean)s; half of them said %(median)s or less.") % {
        "mean": number_format(f"{column.mean:.4g}"),
        "median": number_format(f"{column.median:.4g}"),
    }


def _change(table: Table) -> str:
    """Of two groups or rounds, the answer whose share differs most."""
    if len(table.columns) != 3:  # all, and the two
        return ""
    told = [
        (row, row.cells[1].share_of_answered, row.cells[2].share_of_answered)
        for row in table.rows
        if row.value not in {MISSING, OTHER, NUMBER}
    ]
    both = [(row, one, other) for row, one, other in told if one is not None and other is not None]
    if not both:
        return ""
    row, one, other = max(both, key=lambda found: abs(found[2] - found[1]))
    return _("%(first)s and %(second)s differ most in “%(answer)s”: %(one)s %% and %(other)s %%.") % {
        "first": table.columns[1].label,
        "second": table.columns[2].label,
        "answer": row.label,
        "one": number_format(one, 1),
        "other": number_format(other, 1),
    }
