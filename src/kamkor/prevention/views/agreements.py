"""Pages of seasonal agreements: the list with what they come to, one of them, and its forms."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.views.frame import form_page, made
from kamkor.base import codelists
from kamkor.base.pages import desk_page, page
from kamkor.prevention import register
from kamkor.prevention.actions import agreements as actions
from kamkor.prevention.forms.agreements import AgreementForm, SeasonReportForm
from kamkor.prevention.models import Agreement, Departure, SeasonReport
from kamkor.prevention.views.recruiters import AT_ONCE, posted, whole, with_permits

Change = Callable[..., object]
SUMS = ("places", "left", "minors", "back", "dead")


@desk_page("agreement.list", methods=("GET",))
def agreements(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The newest season first, under what each season came to in each country."""
    rows = Agreement.objects.visible_to(request.actor).counted()
    shown = rows.select_related("recruiter").order_by("-begins", "-pk")
    context = {
        "page": Paginator(shown, AT_ONCE).get_page(request.GET.get("page")),
        "head": [_("Year"), _("Country they go to"), _("Places"), *_numbers()],
        "sums": _sums(rows),
        "may_record": request.actor.may_here("agreement.record"),
    }
    return render(request, "prevention/agreements.html", context)


def _numbers() -> list[str]:
    return [_("Left"), _("Under 18"), _("Came back so far"), _("Deaths that became known")]


def _sums(rows: QuerySet[Agreement]) -> list[list[Any]]:
    """A line for each year and country."""
    by = rows.annotate(year=ExtractYear("begins")).values("year", "country").order_by("-year", "country")
    sums: dict[str, Sum] = {f"all_{name}": Sum(name) for name in SUMS}
    found = list[dict[str, Any]](by.annotate(**sums))  # type: ignore[arg-type]  # more keys than the stubs see
    return [
        [
            str(row["year"]),
            codelists.label("country", row["country"]),
            *({"text": row[f"all_{name}"], "number": True} for name in SUMS),
        ]
        for row in found
    ]


@desk_page("agreement.record")
def record(request: DeskRequest, desk: Desk) -> HttpResponse:
    form, kept = AgreementForm(posted(request), actor=request.actor), list[Agreement]()
    if request.method == "POST" and made(
        form, lambda given: kept.append(actions.record(request.actor, desk, **given))
    ):
        return redirect("agreement", kept[0].pk)
    return form_page(request, form, _("Add a seasonal agreement"), reverse("agreements"))


@page("agreement.read", Agreement, methods=("GET",))
def agreement(request: DeskRequest, agreement: Agreement) -> HttpResponse:
    """What was agreed, how the firm's permits stood on the first day, who left, who is back."""
    actor = request.actor
    counted = Agreement.objects.visible_to(actor).counted().get(pk=agreement.pk)
    away = max(0, counted.left - counted.back - counted.dead)
    context = {
        "agreement": counted,
        "away": away,
        "over": counted.ends < timezone.localdate() and away,
        "too_many": counted.left > counted.places,
        "permits": _permits(counted),
        "groups": Departure.objects.visible_to(actor).filter(agreement=agreement).order_by("-on", "-pk"),
        "reports": SeasonReport.objects.visible_to(actor).filter(agreement=agreement),
        "may_count": actor.may_here("departure.count"),
        "may_report": actor.may("agreement.report", agreement),
    }
    return render(request, "prevention/agreement.html", context)


def _permits(agreement: Agreement) -> list[register.Standings]:
    """Those of the firm for this country, as of the first day."""
    if agreement.recruiter is None:
        return []
    ((_firm, permits),) = with_permits([agreement.recruiter], agreement.begins)
    return [row for row in permits if row.permit.country == agreement.country]


@page("agreement.edit", Agreement)
def edit(request: DeskRequest, agreement: Agreement) -> HttpResponse:
    form = AgreementForm(posted(request), actor=request.actor, initial=AgreementForm.facts_of(agreement))
    change = partial(actions.edit, request.actor, agreement)
    return _saved(request, form, change, agreement=agreement, title=_("Change the entry"))


@page("agreement.report", Agreement)
def report(request: DeskRequest, agreement: Agreement) -> HttpResponse:
    form, change = SeasonReportForm(posted(request)), partial(actions.report, request.actor, agreement)
    return _saved(request, form, change, agreement=agreement, title=_("What became of them"))


def _saved(
    request: DeskRequest, form: forms.Form, change: Change, *, agreement: Agreement, title: str
) -> HttpResponse:
    back = reverse("agreement", args=[agreement.pk])
    if request.method == "POST" and made(form, whole(change)):
        return redirect(back)
    return form_page(request, form, title, back)
