"""The annual report: what may be printed of a year and of the two before it, for the public.

Few people a year must still make a report: a number is printed for each year where that gives nobody away,
for three years together, or as a range. It is what everybody is told elsewhere too (see publishing.public):
people are counted of years that are over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
from kamkor.methods.disclosure.years import TOTAL, Told, span
from kamkor.methods.indicators import Counted, Indicator, Measure, Period, declared
from kamkor.statistics import register
from kamkor.statistics.counts import organisations
from kamkor.statistics.indicators import category, is_over, is_small, number, resting_on, words
from kamkor.statistics.models import Figure
from kamkor.statistics.publishing import public
from kamkor.statistics.publishing.public import BY, SOURCES, Held, Ledger
from kamkor.statistics.sources import Records
from kamkor.statistics.wording import figure_line, how_far_apart, summed

LOOK_BACK = 10  # published figures that disagree: of these years


def annual(year: int, *, draft: bool = False) -> Paper:
    """In the language that is active. What it tells is kept as told, unless it is a draft."""
    found = declared()[0]
    with wall.acting(None, scope="counts"):
        counting = _Counting(year, not draft, Records(_asked(year)), public.ledger())
        rows = {code: [counting.row(code, each) for each in one.measures] for code, one in found.items()}
    blocks: list[Block] = [*_start(year), Heading(_("The year in brief"))]
    blocks += [Bullets([_brief(found[code], rows[code]) for code in found if code in _BRIEF])]
    blocks += [Heading(_("Indicators")), *_legend(), _table(found, rows, year)]
    for code in SOURCES:
        blocks += [Heading(words(found[code].title)), *_crossed(rows[code], year)]
    blocks += _disagreements(year)
    blocks += [Heading(_("Definitions"))]
    blocks += [
        Bullets([f"{one.number}. {words(one.title)}: {words(one.definition)}" for one in found.values()])
    ]
    blocks += [Paragraph(_made_of(), small=True)]
    title = _("Trafficking in persons: annual report for %(year)s") % {"year": year}
    return Paper(f"{title} ({_('Draft')})" if draft else title, get_language() or "en", blocks)


_BRIEF = ("contacts", "presumed", "confirmed", "assisted", "referrals", "shelter")
_Row = tuple[Measure, list[str], Held]


def _start(year: int) -> list[Block]:
    said = [summed(organisations())]
    today = timezone.localdate()
    if year >= today.year:
        said.append(_("The year is not over: counted until %(day)s.") % {"day": date_format(today)})
    said.append(_("The number of people who were found is not the number of people who were trafficked."))
    return [Paragraph(" ".join(said))]


def last_over(year: int) -> int:
    """The last year of the three that are summed."""
    return min(year, timezone.localdate().year - 1)


def _summed(year: int) -> str:
    return span([each.code for each in public.three_years(last_over(year))])


def _asked(year: int) -> list[Period]:
    codes = {each.code for last in (year, last_over(year)) for each in public.three_years(last)}
    return [Period(code) for code in sorted(codes)]


@dataclass(frozen=True)
class _Counting:
    """The rows of one report."""

    year: int
    keep: bool
    records: Records
    ledger: Ledger

    def row(self, indicator: str, measure: Measure) -> _Row:
        """A number of each of three years and of three together, as they may be printed."""
        years = public.three_years(self.year)
        if not public.is_told(measure):
            return measure, [*self._apart(measure, years), "–"], Held()
        name = public.name_of(indicator, measure)
        asked = _asked(self.year)
        held = public.told(self.ledger, name, measure, self.records, asked=asked, keep=self.keep)
        each_year = [_told(held.at(each.code)) if each.code in held.exact else "–" for each in years]
        return measure, [*each_year, _told(held.at(_summed(self.year)))], held

    def _apart(self, measure: Measure, years: Sequence[Period]) -> list[str]:
        """Of what has no sum over years."""
        rows = self.records.rows(measure.source)
        counted = [
            Counted(None, 0) if is_over(measure, year) else method.count(measure, rows, year)
            for year in years
        ]
        if measure.open or all(each.value is None for each in counted):
            return ["–" if each.value is None else number(each.value) for each in counted]
        if measure.stock:
            return [_alone(int(each.value or 0)) for each in counted]
        resting = [resting_on(measure, each, rows, year) for each, year in zip(counted, years, strict=True)]
        return [_resting(measure, each) for each in resting]


def _told(told: Told) -> str:
    if told.value is not None:
        return number(told.value)
    return f"1–{told.most}" if told.most else "…"


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
    for measure, cells, _held in rows:
        value, whole = cells[-2], cells[-1]
        unit = codelists.label("figure_unit", measure.unit)
        if value not in ("…", "–"):
            said.append(f"{words(measure.title)}: {value} {unit}")
        elif whole not in ("…", "–"):
            together_said = _("%(number)s in three years") % {"number": f"{whole} {unit}"}
            said.append(f"{words(measure.title)}: {together_said}")
    return f"{words(one.title)}. {'; '.join(said) or '…'}"


def _legend() -> list[Block]:
    said = [
        _("… is too small to be printed alone: see the three years together. – means: nothing was counted."),
        _("Presumed, confirmed and not confirmed are three tables and are never added together."),
    ]
    return [Paragraph(" ".join(said), small=True)]


def _table(found: dict[str, Indicator], rows: dict[str, list[_Row]], year: int) -> Table:
    years = [each.code for each in public.three_years(year)]
    head = [_("Indicator"), *years, f"{_('Three years')} ({_summed(year).replace('/', '–')})", _("Unit")]
    lines = [
        [f"{one.number}. {words(measure.title)}", *cells, codelists.label("figure_unit", measure.unit)]
        for code, one in found.items()
        for measure, cells, _held in rows[code]
    ]
    return Table(head, lines)


def _crossed(rows: Sequence[_Row], year: int) -> list[Block]:
    """Each number of three years by two dimensions, with the picture of the first."""
    blocks: list[Block] = []
    for measure, _cells, held in rows:
        period = _summed(year)
        if held.at(period).value:
            title = f"{words(measure.title)}, {period.replace('/', '–')}"
            blocks += [Heading(title, 2), *_two_ways(measure, held, period)]
    return blocks or [Paragraph(_("Too few to be told apart."))]


def _two_ways(measure: Measure, held: Held, period: str) -> list[Block]:
    down, across = (declared()[1][name] for name in BY)
    lines = [
        [category(down, row) if row != TOTAL else _("Total")]
        + [_told(held.at(period, row, column)) for column in (*across.labels, TOTAL)]
        for row in (*down.labels, TOTAL)
    ]
    drawn = [Bar(category(down, row), held.at(period, row).value) for row in down.labels]
    head = [words(down.title), *(category(across, column) for column in across.labels), _("Total")]
    return [Picture(bars(f"{measure.code}-picture", words(measure.title), drawn)), Table(head, lines)]


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
