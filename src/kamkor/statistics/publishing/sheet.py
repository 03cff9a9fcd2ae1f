"""A release in the reader's language: its title, its tables with their pictures, and its data sheet."""

from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kamkor.base.charts import Bar, bars
from kamkor.methods.disclosure.years import TOTAL
from kamkor.statistics.estimates import published
from kamkor.statistics.estimates.published import MEASURE
from kamkor.statistics.indicators import category, number, words
from kamkor.statistics.models import Release
from kamkor.statistics.publishing import tables
from kamkor.statistics.publishing.releases import ESTIMATE, LICENCE, content_of
from kamkor.statistics.publishing.tables import TABLE, Cells


def title(release: Release) -> str:
    if release.method == ESTIMATE:
        return _(MEASURE)
    name = release.about.get("measure", "")
    held = tables.measures().get(name)
    if held is None:
        return release.title or release.data_set
    one, measure = held
    return f"{words(one.title)}: {words(measure.title)}" if len(one.measures) > 2 else words(measure.title)


def definition(release: Release) -> str:
    held = tables.measures().get(release.about.get("measure", ""))
    return words(held[0].definition) if held else ""


def span(period: str) -> str:
    return period.replace("/", "–")


def sections(release: Release) -> list[dict[str, object]]:
    """Each period of a default table, the newest first; nothing of released records."""
    if "measure" not in release.about:
        return []
    cells = tables.read(content_of(release, TABLE))
    periods = list(dict.fromkeys(period for period, _group, _form in cells))
    ordered = sorted(periods, key=_newest)
    return [_section(release, cells, period, crossed=period in ordered[:2]) for period in ordered]


def estimate(release: Release) -> dict[str, object]:
    """What the page says of an estimate; nothing of any other release."""
    return published.shown(release.about["estimate"]) if release.method == ESTIMATE else {}


def _newest(period: str) -> tuple[bool, int]:
    return "/" not in period, -int(period[:4])


def _section(release: Release, cells: Cells, period: str, *, crossed: bool) -> dict[str, object]:
    down, across = tables.dimensions()
    rows = [
        [category(down, group) if group != TOTAL else _("Total")]
        + [_cell(cells[period, group, form]) for form in (*across.labels, TOTAL)]
        for group in (*down.labels, TOTAL)
    ]
    whole = cells[period, TOTAL, TOTAL]
    said = {"title": title(release), "total": number(whole) if whole is not None else ""}
    sentence = _("%(title)s: the number is hidden, because it is small.")
    return {
        "title": span(period),
        "sentence": (sentence if whole is None else _("%(title)s: %(total)s in all.")) % said,
        "picture": "" if whole == 0 else picture(release, cells, period),
        "head": [words(across.title), _("Number")],
        "rows": [
            [category(across, form) if form != TOTAL else _("Total"), _cell(cells[period, TOTAL, form])]
            for form in (*across.labels, TOTAL)
        ],
        "crossed": words(down.title),
        "crossed_head": [words(down.title), *(category(across, form) for form in across.labels), _("Total")],
        "crossed_rows": rows if crossed else [],
    }


def _cell(value: int | None) -> dict[str, object]:
    return {"text": _("hidden") if value is None else number(value), "number": True}


def picture(release: Release, cells: Cells, period: str) -> SafeString:
    """How many of each form."""
    _down, across = tables.dimensions()
    drawn = [Bar(category(across, form), cells[period, TOTAL, form]) for form in across.labels]
    return bars(f"picture-{period.replace('/', '-')}", f"{title(release)}, {span(period)}", drawn)


def data_sheet(release: Release) -> list[dict[str, str]]:
    """What whoever uses the numbers must know."""
    rows = [
        (_("Period"), span(release.period)),
        (_("Version"), str(release.version)),
        (_("Published"), day(release.published_at) if release.published_at else ""),
        *(published.sheet_of(release.about["estimate"]) if release.method == ESTIMATE else ()),
        (_("Definition"), definition(release)),
        (_("How it is protected"), "" if release.method == ESTIMATE else _protection(release)),
        (_("Licence"), f"{LICENCE['name']}, {LICENCE['path']}"),
        (_("Data set"), release.data_set + f"/{release.version}"),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def day(at: datetime) -> str:
    return date_format(localdate(at))


def _protection(release: Release) -> str:
    if release.method == "kanon":
        return _("Records in groups: everybody looks like others in what an outsider may know.")
    if release.method == "dp-synthetic":
        return _("Made-up records with the proportions of the real ones. No row is a person.")
    said = _(
        "Numbers from 1 to below %(smallest)s are hidden, and as many others as it takes that they cannot be "
        "worked out."
    )
    return said % {"smallest": release.about.get("k", settings.SMALL_CELL_PUBLIC)}
