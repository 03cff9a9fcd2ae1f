"""Counting those who leave for work; where some are under age, somebody of the desk goes there."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Task
from kamkor.base.actions import action, reference
from kamkor.base.problems import WrongState
from kamkor.prevention.models import Departure

ACT_WITHIN = timedelta(hours=24)
STILL_OF_USE = timedelta(days=14)  # later nobody is found there


@action("departure.count")
def count(actor: Actor, desk: Desk, /, **facts: Any) -> Departure:
    """A count of one day and place; minors among them make a task."""
    row = Departure.objects.create(desk=desk, recorded_by=actor.signed_in, **facts)
    if row.under_18 and row.on > timezone.localdate() - STILL_OF_USE:
        new_task(desk, "minors_leave", timezone.now() + ACT_WITHIN, subject=reference(row))
    return row


@action("departure.strike")
def strike(actor: Actor, departure: Departure) -> None:
    """The count was wrong: it stays readable, counts no more, and nobody is asked to go there."""
    if departure.struck_at is not None:
        raise WrongState
    departure.struck_at = timezone.now()
    departure.save(update_fields=["struck_at"])
    waiting = Task.objects.visible_to(actor).open().filter(kind="minors_leave")
    waiting.filter(subject=reference(departure)).update(dropped_at=timezone.now())
