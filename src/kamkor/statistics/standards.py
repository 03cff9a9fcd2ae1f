"""Figures in the formats of others: SDG 16.2.2, CSV with HXL tags, DHIS2 data value sets.

What leaves is protected as for the public; what is hidden is left out or empty, and never 0.
"""

import csv
import io
import json
from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from kamkor.base import codelists, wall
from kamkor.base.exports import safe
from kamkor.methods.indicators import Period, declared
from kamkor.statistics.indicators import RETURNS, category
from kamkor.statistics.publishing.results import counting_of, public_results, untold
from kamkor.statistics.questionnaires import asked_beside
from kamkor.statistics.returns import signed_totals

COUNTRY, M49 = "KG", "417"
FORMATS = {"sdg": "csv", "hxl": "csv", "dhis2": "json"}
GROUPS = {  # of the SDG: age and sex
    "women": ("18+Y", "FEMALE"), "men": ("18+Y", "MALE"), "girls": ("<18Y", "FEMALE"),
    "boys": ("<18Y", "MALE"), "unknown": ("UNKNOWN", "UNKNOWN"),
}  # fmt: skip
EVERYBODY = ("ALLAGE", "BOTHSEX")
SERIES = {
    "labour": "VC_HTF_DETVFL", "sexual": "VC_HTF_DETVSX", "organs": "VC_HTF_DETVOG", "other": "VC_HTF_DETVOP",
}  # fmt: skip
HXL = {
    "code": "#indicator+code", "name": "#indicator+name", "unit": "#indicator+unit", "since": "#date+start",
    "until": "#date+end", "country": "#country+code", "oblast": "#adm1+name", "told_apart_by": "#group+type",
    "part": "#group+name", "value": "#indicator+value+num", "status": "#meta+status",
}  # fmt: skip


def written(kind: str, period: Period) -> bytes:
    """The file of one of FORMATS; SDG counts years only."""
    if kind == "dhis2":
        return dhis2(period)
    return hxl(period) if kind == "hxl" else sdg(period.whole_year)


def sdg(period: Period) -> bytes:
    """Detected victims: those confirmed by a decision of the year, by age and sex, and by form."""
    one = declared()[0]["confirmed"]
    result = public_results(period, [one])[one.code][0]
    rows = [_sdg("VC_HTF_DETV", period, EVERYBODY, None if result.hidden else result.value)]
    for group, held in result.parts.get("group", {}).items():
        rows.append(_sdg("VC_HTF_DETV", period, GROUPS[group], held))
    for form, held in result.parts.get("form", {}).items():
        if form in SERIES:
            rows.append(_sdg(SERIES[form], period, EVERYBODY, held))
    head = [
        "Indicator",
        "SeriesCode",
        "GeoAreaCode",
        "TimePeriod",
        "Age",
        "Sex",
        "Value",
        "Units",
        "FootNote",
    ]
    return _csv([head, *rows])


def _sdg(series: str, period: Period, whom: tuple[str, str], value: float | None) -> list[object]:
    note = "suppressed: small number" if value is None else "confirmed by a decision dated in the year"
    shown: object = "" if value is None else int(value)
    return ["16.2.2", series, M49, period.year, *whom, shown, "NUMBER", note]


def hxl(period: Period) -> bytes:
    """Every indicator with its parts, one number a row, a row of tags below the heading."""
    found, dimensions = declared()
    rows: list[list[object]] = [list(HXL), list(HXL.values())]
    for code, results in public_results(period, list(found.values())).items():
        for result in results:
            unit = codelists.label("figure_unit", result.measure.unit)
            start = [f"{code}.{result.measure.code}", result.title, unit, period.first, period.last, COUNTRY]
            rows.append([*start, "", "", "", *_number(result.value, hidden=result.hidden)])
            for name, cells in result.parts.items():
                for part, held in cells.items():
                    label = category(dimensions[name], part)
                    where = [label, "", ""] if name == "oblast" else ["", name, label]
                    rows.append([*start, *where, *_number(held, hidden=held is None)])
    return _csv(rows)


def _number(value: float | None, *, hidden: bool) -> tuple[object, str]:
    if hidden:
        return "", "suppressed"
    return ("", "not counted") if value is None else (value, "provisional")


def dhis2(period: Period) -> bytes:
    """Sums of the signed returns of a half-year, as data values of the country."""
    code = f"{period.year}S{period.half[1]}" if period.half else str(period.year)
    values = [
        {
            "dataElement": item,
            "period": code,
            "orgUnit": COUNTRY,
            "categoryOptionCombo": "default",
            "attributeOptionCombo": "default",
            "value": f"{value.normalize():f}",
            "comment": f"sum of {bodies} signed returns",
        }
        for item, value, bodies in told_returns(period)
    ]
    envelope = {"dataSet": "KAMKOR_RETURNS", "completeDate": timezone.localdate().isoformat(), "period": code}
    return (json.dumps({**envelope, "orgUnit": COUNTRY, "dataValues": values}, indent=1) + "\n").encode()


def told_returns(period: Period) -> list[tuple[str, Decimal, int]]:
    """Each item of the signed returns of a half-year with its sum and of how many bodies it is."""
    beside = asked_beside()
    asked = [one for each in declared()[0].values() for one in each.measures if one.source == RETURNS]
    asked += [one for _code, one in beside if one.source == RETURNS]
    with wall.acting(None, scope="counts"):
        counting = counting_of(period, beside)
        results = [counting.one(one, ()) for one in asked]
    told = {str(one.measure.where["item"]): one for one in results}
    kept = {item for item, one in told.items() if not one.hidden} - untold(results)
    rows = signed_totals(period, small=settings.SMALL_CELL_PUBLIC)
    return [
        (item, value if item not in told else Decimal(str(told[item].value or 0)), bodies)
        for item, value, bodies in rows
        if item not in told or item in kept
    ]


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode()
