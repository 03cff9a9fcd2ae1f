"""Counts at labour markets and buses: the list, the form, and the curve of the season."""

from collections import Counter
from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.views.frame import form_page, made
from kamkor.base import codelists
from kamkor.base.chart_files import Chart, asked
from kamkor.base.charts import Bar, Tile, bars, tiles
from kamkor.base.pages import desk_page, page
from kamkor.directory.places import oblast
from kamkor.prevention.actions import departures as actions
from kamkor.prevention.forms.departures import CountForm
from kamkor.prevention.models import Departure
from kamkor.prevention.views.recruiters import AT_ONCE, posted

MONTHS = 24
YEAR = timedelta(days=365)
# The nine units of the first level as they lie: west to east, north to south.
MAP = (
    ("41707000000000", "41708000000000", "41711000000000"),
    ("41703000000000", "41704000000000", "41702000000000"),
    ("41705000000000", "41706000000000", "41721000000000"),
)


@desk_page("departure.list", methods=("GET",))
def departures(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The newest first; above them how many left in which month."""
    rows = Departure.objects.visible_to(request.actor)
    months, places = Counter[str](), Counter[str]()
    year_ago = timezone.localdate() - YEAR
    counted = rows.filter(struck_at=None)
    for on, place, *seen in counted.values_list("on", "place", "women", "men", "under_18").iterator():
        months[on.strftime("%Y-%m")] += sum(seen)
        places[oblast(place)] += sum(seen) if on > year_ago else 0
    curve = [Bar(month, months[month]) for month in sorted(months)[-MONTHS:]]
    charts = _charts(curve, _tiles(places)) if curve else []
    if file := asked(request, charts):
        return file
    recent = counted.filter(under_18__gt=0, on__gt=timezone.localdate() - actions.STILL_OF_USE)
    context = {
        "page": Paginator(rows.select_related("agreement").order_by("-on", "-pk"), AT_ONCE).get_page(
            request.GET.get("page")
        ),
        "charts": [(chart, chart.links(request)) for chart in charts],
        "minors": recent.exists(),
        "may_count": request.actor.may_here("departure.count"),
    }
    return render(request, "prevention/departures.html", context)


def _charts(curve: list[Bar], places: list[Tile]) -> list[Chart]:
    """The season and the map."""
    season, where = _("People counted in each month"), _("Where they were counted in a year")
    months = [[bar.label, {"text": bar.text, "number": True}] for bar in curve]
    counted = [[tile.label, {"text": str(tile.value), "number": True}] for tile in places]
    return [
        Chart("season", season, bars("season", season, curve), [_("Period"), _("People")], months),
        Chart("map", where, tiles("map", where, places), [_("Place"), _("People")], counted),
    ]


def _tiles(places: Counter[str]) -> list[Tile]:
    return [
        Tile(codelists.label("place", code), places[code], column, row)
        for row, line in enumerate(MAP)
        for column, code in enumerate(line)
    ]


@page("departure.read", Departure, methods=("GET",))
def departure(request: DeskRequest, departure: Departure) -> HttpResponse:
    """One count, to which a task leads."""
    may_strike = departure.struck_at is None and request.actor.may("departure.strike", departure)
    context = {"page": Paginator([departure], 1).get_page(1), "may_strike": may_strike}
    return render(request, "prevention/departures.html", context)


@page("departure.strike", Departure, methods=("POST",))
def strike(request: DeskRequest, departure: Departure) -> HttpResponse:
    actions.strike(request.actor, departure)
    return redirect("departures")


@desk_page("departure.count")
def count(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = CountForm(posted(request), actor=request.actor, under=request.GET.get("agreement", ""))
    if request.method == "POST" and made(form, lambda given: actions.count(request.actor, desk, **given)):
        return redirect("departures")
    return form_page(request, form, _("Count people who leave"), reverse("departures"))
