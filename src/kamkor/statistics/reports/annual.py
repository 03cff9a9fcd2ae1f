"""The annual report: what may be printed of a year and of the two before it, for the public.

Few people a year must still make a report: a number is shown for each year where none is small, else for
three years together, else as a range. What is told apart in two ways at once is of three years.
"""

from collections.abc import Iterable, Sequence
from importlib.metadata import version

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamkor.base import codelists, wall
from kamkor.base.charts import Bar, bars
from kamkor.base.papers import Block, Bullets, Heading, Paper, Paragraph, Picture, Table
from kamkor.methods import indicators as method
from kamkor.methods.disclosure.small import TOTAL, Cell, hide_small
from kamkor.methods.disclosure.years import together
from kamkor.methods.indicators import Counted, Indicator, Measure, Period, declared
from kamkor.statistics import register
from kamkor.statistics.counts import organisations
from kamkor.statistics.indicators import (
    RETURNS,
    category,
    in_order,
    is_over,
    is_small,
    number,
    resting_on,
    words,
)
from kamkor.statistics.models import Figure
from kamkor.statistics.sources import Records
from kamkor.statistics.wording import figure_line, how_far_apart, summed

BACK = 3  # years side by side
LOOK_BACK = 10  # published figures that disagree: of these years
CROSSED = {"presumed": ("group", "form"), "confirmed": ("group", "form")}


def annual(year: int) -> Paper:
    """In the language that is active."""
    periods = [Period(str(which)) for which in range(year - BACK + 1, year + 1)]
    found = declared()[0]
    with wall.acting(None, scope="counts"):
        records = Records(periods)
        rows = {
            code: [_row(measure, records, periods) for measure in one.measures] for code, one in found.items()
        }
        crossed = {code: _crossed(found[code], records, periods, by) for code, by in CROSSED.items()}
    blocks: list[Block] = [*_start(year), Heading(_("The year in brief"))]
    blocks += [Bullets([_brief(found[code], rows[code]) for code in found if code in _BRIEF])]
    blocks += [Heading(_("Indicators")), *_legend(), _table(found, rows, periods)]
    for code, tables in crossed.items():
        blocks += [Heading(words(found[code].title)), *tables]
    blocks += _disagreements(year)
    blocks += [Heading(_("Definitions"))]
    blocks += [
        Bullets([f"{one.number}. {words(one.title)}: {words(one.definition)}" for one in found.values()])
    ]
    blocks += [Paragraph(_made_of(), small=True)]
    title = _("Trafficking in persons: annual report for %(year)s") % {"year": year}
    return Paper(title, get_language() or "en", blocks)


_BRIEF = ("contacts", "presumed", "confirmed", "assisted", "referrals", "shelter")
_Row = tuple[Measure, list[str]]


def _start(year: int) -> list[Block]:
    said = [summed(organisations())]
    today = timezone.localdate()
    if year >= today.year:
        said.append(_("The year is not over: counted until %(day)s.") % {"day": date_format(today)})
    said.append(_("The number of people who were found is not the number of people who were trafficked."))
    return [Paragraph(" ".join(said))]


def _row(measure: Measure, records: Records, periods: Sequence[Period]) -> _Row:
    """A number of each year and of all together, as they may be printed."""
    rows = records.rows(measure.source)
    counted = [
        Counted(None, 0) if is_over(measure, period) else method.count(measure, rows, period)
        for period in periods
    ]
    if measure.open or all(each.value is None for each in counted):
        return measure, [*("–" if each.value is None else number(each.value) for each in counted), "–"]
    if measure.stock:
        return measure, [*(_alone(int(each.value or 0)) for each in counted), "–"]
    if measure.of in ("person", "rows") or (measure.source == RETURNS and not measure.rests_on):
        years = together([int(each.value or 0) for each in counted], threshold=settings.SMALL_CELL_PUBLIC)
        small = _("1 to %(most)s") % {"most": settings.SMALL_CELL_PUBLIC - 1}
        return measure, [
            *("…" if each is None else number(each) for each in years.each),
            small if years.sum is None else number(years.sum),
        ]
    resting = [resting_on(measure, each, rows, period) for each, period in zip(counted, periods, strict=True)]
    return measure, [*(_resting(measure, each) for each in resting), "–"]


