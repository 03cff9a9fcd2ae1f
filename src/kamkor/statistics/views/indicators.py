"""The indicators of a period: all of them, one with its parts, each as a file, those of one's own desk."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import codelists, exports
from kamkor.base.chart_files import Chart, asked
from kamkor.base.charts import FILES as PICTURES
from kamkor.base.charts import Bar, alone, bars
from kamkor.base.pages import desk_page
from kamkor.base.uploads import attachment
from kamkor.methods.indicators import Dimension, Indicator, Period, declared
from kamkor.statistics import standards
from kamkor.statistics.counts import organisations
from kamkor.statistics.coverage import oblasts
from kamkor.statistics.indicators import (
    OBLAST,
    RAYON,
    Result,
    all_results,
    category,
    in_order,
    number,
    periods,
    shown,
    side_by_side,
    words,
)
from kamkor.statistics.pictures import drawn as drawn_parts

Results = dict[str, list[Result]]
SAID = 4  # parts in a sentence


@desk_page("counts.read", methods=("GET",))
def indicators(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Every indicator of a period, for the country or, of a year, for one oblast."""
    period = chosen(request)
    found, _dimensions = declared()
    now, before = side_by_side([period, period.before], list(found.values()))
    place = request.GET.get("place", "")
    place = place if place in oblasts() and not period.half else ""
    sections = [section(found[code], now[code], before[code], period, place=place) for code in found]
    if file := with_files(request, sections):
        return file
    context = frame(period, place) | {
        "sections": sections,
        "organisations": organisations(),
        "places": tabs_of_places(period, place),
    }
    return render(request, "statistics/indicators.html", context)


