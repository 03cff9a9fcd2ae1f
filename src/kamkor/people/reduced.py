"""What is left of an erased person: rows without a name, a day or a text, so that she still counts.

A model that is not in this table is deleted; a column that is not in its row is emptied.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from kamkor.base.public import fresh_code

Turn = Callable[[Any], Any]


def keep(value: Any) -> Any:
    return value


def year(value: Any) -> Any:
    """The first day of the year, in whichever way the day was written."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    if isinstance(value, date):
        return date(value.year, 1, 1)
    return str(value)[:4]


def code(_value: Any) -> str:
    return fresh_code()


def over(value: Any) -> Any:
    """A day in the past: what was open is over."""
    return year(value) if value else year(timezone.localdate())


def ended(value: Any) -> Any:
    return year(value) if value else timezone.now()


DESK = {"desk": keep}
OF_PERSON = DESK | {"person": keep}
OF_CASE = DESK | {"case": keep, "recorded_at": year}
KEPT: dict[str, dict[str, Turn]] = {
    "people.person": DESK
    | {"file": keep, "code": code, "sex": keep, "age": keep, "merged_into": keep, "created_at": year}
    | {"listed": keep},
    "people.consent": OF_PERSON
    | {"layer": keep, "ground": keep, "purpose": keep, "receiver": keep, "outside": keep, "taken_by": keep}
    | {"given_at": year, "ends_on": over, "withdrawn_at": ended, "review_due": year, "reviewed_at": ended},
    "people.erasure": OF_PERSON
    | {"approval": keep, "due_on": keep, "done_at": keep, "ended_at": keep, "told_of_hold_at": keep},
    "identification.fact": OF_PERSON | {"kind": keep, "on": year, "value": keep, "recorded_at": year},
    "identification.contact": DESK
    | {"line": keep, "channel": keep, "kind": keep, "operator": keep, "started_at": year, "ended_at": year}
    | {"undone_at": year},
    "identification.packet": OF_PERSON
    | {"code": keep, "commission": keep, "reasons": keep, "prepared_by": keep, "prepared_at": year}
    | {"submitted_at": year, "decided_at": year, "decided_on": year, "decided_by": keep, "answer": keep}
    | {"decision": keep},
    "assistance.case": OF_PERSON
    | {"code": code, "kind": keep, "opened_on": year, "opened_at": year, "closed_on": over},
    "assistance.servicegiven": OF_CASE
    | {"kind": keep, "stage": keep, "on": year, "amount": keep, "until": year},
    "assistance.referral": OF_PERSON
    | {"case": keep, "code": code, "receiver": keep, "outside": keep, "service": keep, "consent": keep}
    | {"status": keep, "sent_at": keep, "due_at": keep, "answered_at": keep, "created_by": keep}
    | {"receiving_case": keep},
    "assistance.handover": OF_CASE
    | {"code": code, "receiver": keep, "consent": keep, "receiving_case": keep, "accepted_at": year}
    | {"declined_at": year, "recalled_at": year, "reads_until": year},
}
# Of these models only such rows are counted; the others go.
COUNTED = {"identification.fact": {"kind__in": ["presumed", "decision"]}}
TOGETHER = {"assistance.referral": ("sent_at", "due_at", "answered_at")}


def reduce(row: models.Model) -> None:
    """Empty all columns of a row but those that counting needs."""
    label = row._meta.label_lower
    kept = KEPT[label]
    for field in row._meta.concrete_fields:
        if field.primary_key:
            continue
        value = getattr(row, field.attname)
        turn = kept.get(field.name)
        if turn is None:
            value = None if field.null else field.get_default()
        elif value is not None or turn in (over, ended):
            value = turn(value)
        setattr(row, field.attname, value)
    _shift(row, TOGETHER.get(label, ()))
    row.save()


def _shift(row: models.Model, columns: tuple[str, ...]) -> None:
    """Move moments to the beginning of the year, all by the same span: what was late stays late."""
    first = getattr(row, columns[0]) if columns else None
    if first is None:
        return
    span = first - year(first)
    for column in columns:
        if getattr(row, column) is not None:
            setattr(row, column, getattr(row, column) - span)