def _alone(value: int) -> str:
    return "…" if 0 < value < settings.SMALL_CELL_PUBLIC else number(value)


def _resting(measure: Measure, counted: Counted) -> str:
    """A share, a sum or a middle, where it rests on enough people."""
    if is_small(measure, counted, settings.SMALL_CELL_PUBLIC):
        return "…"
    return "–" if counted.value is None or not counted.base else number(counted.value)


def _brief(one: Indicator, rows: Sequence[_Row]) -> str:
    """One sentence: the year, or where it is too few, three years together."""
    said = []
    for measure, cells in rows:
        value, whole = cells[-2], cells[-1]
        unit = codelists.label("figure_unit", measure.unit)
        if value not in ("…", "–"):
            said.append(f"{words(measure.title)}: {value} {unit}")
        elif value == "…" and whole != "–":
            together_said = _("%(number)s in three years") % {"number": f"{whole} {unit}"}
            said.append(f"{words(measure.title)}: {together_said}")
    return f"{words(one.title)}. {'; '.join(said) or '…'}"


def _legend() -> list[Block]:
    said = [
        _("… is too small to be printed alone: see the three years together. – means: nothing was counted."),
        _("Presumed, confirmed and not confirmed are three tables and are never added together."),
    ]
    return [Paragraph(" ".join(said), small=True)]


def _table(found: dict[str, Indicator], rows: dict[str, list[_Row]], periods: Sequence[Period]) -> Table:
    head = [_("Indicator"), *(period.code for period in periods), _("Three years"), _("Unit")]
    lines = [
        [f"{one.number}. {words(measure.title)}", *cells, codelists.label("figure_unit", measure.unit)]
        for code, one in found.items()
        for measure, cells in rows[code]
    ]
    return Table(head, lines)


def _crossed(one: Indicator, records: Records, periods: Sequence[Period], by: tuple[str, str]) -> list[Block]:
    """Each number of three years by two dimensions, with the picture of the first."""
    blocks: list[Block] = []
    for measure in one.measures:
        counted = method.cross(measure, records.rows(measure.source), periods, by=by)
        title = f"{words(measure.title)}, {periods[0].code}–{periods[-1].code}"
        if sum(counted.values()) < settings.SMALL_CELL_PUBLIC:
            continue
        blocks += [Heading(title, 2), *_two_ways(measure, counted, by)]
    return blocks or [Paragraph(_("Too few to be told apart."))]


def _two_ways(measure: Measure, counted: dict[tuple[str, str], int], by: tuple[str, str]) -> list[Block]:
    down, across = (declared()[1][name] for name in by)
    rows = in_order(down, [*down.labels, *(one for one, _other in counted)])
    columns = in_order(across, [*across.labels, *(other for _one, other in counted)])
    full: dict[Cell, int] = {
        (row, column): counted.get((row, column), 0) for row in rows for column in columns
    }
    shown = hide_small(full, threshold=settings.SMALL_CELL_PUBLIC)
    lines = [
        [category(down, row) if row != TOTAL else _("Total")]
        + [_text(shown[row, column]) for column in (*columns, TOTAL)]
        for row in (*rows, TOTAL)
    ]
    drawn = [Bar(category(down, row), shown[row, TOTAL]) for row in rows]
    head = [words(down.title), *(category(across, column) for column in columns), _("Total")]
    return [Picture(bars(f"{measure.code}-picture", words(measure.title), drawn)), Table(head, lines)]


def _text(value: int | None) -> str:
    return "…" if value is None else number(value)


def _disagreements(year: int) -> list[Block]:
    """Published figures that answer one question differently, of the last years."""
    rows = Figure.objects.filter(period__gte=str(year - LOOK_BACK), period__lt=str(year + 1))
    found = register.conflicts(rows)
    if not found:
        return []
    blocks: list[Block] = [Heading(_("Where figures disagree"))]
    for conflict in found:
        lines: Iterable[str] = (figure_line(row) for row in conflict.figures)
        blocks += [Paragraph(f"{conflict.title}. {how_far_apart(conflict)}"), Bullets(list(lines))]
    return blocks


def _made_of() -> str:
    said = {
        "release": version("kamkor"),
        "version": method.version(),
        "day": date_format(timezone.localdate()),
    }
    return _("Made on %(day)s with Kamkor %(release)s, indicators %(version)s.") % said