@desk_page("counts.own", methods=("GET",))
def own(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The same of one's own desk, with every number, for whoever may read its files anyway."""
    period = chosen(request)
    found = {code: each for code, each in declared()[0].items() if code != "gaps"}
    now, before = side_by_side([period, period.before], list(found.values()), request.actor)
    sections = [section(found[code], now[code], before[code], period, link=False) for code in found]
    if file := with_files(request, sections):
        return file
    return render(request, "statistics/own_figures.html", frame(period, "") | {"sections": sections})


@desk_page("counts.read", methods=("GET",))
def indicator(request: DeskRequest, desk: Desk, code: str) -> HttpResponse:
    """One indicator with its definition and its parts; by rayon where that is asked for."""
    one, period = by_rayon(known(code), request.GET.get("by", "")), chosen(request)
    results, before = (each[one.code] for each in side_by_side([period, period.before], [one]))
    parts = [part_table(one, name, results) for name in one.by if any(name in r.parts for r in results)]
    if RAYON in one.by:
        parts = [part for part in parts if part["by"] == RAYON]
    if file := with_files(request, parts):
        return file
    about = {"standard": one.standard, "event": one.event, "parts": parts}
    context = frame(period, "") | section(one, results, before, period) | about
    return render(request, "statistics/indicator.html", context)


def by_rayon(one: Indicator, by: str) -> Indicator:
    """The indicator told apart by rayon too: few people each, so only where somebody asks."""
    return replace(one, by=(*one.by, RAYON)) if by == RAYON and OBLAST in one.by else one


def with_files(request: DeskRequest, sections: Sequence[dict[str, Any]]) -> HttpResponse | None:
    """Give each of them the links of its files, or the file that is asked for."""
    charts = [
        Chart(each["name"], each.get("caption", each["title"]), each["picture"], each["head"], each["rows"])
        for each in sections
    ]
    for each, chart in zip(sections, charts, strict=True):
        each["files"] = chart.links(request)
    return asked(request, charts)


@desk_page("counts.export", methods=("GET",))
def download(request: DeskRequest, desk: Desk, code: str, which: str) -> HttpResponse:
    """The numbers and all parts as a long table, or the picture."""
    one, period = by_rayon(known(code), request.GET.get("by", "")), chosen(request)
    results = all_results(period, [one])[one.code]
    if which in PICTURES:
        return picture_file(one, period, results, by=request.GET.get("by", ""), kind=which)
    if which not in exports.FORMATS:
        raise Http404
    head = [_("Indicator"), _("Period"), _("Unit"), _("Told apart by"), _("Part"), _("Number")]
    return exports.table(f"kamkor-{one.code}-{period.code}", which, head, lines(one, period, results))


def picture_file(
    one: Indicator, period: Period, results: list[Result], *, by: str, kind: str
) -> HttpResponse:
    """The picture of the indicator, or of its parts by one dimension, as it stands on the page."""
    if by and (by not in one.by or not any(by in result.parts for result in results)):
        raise Http404
    caption = words(one.title) if not by else str(part_table(one, by, results)["caption"])
    drawn = str(part_table(one, by, results)["picture"]) if by else picture(one, results)
    if not drawn:
        raise Http404
    name = "-".join(filter(None, ["kamkor", one.code, by.replace("_", "-"), period.code]))
    return alone(drawn, f"{name}.{kind}", f"{caption}, {shown(period)}")


@desk_page("counts.export", methods=("GET",))
def standard(request: DeskRequest, desk: Desk, which: str) -> HttpResponse:
    """All indicators in the format of others, hidden as for the public."""
    if which not in standards.FORMATS:
        raise Http404
    period = chosen(request)
    name = f"kamkor-{which}-{period.code}.{standards.FORMATS[which]}"
    return attachment(standards.written(which, period), name)


def lines(one: Indicator, period: Period, results: list[Result]) -> list[list[object]]:
    dimensions = declared()[1]
    rows: list[list[object]] = []
    for result in results:
        start = [result.title, period.code, codelists.label("figure_unit", result.measure.unit)]
        rows.append([*start, "", "", _("hidden") if result.hidden else result.value])
        for name, cells in result.parts.items():
            told = words(dimensions[name].title)
            for part in in_order(dimensions[name], cells):
                shown = _("hidden") if cells[part] is None else cells[part]
                rows.append([*start, told, category(dimensions[name], part), shown])
    return [*rows, [words(one.definition)]]


def chosen(request: DeskRequest) -> Period:
    code = request.GET.get("period", "")
    return Period(code if code in periods() else periods()[0])


def known(code: str) -> Indicator:
    found = declared()[0]
    if code not in found:
        raise Http404
    return found[code]


def frame(period: Period, place: str) -> dict[str, object]:
    sections = [
        {
            "label": shown(Period(code)),
            "url": f"?{urlencode({'period': code})}",
            "current": code == period.code,
        }
        for code in periods()
    ]
    least = settings.SMALL_CELL_PUBLIC
    return {
        "period": shown(period), "code": period.code, "periods": sections, "place": place, "least": least
    }  # fmt: skip


def tabs_of_places(period: Period, current: str) -> list[dict[str, object]]:
    """The country and its oblasts; a half-year has no parts."""
    if period.half:
        return []
    names = {"": _("Whole country")} | {code: codelists.label("place", code) for code in oblasts()}
    return [
        {
            "label": name,
            "url": f"?{urlencode({'period': period.code, 'place': code})}",
            "current": code == current,
        }
        for code, name in names.items()
    ]


def section(
    one: Indicator,
    now: list[Result],
    before: list[Result],
    period: Period,
    *,
    place: str = "",
    link: bool = True,
) -> dict[str, Any]:
    """An indicator as a page shows it: one sentence, its numbers beside those of the period before."""
    rows = [
        [result.title, *({"text": text(each, place), "number": True} for each in (result, earlier))]
        for result, earlier in zip(now, before, strict=True)
        if not place or "oblast" in result.parts
    ]
    address = reverse("indicator", args=[one.code])
    return {
        "number": one.number,
        "title": words(one.title),
        "definition": words(one.definition),
        "sentence": "; ".join(f"{result.title}: {said(result, place)}" for result in now) + ".",
        "head": [_("Number"), shown(period), shown(period.before)],
        "rows": rows,
        "picture": picture(one, now) if not place else "",
        "url": f"{address}?{urlencode({'period': period.code})}" if link else "",
        "file": one.code,
        "name": f"{one.code}-{period.code}",
    }


def said(result: Result, place: str) -> str:
    return text(result, place) if place else result.with_unit


def text(result: Result, place: str) -> str:
    """The number of the country, or of one oblast where it is told apart by oblast."""
    if not place:
        return result.text
    if "oblast" not in result.parts:
        return "–"
    value = result.parts["oblast"].get(place, 0)
    return _("hidden") if value is None else number(value)


def picture(one: Indicator, results: list[Result]) -> str:
    """The numbers that have the unit of the first; nothing where all of them are nothing or not known."""
    unit = results[0].measure.unit
    drawn = [
        Bar(result.title, None if result.hidden else round(result.value or 0))
        for result in results
        if result.measure.unit == unit and (result.hidden or result.value is not None)
    ]
    if not any(bar.value for bar in drawn):
        return ""
    return bars(f"picture-{one.code}", words(one.title), drawn)


def part_table(one: Indicator, name: str, results: list[Result]) -> dict[str, Any]:
    """The parts of every number by one dimension, with a picture of the largest."""
    dimension = declared()[1][name]
    having = [result for result in results if name in result.parts]
    codes = in_order(dimension, [code for result in having for code in result.parts[name]])
    largest = max(having, key=lambda result: (sum(filter(None, result.parts[name].values())), result.title))
    title = f"{words(dimension.title)}: {largest.title}" if len(results) > 1 else words(dimension.title)
    cells = [(code, largest.parts[name].get(code, 0)) for code in codes]
    rows = [
        [category(dimension, code), *(cell(result.parts[name].get(code, 0)) for result in having)]
        for code in codes
    ]
    closer = declared()[1][RAYON] if name == OBLAST and largest.parts[OBLAST] else None
    return {
        "title": words(dimension.title),
        "caption": title,
        "sentence": in_words(largest, dimension, cells),
        "closer": closer.code if closer else "",
        "closer_title": words(closer.title) if closer else "",
        "by": name,
        "name": f"{one.code}-{name}",
        "picture": drawn_parts(f"picture-{one.code}-{name}", title, dimension, cells),
        "head": [words(dimension.title), *(result.title for result in having)],
        "rows": rows,
    }


def in_words(result: Result, dimension: Dimension, cells: Sequence[tuple[str, int | None]]) -> str:
    """The first parts in the order of their list, which is no ranking."""
    told = [
        f"{category(dimension, code)} {_('hidden') if value is None else number(value)}"
        for code, value in cells
        if value != 0
    ]
    more = " …" if len(told) > SAID else ""
    return f"{result.title}: {', '.join(told[:SAID])}{more}." if told else f"{result.title}: 0."


def cell(value: int | None) -> dict[str, object]:
    return {"text": _("hidden") if value is None else number(value), "number": True}
