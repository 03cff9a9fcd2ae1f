"""Half-year returns of bodies: entered by one person, signed by another, late ones reminded of.

Which numbers a kind of desk is asked for stands in the code list `return_item`; what is not known stays
empty.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Task
from kamkor.base import codelists, wall
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.methods.indicators import Period, Row
from kamkor.statistics.models import Return, ReturnChange, ReturnFigure

Values = Mapping[str, Decimal | None]
PERIODS = 4  # how many half-years are on offer
DUE_DAY = 15  # of the month after the half-year
MUCH = 2  # more than so many times, or less than that part of, the last number is asked about
FEW = 5  # below, a number may double without a question
TASK = "return_due"


def periods(today: date | None = None) -> list[Period]:
    """The half-years that are over, the newest first, and the one that runs before them."""
    day = today or timezone.localdate()
    now = Period(f"{day.year}H{1 if day.month < 7 else 2}")
    found = [now]
    while len(found) < PERIODS:
        found.append(found[-1].before)
    return found


def due_on(period: Period) -> date:
    """The 15th after the half-year."""
    return date(period.year, 7, DUE_DAY) if period.half == "H1" else date(period.year + 1, 1, DUE_DAY)


def items(desk: Desk) -> dict[str, str]:
    """What a desk of this kind is asked for, in the reader's language."""
    held = codelists.entries("return_item")
    return {
        code: codelists.label("return_item", code)
        for code, entry in held.items()
        if _asked(entry.extra, desk)
    }


def _asked(extra: Mapping[str, str], desk: Desk) -> bool:
    kinds = extra.get("kinds", "").split()
    return not kinds or desk.kind in kinds


def values(row: Return | None) -> dict[str, Decimal | None]:
    if row is None:
        return {}
    return dict(ReturnFigure.objects.filter(part_of=row).values_list("item", "value"))


@action("return.enter")
def enter(actor: Actor, desk: Desk, *, period: str, given: Values, texts: Mapping[str, str]) -> Return:
    """Write the numbers of a half-year, again until they are signed; they wait for a second person."""
    row = Return.objects.filter(desk=desk, period=period).first()
    if row is None:
        row = Return(desk=desk, period=period)
    if row.signed_at is not None:
        raise Problem(_("This return is signed"), _("Change a single number; what it was is kept."))
    row.words, row.entered_at, row.entered_by = dict(texts), timezone.now(), actor.signed_in
    row.save()
    for item, value in given.items():
        ReturnFigure.objects.update_or_create(part_of=row, item=item, defaults={"desk": desk, "value": value})
    return row


@action("return.sign")
def sign(actor: Actor, row: Return) -> None:
    """By somebody else than who entered it."""
    if row.signed_at is not None:
        raise WrongState
    if row.entered_by_id == actor.user_id:
        raise Problem(_("A second person signs"), _("Ask a colleague to look at it and to sign."))
    row.signed_at, row.signed_by = timezone.now(), actor.signed_in
    row.save(update_fields=["signed_at", "signed_by"])
    Task.objects.open().filter(desk=row.desk, kind=TASK, subject=subject(row.period)).update(
        done_at=row.signed_at
    )


@action("return.change")
def change(actor: Actor, figure: ReturnFigure, *, value: Decimal | None, why: str) -> ReturnFigure:
    """A number that is wrong after it was signed; what it was, who changed it and why is kept."""
    if figure.part_of.signed_at is None:
        raise WrongState
    if not why.strip():
        raise Problem(_("Say why the figure is changed"))
    ReturnChange.objects.create(
        desk_id=figure.desk_id,
        figure=figure,
        old=figure.value,
        new=value,
        why=why.strip(),
        by=actor.signed_in,
    )
    figure.value = value
    figure.save(update_fields=["value"])
    return figure


def doubts(desk: Desk, period: Period, given: Values) -> list[str]:
    """What to look at before signing: against the last half-year, and parts against their whole."""
    last = values(Return.objects.filter(desk=desk, period=period.before.code).first())
    held = codelists.entries("return_item")
    found = []
    for item, label in items(desk).items():
        value, before = given.get(item), last.get(item)
        said = {"item": label, "value": _plain(value), "before": _plain(before)}
        if value is None and before is not None:
            found.append(_("%(item)s: empty, last time %(before)s.") % said)
        elif value is not None and before is not None and _jumped(value, before):
            found.append(_("%(item)s: %(value)s, last time %(before)s.") % said)
        whole = held[item].extra.get("most", "")
        most = given.get(whole) if whole else None
        if value is not None and most is not None and value > most:
            said["most"] = f"{codelists.label('return_item', whole)} ({_plain(most)})"
            found.append(_("%(item)s: %(value)s is more than %(most)s.") % said)
    return found


