"""Figures of a year: protected tables with their pictures, and each as a file."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import exports
from kamkor.base.chart_files import Chart
from kamkor.base.pages import desk_page
from kamkor.statistics.counts import organisations
from kamkor.statistics.tables import Table, tables
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
        "tables": [(table, links(year, table)) for table in tables(year)],
        "organisations": organisations(),
        "smallest": settings.SMALL_CELL_INSIDE,
    }
    return render(request, "statistics/figures.html", context)


@desk_page("counts.export", methods=("GET",))
def download(request: DeskRequest, desk: Desk, year: int, name: str) -> HttpResponse:
    return exports.table(f"kamkor-{name}-{year}", "csv", *as_lines(known(year, name)))


@desk_page("counts.export", methods=("GET",))
def in_another_form(request: DeskRequest, desk: Desk, *, year: int, name: str, which: str) -> HttpResponse:
    """The same as a workbook, or its picture."""
    return chart(known(year, name), year).file(which)


def chart(table: Table, year: int) -> Chart:
    picture = table.picture if table.shown_rows else ""
    return Chart(f"{table.name}-{year}", f"{table.title}, {year}", picture, *as_lines(table))


def links(year: int, table: Table) -> list[dict[str, str]]:
    """The files of a table, each at an address of its own."""
    other = [kind for kind in chart(table, year).kinds if kind != "csv"]
    return [{"label": "CSV", "url": reverse("counts-csv", args=[year, table.name])}] + [
        {"label": kind.upper(), "url": reverse("counts-file", args=[year, table.name, kind])}
        for kind in other
    ]


def known(year: int, name: str) -> Table:
    table = next((each for each in tables(year) if each.name == name), None) if year in years() else None
    if table is None:
        raise Http404
    return table


def as_lines(table: Table) -> tuple[list[str], list[list[object]]]:
    """The table as it leaves, with what it is a sum of."""
    return table.head, [*table.lines, [summed(organisations()) + " " + str(table.definition)]]


def years() -> list[int]:
    """The years on offer, the newest first."""
    now = timezone.localdate().year
    return list(range(now, now - YEARS, -1))


def chosen(text: str) -> int:
    return int(text) if text in map(str, years()) else years()[0]
