"""Figures of a year: protected tables with their pictures, and each as a file."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import exports
from kamkor.base.pages import desk_page
from kamkor.statistics.counts import organisations
from kamkor.statistics.tables import tables
from kamkor.statistics.wording import summed

YEARS = 5  # how far back the page looks


@desk_page("counts.read", methods=("GET",))
def counts(request: DeskRequest, desk: Desk) -> HttpResponse:
    year = chosen(request.GET.get("year", ""))
    context = {
        "year": year,
        "sections": [
            {"label": str(choice), "url": f"?year={choice}", "current": choice == year} for choice in years()
        ],
        "tables": tables(year),
        "organisations": organisations(),
        "smallest": settings.SMALL_CELL_INSIDE,
    }
    return render(request, "statistics/figures.html", context)


@desk_page("counts.export", methods=("GET",))
def download(request: DeskRequest, desk: Desk, year: int, name: str) -> HttpResponse:
    if year not in years():
        raise Http404
    table = next((table for table in tables(year) if table.name == name), None)
    if table is None:
        raise Http404
    rows: list[list[object]] = [
        *table.lines,
        [summed(organisations()) + " " + str(table.definition)],
    ]
    return exports.table(f"kamkor-{name}-{year}", "csv", table.head, rows)


def years() -> list[int]:
    """The years on offer, the newest first."""
    now = timezone.localdate().year
    return list(range(now, now - YEARS, -1))


def chosen(text: str) -> int:
    return int(text) if text in map(str, years()) else years()[0]
