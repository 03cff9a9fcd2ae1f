"""Seasonal agreements: recorded, changed, and what is told of those who left under them."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Task
from kamkor.base.actions import action, reference
from kamkor.prevention.models import Agreement, SeasonReport


@action("agreement.record")
def record(actor: Actor, desk: Desk, /, **facts: Any) -> Agreement:
    """Two weeks after the season somebody asks who has come back."""
    agreement = Agreement.objects.create(desk=desk, recorded_by=actor.signed_in, **facts)
    new_task(desk, "season_over", _asked_at(agreement), subject=reference(agreement))
    return agreement


@action("agreement.edit")
def edit(actor: Actor, agreement: Agreement, /, **facts: Any) -> None:
    """What was wrong in it; the task moves with its last day."""
    for name, value in facts.items():
        setattr(agreement, name, value)
    agreement.save(update_fields=[*facts])
    _waiting(actor, agreement).update(due_at=_asked_at(agreement))


@action("agreement.report")
def report(actor: Actor, agreement: Agreement, /, **facts: Any) -> SeasonReport:
    """What is known of all of them on a day; after the season it answers the task."""
    told = SeasonReport.objects.create(
        desk_id=agreement.desk_id, agreement=agreement, recorded_by=actor.signed_in, **facts
    )
    if told.on > agreement.ends:
        _waiting(actor, agreement).update(done_at=timezone.now())
    return told


def _waiting(actor: Actor, agreement: Agreement) -> Any:  # a query set of tasks
    tasks = Task.objects.visible_to(actor).open()
    return tasks.filter(kind="season_over", subject=reference(agreement))


def _asked_at(agreement: Agreement) -> datetime:
    return timezone.make_aware(datetime.combine(agreement.asked_on, time(9)))
