"""Tasks: made by hand or by another action, finished, dropped."""

from datetime import datetime

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk, User
from kamkor.assistance.models import Case, Task
from kamkor.base.actions import action, require
from kamkor.base.problems import WrongState


def new_task(
    desk: Desk,
    kind: str,
    due_at: datetime,
    *,
    case: Case | None = None,
    subject: str = "",
    assignee: User | None = None,
) -> Task:
    """A step that another action makes; one open task of a kind about a subject is enough."""
    if subject:
        held: Task | None = Task.objects.open().filter(desk=desk, kind=kind, subject=subject).first()
        if held is not None:
            return held
    return Task.objects.create(
        desk=desk, case=case, kind=kind, subject=subject, due_at=due_at, assignee=assignee
    )


@action("task.add")
def add(
    actor: Actor,
    desk: Desk,
    *,
    kind: str,
    due_at: datetime,
    case: Case | None = None,
    assignee: User | None = None,
) -> Task:
    """A task for a colleague, or with no assignee for whoever of the desk comes first."""
    if case is not None:
        require(actor, "case.read", case)
    return new_task(desk, kind, due_at, case=case, assignee=assignee)


@action("task.finish")
def finish(actor: Actor, task: Task) -> None:
    must_be_open(task)
    task.done_at = timezone.now()
    task.save(update_fields=["done_at"])


@action("task.drop")
def drop(actor: Actor, task: Task) -> None:
    must_be_open(task)
    task.dropped_at = timezone.now()
    task.save(update_fields=["dropped_at"])


def must_be_open(task: Task) -> None:
    if task.done_at or task.dropped_at:
        raise WrongState
