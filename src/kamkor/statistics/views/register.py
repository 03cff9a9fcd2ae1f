"""The register of figures: where they disagree and by how much, all of them, and how one is corrected."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import codelists, exports
from kamkor.base.chart_files import Chart, asked
from kamkor.base.charts import Bar, bars
from kamkor.base.pages import desk_page, page
from kamkor.statistics import register as actions
from kamkor.statistics.forms import FigureForm, RegisterFilter
from kamkor.statistics.models import Figure, FigureChange, FigureQuerySet
from kamkor.statistics.register import Conflict
from kamkor.statistics.wording import how_far_apart, source

COLUMNS = (
    "subject",
    "question",
    "unit",
    "said",
    "low",
    "high",
    "period",
    "place",
    "definition",
    "status",
    "source",
)


@desk_page("counts.read", methods=("GET",))
def register(request: DeskRequest, desk: Desk) -> HttpResponse:
    subject = RegisterFilter(request.GET).chosen()
    rows = list(chosen(request, subject))
    may_edit = request.actor.may_here("figure.edit")
    head = [_("What is counted"), _("Figure"), _("Period"), _("Definition"), _("Source")]
    conflicts = [shown(conflict, head, edit=may_edit) for conflict in actions.conflicts(rows)]
    if file := asked(request, [each["chart"] for each in conflicts]):
        return file
    context = {
        "subjects": tabs(subject),
        "conflicts": [each | {"files": each["chart"].links(request)} for each in conflicts],
        "head": head,
        "rows": [line(row, edit=may_edit) for row in rows] if subject else [],
        "subject": subject,
        "query": urlencode({"subject": subject}) if subject else "",
        "may_add": request.actor.may_here("figure.add"),
    }
    return render(request, "statistics/register.html", context)


@desk_page("counts.export", methods=("GET",))
def download(request: DeskRequest, desk: Desk, which: str) -> HttpResponse:
    rows = chosen(request, RegisterFilter(request.GET).chosen())
    head = ["code", "measure", *COLUMNS]
    lines = [[row.code, row.measured, *(_plain(getattr(row, name)) for name in COLUMNS)] for row in rows]
    return exports.table("kamkor-register", which, head, lines)


@desk_page("figure.add")
def new(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = FigureForm(request.POST or None, new=True)
    if request.method == "POST" and form.is_valid():
        actions.add(request.actor, desk, facts=form.facts(), measure=form.measure())
        messages.success(request, _("Saved."))
        return back(str(form.cleaned_data["subject"]))
    context = {"form": form, "title": _("Add a figure"), "cancel_url": reverse("register")}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@page("figure.edit", Figure)
def edit(request: DeskRequest, figure: Figure) -> HttpResponse:
    form = FigureForm(request.POST or None, initial=FigureForm.facts_of(figure))
    if request.method == "POST" and form.is_valid():
        given = {"facts": form.facts(), "measure": form.measure(), "why": form.cleaned_data["why"]}
        actions.edit(request.actor, figure, **given)
        messages.success(request, _("Saved. What it said before is kept."))
        return back(figure.subject)
    context = {
        "form": form,
        "title": _("Correct a figure"),
        "cancel_url": reverse("register"),
        "head": [_("When"), _("Who"), _("What"), _("What it said before"), _("What it says now"), _("Why")],
        "changes": [story(change) for change in figure.changes.select_related("by").order_by("-at", "-pk")],
    }
    return render(request, "statistics/figure.html", context, status=422 if form.errors else 200)


def chosen(request: DeskRequest, subject: str) -> FigureQuerySet:
    rows = Figure.objects.visible_to(request.actor).order_by("subject", "-period", "code")
    return rows.filter(subject=subject) if subject else rows


def back(subject: str) -> HttpResponse:
    return redirect(f"{reverse('register')}?{urlencode({'subject': subject})}")


def tabs(current: str) -> list[dict[str, object]]:
    subjects = {"": _("Where figures disagree")} | {
        code: codelists.label("figure_subject", code) for code in codelists.entries("figure_subject")
    }
    return [
        {
            "label": label,
            "url": f"?{urlencode({'subject': code})}" if code else "?",
            "current": code == current,
        }
        for code, label in subjects.items()
    ]


def shown(conflict: Conflict, head: list[str], *, edit: bool) -> dict[str, Any]:
    """A conflict as the page shows it: picture, sentence, the figures side by side."""
    rows = conflict.figures
    drawn = [Bar(row.definition or row.measured, int(row.high or row.low or 0)) for row in rows]
    name = f"conflict-{rows[0].question}"
    picture = "" if conflict.spread.agrees else bars(name, conflict.title, drawn)
    lines = [line(row, edit=edit) for row in rows]
    return {
        "title": conflict.title,
        "sentence": how_far_apart(conflict),
        "picture": picture,
        "agrees": conflict.spread.agrees,
        "rows": lines,
        "chart": Chart(name, conflict.title, picture, head, lines),
    }


def line(row: Figure, *, edit: bool) -> list[object]:
    """A figure as cells of a page; the figure itself leads to its correction."""
    words = f"{row.said or '–'} {codelists.label('figure_unit', row.unit)}"
    where = codelists.label("place", row.place) if row.place else ""
    said: object = {"href": reverse("figure-edit", args=[row.pk]), "text": words} if edit else words
    about = " – ".join(filter(None, (where, row.definition)))
    return [row.measured, said, row.period.replace("/", " – ") or "–", about or "–", source(row)]


def story(change: FigureChange) -> list[object]:
    at = date_format(change.at, "SHORT_DATE_FORMAT")
    return [at, change.by.display_name, change.field, change.old or "–", change.new or "–", change.why]


def _plain(value: object) -> object:
    return "" if value is None else str(value)
