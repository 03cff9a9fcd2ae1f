"""The half-year report of the programme: what bodies sent, beside the indicators; who sent nothing is named.

For use inside: it hides numbers under five, not those that may not be printed.
"""

from collections import Counter
from collections.abc import Sequence

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamkor.base import codelists, wall
from kamkor.base.papers import Block, Bullets, Heading, Paper, Paragraph, Table
from kamkor.base.templatetags.names import name
from kamkor.methods.disclosure.small import TOTAL, Cell, hide_small
from kamkor.methods.indicators import Indicator, Period, declared
from kamkor.statistics import register
from kamkor.statistics.counts import organisations
from kamkor.statistics.indicators import Results, number, shown, side_by_side, words
from kamkor.statistics.models import Figure
from kamkor.statistics.returns import Received, due_on, received
from kamkor.statistics.sources import Records
from kamkor.statistics.wording import figure_line, how_far_apart, summed

THREE = 3
PLANNED = 3  # parts of a line, at least, that is a row of the plan
FIRST = ("presumed", "confirmed", "assisted", "referrals", "contacts")  # where the three figures come from
LOOK_BACK = 10
LATE = "late"


def programme(period: Period) -> Paper:
    """In the language that is active."""
    found, sent = declared()[0], received(period)
    now, before = side_by_side([period, period.before], list(found.values()))
    blocks: list[Block] = [
        Paragraph(_("Outgoing number: ____________ Day: ____________")),
        Paragraph(summed(organisations())),
        Paragraph(_("For use inside: not to be published as it is.")),
        *_missing(sent, period),
        Heading(_("Summary")),
        *_said(sent, "what_changed"),
        Heading(_("Three figures"), 2),
        Bullets(_three(found, now, before)),
        *_said(sent, "obstacles"),
        *_plan(sent),
        Heading(_("Indicators")),
        _table(found, now, before, period),
        Bullets([f"{one.number}. {words(one.title)}: {words(one.definition)}" for one in found.values()]),
        Heading(_("Late answers, by kind of body")),
        _late(period),
        *_said(sent, "councils", level=1),
        *_said(sent, "campaigns", level=1),
        *_disagreements(period),
        *_said(sent, "proposals", level=1),
    ]
    title = _("Half-year report of the programme: %(period)s") % {"period": shown(period)}
    return Paper(title, get_language() or "en", blocks)


def _missing(sent: Sequence[Received], period: Period) -> list[Block]:
    """Bodies without a signed return, by name."""
    absent = sorted(name(each.desk) for each in sent if each.state != "signed")
    due = {"day": date_format(due_on(period))}
    if not absent:
        return [Paragraph(_("Every body has sent a signed return."))]
    return [Heading(_("No signed return, due on %(day)s") % due, 2), Bullets(absent)]


def _said(sent: Sequence[Received], code: str, *, level: int = 2) -> list[Block]:
    """The words of one part, body by body; only what is signed."""
    title = codelists.label("return_text", code).partition(":")[0]
    rows = sorted(
        [name(each.desk), each.row.words[code]]
        for each in sent
        if each.row is not None and each.state == "signed" and each.row.words.get(code)
    )
    if not rows:
        return [Heading(title, level), Paragraph(_("Nothing was sent."))]
    return [Heading(title, level), Table([_("Body"), title], rows)]


def _plan(sent: Sequence[Received]) -> list[Block]:
    """The matrix of the action plan: one row for each line whose parts are divided by semicolons, under the
    heads that the form asks for; what bodies wrote otherwise stands as they wrote it."""
    title, _colon, asked = codelists.label("return_text", "plan").partition(": ")
    heads = [part.strip().capitalize() for part in asked.split(";")]
    rows, words = [], []
    for each in sent:
        text = each.row.words.get("plan", "") if each.row and each.state == "signed" else ""
        for line in filter(None, map(str.strip, text.splitlines())):
            parts = [part.strip() for part in line.split(";", len(heads) - 1)]
            if len(parts) < PLANNED:
                words.append([name(each.desk), line])
            else:
                rows.append([name(each.desk), *parts, *[""] * (len(heads) - len(parts))])
    blocks: list[Block] = [Heading(title, 1)]
    if rows:
        blocks.append(Table([_("Body"), *heads], sorted(rows, key=lambda row: (row[1], row[0]))))
    if words:
        blocks.append(Table([_("Body"), title], words))
    return blocks if rows or words else [*blocks, Paragraph(_("Nothing was sent."))]


def _three(found: dict[str, Indicator], now: Results, before: Results) -> list[str]:
    """The first three numbers that may be shown, beside the half-year before."""
    lines = []
    for code in FIRST:
        for one, earlier in zip(now[code], before[code], strict=True):
            if one.value and not one.hidden and one.measure.of in ("person", "rows"):
                said = {"now": one.with_unit, "before": earlier.text}
                lines.append(
                    f"{words(found[code].title)}, {one.title}: " + _("%(now)s; before %(before)s") % said
                )
                break
    return lines[:THREE] or [_("No number is large enough to be shown.")]


def _table(found: dict[str, Indicator], now: Results, before: Results, period: Period) -> Table:
    head = [_("Indicator"), shown(period), shown(period.before), _("Unit")]
    rows = [
        [
            f"{one.number}. {result.title}",
            result.text,
            earlier.text,
            codelists.label("figure_unit", result.measure.unit),
        ]
        for code, one in found.items()
        for result, earlier in zip(now[code], before[code], strict=True)
    ]
    return Table(head, rows)


def _late(period: Period) -> Block:
    """Referrals by kind of the body that was asked, and how many of them were answered late; no names."""
    counted: Counter[tuple[str, str]] = Counter()
    with wall.acting(None, scope="counts"):
        for row in Records([period]).rows("referrals"):
            if period.holds(row["on"]):
                counted[row["asked"], LATE if row["answer"] == LATE else "other"] += 1
    if not counted:
        return Paragraph(_("No referral was sent."))
    kinds = sorted({kind for kind, _answer in counted}, key=lambda kind: codelists.label("desk_kind", kind))
    full: dict[Cell, int] = {(kind, part): counted[kind, part] for kind in kinds for part in (LATE, "other")}
    shown_cells = hide_small(full, threshold=settings.SMALL_CELL_INSIDE)
    rows = [
        [
            codelists.label("desk_kind", kind) or _("Not known"),
            _text(shown_cells[kind, TOTAL]),
            _text(shown_cells[kind, LATE]),
        ]
        for kind in kinds
    ]
    return Table([_("Kind of body"), _("Sent"), _("Answered late or overdue")], rows)


def _text(value: int | None) -> str:
    return _("hidden") if value is None else number(value)


def _disagreements(period: Period) -> list[Block]:
    rows = Figure.objects.filter(period__gte=str(period.year - LOOK_BACK), period__lt=str(period.year + 1))
    blocks: list[Block] = [Heading(_("Where figures disagree"))]
    for conflict in register.conflicts(rows):
        lines = [figure_line(row) for row in conflict.figures]
        blocks += [Paragraph(f"{conflict.title}. {how_far_apart(conflict)}"), Bullets(lines)]
    return blocks
