"""Visits to workplaces, what was recommended there, and the answer to it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Task
from kamkor.base.actions import action, reference
from kamkor.base.problems import WrongState
from kamkor.prevention.models import Visit

ANSWER_DAYS = 30


@action("visit.record")
def record(actor: Actor, desk: Desk, /, **facts: Any) -> Visit:
    """What was found; where something was recommended, an answer is due after thirty days."""
    due = facts["on"] + timedelta(days=ANSWER_DAYS) if facts.get("recommended") else None
    visit = Visit.objects.create(desk=desk, recorded_by=actor.signed_in, due_on=due, **facts)
    if due:
        morning = timezone.make_aware(datetime.combine(due, time(9)))
        new_task(desk, "visit_due", morning, subject=reference(visit))
    return visit


@action("visit.answer")
def answer(actor: Actor, visit: Visit, *, answer: str, answered_on: date) -> None:
    if not visit.waits:
        raise WrongState
    visit.answer, visit.answered_on = answer, answered_on
    visit.save(update_fields=["answer", "answered_on"])
    waiting = Task.objects.visible_to(actor).open().filter(kind="visit_due", subject=reference(visit))
    waiting.update(done_at=timezone.now())
