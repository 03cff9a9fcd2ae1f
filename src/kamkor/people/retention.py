"""How long each class of records is kept: months from the list "retention" or from the settings, no law in
code. Nothing goes without a warning, and a hold stops it.

Apps that keep records of a class say here what of it is old and how it ends; `kamkor tick` runs it.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction

from kamkor.access.actor import NOBODY
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.actions import record, reference
from kamkor.people.keeping import Hold, Warned
from kamkor.people.models import Person

LIST = "retention"
Tell = Callable[[Desk, str, date], object]


@dataclass(frozen=True)
class RecordClass:
    """`before` gives the rows whose time began before a day; `end` erases one; `person`: about whom."""

    before: Callable[[date], Iterable[Any]]
    end: Callable[[Any], None]
    person: Callable[[Any], Person | None]


CLASSES: dict[str, RecordClass] = {}


def months(code: str) -> int:
    """How long records of the class are kept; 0 is for ever."""
    entry = codelists.entries(LIST).get(code)
    given = settings.RETENTION.get(code) or (entry.extra.get("months") if entry else None)
    return int(given or 0)


def warn_days(code: str) -> int:
    entry = codelists.entries(LIST).get(code)
    return int((entry.extra.get("warn_days") if entry else None) or 30)


def run(today: date, tell: Tell) -> dict[str, int]:
    """Warn of what will be due, and erase what was warned of long enough ago; call it where all rows are
    seen. `tell` makes the desk's task."""
    done = {"warned": 0, "erased": 0}
    for code, kind in CLASSES.items():
        still: list[str] = []
        for row in kind.before(begun_before(code, today)) if months(code) else ():
            if held(kind.person(row)):
                continue
            still.append(reference(row))
            if outcome := _step(code, row, today, tell):
                done[outcome] += 1
        Warned._base_manager.filter(record_class=code).exclude(subject__in=still).delete()
    return done


def begun_before(code: str, today: date) -> date:
    """Records of the class whose time began before this day are due, or will be within the warning."""
    return _months_ago(today, months(code)) + timedelta(days=warn_days(code))


def held(person: Person | None) -> bool:
    return person is not None and Hold.objects.in_force().filter(person__in=person.all_ids()).exists()


def _step(code: str, row: models.Model, today: date, tell: Tell) -> str:
    """What was done: warned, erased, or nothing while the warning runs. Each row has its own transaction."""
    kind = CLASSES[code]
    with transaction.atomic():
        person = kind.person(row)
        desk: Desk = row.desk  # type: ignore[attr-defined]
        warned, fresh = Warned._base_manager.get_or_create(
            record_class=code,
            subject=reference(row),
            defaults={"desk": desk, "person": person, "due_on": today + timedelta(days=warn_days(code))},
        )
        if fresh:
            tell(desk, warned.subject, warned.due_on)
            return "warned"
        if warned.due_on > today:
            return ""
        record(NOBODY, "retention.erase", row)
        kind.end(row)
        Warned._base_manager.filter(pk=warned.pk).delete()
    return "erased"


def _months_ago(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