def _jumped(value: Decimal, before: Decimal) -> bool:
    small, large = sorted((value, before))
    return large >= FEW and large > MUCH * small


def _plain(value: Decimal | None) -> str:
    return "–" if value is None else f"{value.normalize():f}"


def from_csv(content: bytes, desk: Desk) -> dict[str, Decimal | None]:
    """A file with the columns `item` and `value`; the first row that is wrong is named."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(_("The file is not text in UTF-8"), _("Save it as CSV in UTF-8.")) from error
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    if not {"item", "value"} <= set(reader.fieldnames or ()):
        raise Problem(_("Row 1: the columns item and value are missing"))
    found: dict[str, Decimal | None] = {}
    asked = items(desk)
    for number, row in enumerate(reader, 2):
        item, value = (row["item"] or "").strip(), (row["value"] or "").strip()
        if item not in asked:
            raise Problem(
                _("Row %(row)s, item: “%(item)s” is not asked of you") % {"row": number, "item": item}
            )
        found[item] = _number(value, number)
    return found


def _number(text: str, row: int) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        value = Decimal(-1)
    if not (value.is_finite() and 0 <= value < 10**12):
        raise Problem(
            _("Row %(row)s, value: “%(value)s” is no number of 0 or more") % {"row": row, "value": text}
        )
    return value


@dataclass(frozen=True)
class Received:
    """One body and its return of a half-year."""

    desk: Desk
    row: Return | None

    @property
    def state(self) -> str:
        if self.row is None:
            return "missing"
        return "signed" if self.row.signed_at else "entered"


def received(period: Period) -> list[Received]:
    """Every desk of which something particular is asked, by name and not by number, and what it has sent."""
    kinds = {
        kind for entry in codelists.entries("return_item").values() for kind in entry.extra["kinds"].split()
    }
    with wall.acting(None, scope="counts"):
        sent = {row.desk_id: row for row in Return._base_manager.filter(period=period.code)}
        desks = Desk.objects.filter(active=True).select_related("organisation").order_by("code")
        return [Received(desk, sent.get(desk.pk)) for desk in desks if desk.kind in kinds or desk.pk in sent]


def signed_rows(asked: list[Period]) -> list[Row]:
    """Signed numbers as rows for the indicators; a year is the sum of its halves."""
    codes = {f"{period.year}{half}" for period in asked for half in ("H1", "H2")}
    rows = ReturnFigure._base_manager.filter(
        part_of__period__in=codes, part_of__signed_at__isnull=False, value__isnull=False
    ).values_list("part_of__period", "item", "value", "desk_id")
    return [
        {"on": Period(code).last.isoformat(), "item": item, "value": float(value), "desk": desk}
        for code, item, value, desk in rows
        if value is not None
    ]


def signed_totals(period: Period, *, small: int) -> list[tuple[str, Decimal, int]]:
    """Each item of a half-year with its sum and of how many bodies it is; small numbers are left out, and
    money that is for few people."""
    found: dict[str, list[Decimal]] = {}
    with wall.acting(None, scope="counts"):
        rows = ReturnFigure._base_manager.filter(
            part_of__period=period.code, part_of__signed_at__isnull=False, value__isnull=False
        )
        for item, value in rows.values_list("item", "value"):
            found.setdefault(item, []).append(value or Decimal())
    sums = {item: sum(values, Decimal()) for item, values in found.items()}

    def few(item: str) -> bool:
        return 0 < sums.get(item.replace("_som", "_persons"), Decimal()) < small

    order = [item for item in codelists.entries("return_item") if item in sums and not few(item)]
    return [(item, sums[item], len(found[item])) for item in order]


def remind(now: datetime) -> int:
    """A task for each desk that has reported before and whose return of the last half-year is late."""
    period = periods(timezone.localdate(now))[1]
    if timezone.localdate(now) <= due_on(period):
        return 0
    made = 0
    with wall.acting(None, scope="all"):
        done = Return._base_manager.filter(period=period.code, signed_at__isnull=False).values("desk")
        before = Return._base_manager.values("desk")
        for desk in Desk.objects.filter(active=True, pk__in=before).exclude(pk__in=done):
            about = {"desk": desk, "kind": TASK, "subject": subject(period.code)}
            if not Task.objects.filter(**about).exists():
                new_task(
                    desk, TASK, datetime.combine(due_on(period), time(12), UTC), subject=subject(period.code)
                )
                made += 1
    return made


def subject(period: str) -> str:
    return f"statistics.return:{period}"
