"""The hidden number: the runs of a desk, a new one, its result, its files and its two signatures."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.chart_files import Chart, asked
from kamkor.base.pages import desk_page, page
from kamkor.base.uploads import attachment
from kamkor.statistics.estimates import actions, showing
from kamkor.statistics.estimates.forms import StartForm, TableForm
from kamkor.statistics.estimates.tables import as_file, table_of
from kamkor.statistics.estimates.wording import figure, method_name, result_of
from kamkor.statistics.models import Estimate

State = Estimate.State


@desk_page("estimate.list", methods=("GET",))
def estimates(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The runs of the desk; who may not see small counts finds those that two have signed."""
    rows, reader = Estimate.objects.visible_to(request.actor), request.actor.may_here("estimate.read")
    if not reader:
        rows = rows.filter(seconded_at__isnull=False)
    head = [_("Made"), _("Population"), _("Period"), _("Place"), _("State"), _("In all")]
    lines = [line(row, link=reader) for row in rows.order_by("-pk")[:100]]
    context = {"head": head, "rows": lines, "may_add": request.actor.may_here("estimate.add")}
    return render(request, "statistics/estimates.html", context)


@desk_page("estimate.add")
def new(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        row = actions.add(request.actor, desk, sheet=form.cleaned_data["sheet"])
        return redirect("estimate-start", row.pk)
    context = {
        "form": form,
        "title": _("New estimate"),
        "submit_label": _("Continue"),
        "back_url": reverse("estimates"),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@page("estimate.start", Estimate)
def start(request: DeskRequest, row: Estimate) -> HttpResponse:
    """What the table says, and what only people know; then it goes to the worker."""
    if row.state != State.DRAFT:
        return redirect("estimate", row.pk)
    table = table_of(row.table)
    assert table is not None
    form = StartForm(request.POST or None, table=table)
    if request.method == "POST" and form.is_valid():
        actions.start(request.actor, row, about=form.about(), settings=form.settings())
        return redirect("estimate", row.pk)
    context = {
        **showing.of_table(table),
        "form": form,
        "title": _("What is estimated"),
        "submit_label": _("Begin"),
        "back_url": reverse("estimates"),
        "row": row,
    }
    return render(request, "statistics/estimate_start.html", context, status=422 if form.errors else 200)


@page("estimate.read", Estimate, methods=("GET",))
def estimate(request: DeskRequest, row: Estimate) -> HttpResponse:
    """The result; before there is one, how far the worker has come, or for whoever may begin how to."""
    if row.state == State.DRAFT and request.actor.may("estimate.start", row):
        return redirect("estimate-start", row.pk)
    context: dict[str, object] = {"row": row, "may_remove": request.actor.may("estimate.remove", row)}
    if row.state == State.DONE:
        found: dict[str, Any] = showing.of_estimate(row)
        pictures = (("methods", "methods_picture", "methods"), ("overlap", "overlap", "overlap_rows"))
        charts = [
            Chart(
                f"estimate-{row.pk}-{name}", found[f"{name}_title"], found[picture],
                found[f"{name}_head"], found[lines],
            )
            for name, picture, lines in pictures
        ]  # fmt: skip
        if file := asked(request, charts):
            return file
        context |= found | signatures(request, row)
        context |= {f"{chart.name.rpartition('-')[2]}_files": chart.links(request) for chart in charts}
    return render(request, "statistics/estimate.html", context)


@page("estimate.sign", Estimate, methods=("POST",))
def sign(request: DeskRequest, row: Estimate) -> HttpResponse:
    actions.sign(request.actor, row, method=request.POST.get("method", ""))
    messages.success(request, _("Saved."))
    return redirect("estimate", row.pk)


@page("estimate.remove", Estimate, methods=("POST",))
def remove(request: DeskRequest, row: Estimate) -> HttpResponse:
    actions.remove(request.actor, row)
    return redirect("estimates")


@page("estimate.export", Estimate, methods=("GET",))
def download(request: DeskRequest, row: Estimate, which: str) -> HttpResponse:
    """The table whose digest is kept, the same without own referrals, or the answer."""
    if which == "json" and row.answer:
        results = [{k: v for k, v in each.items() if k != "said"} for each in row.answer["results"]]
        text = json.dumps(results, ensure_ascii=False, indent=1)
        return attachment(text.encode(), f"kamkor-estimate-{row.pk}.json")
    table = table_of(row.table, alone=which == "alone") if which in {"table", "alone"} else None
    if table is None:
        raise Http404
    return attachment(as_file(table), f"kamkor-estimate-{row.pk}-{which}.csv")


def line(row: Estimate, *, link: bool) -> list[object]:
    """A run as cells of a page."""
    made: object = date_format(row.made_at, "SHORT_DATE_FORMAT")
    if link:
        made = {"href": reverse("estimate", args=[row.pk]), "text": made}
    about, result = row.about, result_of(row, row.method)
    place = codelists.label("place", about["place"]) if about.get("place") else _("Whole country")
    period = str(about.get("period", "–")).replace("/", " – ")
    found = f"{figure(result)} ({method_name(row.method)})" if result else "–"
    return [made, about.get("population", "–"), period, place if about else "–", state_of(row), found]


def state_of(row: Estimate) -> dict[str, str]:
    if row.seconded_at:
        return {"text": _("Signed"), "tone": "green"}
    words = {
        State.DRAFT: (_("Draft"), "grey"),
        State.WAITING: (_("Waiting"), "yellow"),
        State.RUNNING: (_("Being computed"), "yellow"),
        State.DONE: (_("Waits for a signature"), "teal"),
        State.FAILED: (_("Could not be computed"), "red"),
    }
    text, tone = words[State(row.state)]
    return {"text": text, "tone": tone}


def signatures(request: DeskRequest, row: Estimate) -> dict[str, object]:
    """Who signed, and what is still open to the reader."""
    open_to_sign = row.seconded_at is None and request.actor.may("estimate.sign", row)
    choices = actions.may_be_signed(row)
    mine = row.signed_by_id == request.actor.user_id
    result = result_of(row, row.method)
    return {
        "methods_to_sign": [(each, method_name(each)) for each in choices] if open_to_sign else [],
        "may_second": open_to_sign and row.signed_at is not None and not mine,
        "signed_for": f"{method_name(row.method)}: {figure(result)}" if result else "",
        "command": command(row),
    }


def command(row: Estimate) -> str:
    """What gives the same figures from the downloaded table."""
    given = row.settings
    merged = "".join(f" --merge '{names}'" for names in given["merge"])
    return (
        f"kamkor prevalence kamkor-estimate-{row.pk}-table.csv --method all{merged} "
        f"--threshold {given['threshold']:g} --boot {given['boot']} --seed {given['seed']}"
    )
