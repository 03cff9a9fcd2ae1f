"""Counts at labour markets and buses: the list, the form, and the curve of the season."""

from collections import Counter

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.charts import Bar, bars
from kamkor.base.pages import desk_page, page
from kamkor.prevention.actions import departures as actions
from kamkor.prevention.forms.departures import CountForm
from kamkor.prevention.models import Departure
from kamkor.prevention.views.recruiters import AT_ONCE, posted

MONTHS = 24


@desk_page("departure.list", methods=("GET",))
def departures(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The newest first; above them how many left in which month."""
    rows = Departure.objects.visible_to(request.actor)
    months: Counter[str] = Counter()
    for on, women, men, minors in rows.values_list("on", "women", "men", "under_18").iterator():
        months[on.strftime("%Y-%m")] += women + men + minors
    curve = [Bar(month, months[month]) for month in sorted(months)[-MONTHS:]]
    recent = rows.filter(under_18__gt=0, on__gt=timezone.localdate() - actions.STILL_OF_USE)
    context = {
        "page": Paginator(rows.order_by("-on", "-pk"), AT_ONCE).get_page(request.GET.get("page")),
        "curve": bars("season", _("People counted in each month"), curve) if curve else "",
        "minors": recent.exists(),
        "may_count": request.actor.may_here("departure.count"),
    }
    return render(request, "prevention/departures.html", context)


@page("departure.read", Departure, methods=("GET",))
def departure(request: DeskRequest, departure: Departure) -> HttpResponse:
    """One count, to which a task leads."""
    context = {"page": Paginator([departure], 1).get_page(1), "minors": departure.under_18}
    return render(request, "prevention/departures.html", context)


@desk_page("departure.count")
def count(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = CountForm(posted(request))
    if request.method == "POST" and made(form, lambda given: actions.count(request.actor, desk, **given)):
        return redirect("departures")
    return form_page(request, form, _("Count people who leave"), reverse("departures"))
