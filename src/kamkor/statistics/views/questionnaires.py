"""Questionnaires of others, filled as far as the records go."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import exports
from kamkor.base.pages import desk_page
from kamkor.methods.indicators import Period
from kamkor.statistics import questionnaires as forms
from kamkor.statistics.indicators import words
from kamkor.statistics.questionnaires import Line, Question, Questionnaire
from kamkor.statistics.views.indicators import chosen, frame


@desk_page("counts.read", methods=("GET",))
def questionnaire(request: DeskRequest, desk: Desk, code: str) -> HttpResponse:
    one, period = known(code), year_of(request)
    context = frame(period, "") | {
        "title": words(one.title),
        "file": one.code,
        "source": one.source,
        "questions": [shown(question, cells) for question, cells in forms.filled(one, period)],
        "head": [_("Number"), _("Part"), _("Value"), _("Rows counted")],
    }
    context["periods"] = [each for each in frame(period, "")["periods"] if "H" not in each["url"]]  # type: ignore[attr-defined]
    return render(request, "statistics/questionnaire.html", context)


@desk_page("counts.export", methods=("GET",))
def download(request: DeskRequest, desk: Desk, code: str, which: str) -> HttpResponse:
    if which not in exports.FORMATS:
        raise Http404
    one, period = known(code), year_of(request)
    return exports.table(f"kamkor-{one.code}-{period.code}", which, *forms.table(one, period))


def known(code: str) -> Questionnaire:
    if code not in forms.known():
        raise Http404
    return forms.known()[code]


def year_of(request: DeskRequest) -> Period:
    return chosen(request).whole_year


def shown(question: Question, cells: list[Line]) -> dict[str, object]:
    """A question of the page: the definitions once, below its cells."""
    return {
        "code": question.code,
        "title": words(question.title),
        "confirmed": question.confirmed,
        "why": words(question.why) if question.why else "",
        "rows": [
            [line.what, line.part, {"text": line.value, "number": True}, {"text": line.rows, "number": True}]
            for line in cells
        ],
        "definitions": list(dict.fromkeys(line.definition for line in cells if line.definition)),
    }
