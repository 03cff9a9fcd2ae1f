"""Tasks of the desk."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from kamkor.access.api.endpoints import ApiRequest, endpoint
from kamkor.access.api.paging import newest_first
from kamkor.access.api.schemas import CodeOf, Out, Page, Paged
from kamkor.access.models import Desk
from kamkor.assistance.actions import tasks as actions
from kamkor.assistance.models import Task

router = Router(tags=["tasks"])


class TaskOut(Out):
    """A step with a deadline: it names nobody."""

    id: int
    kind: str
    case: int | None
    due_at: datetime
    late: bool
    assignee: str | None
    done_at: datetime | None

    @classmethod
    def of(cls, task: Task) -> "TaskOut":
        return cls(
            id=task.pk,
            kind=task.kind,
            case=task.case_id,
            due_at=task.due_at,
            late=task.late,
            assignee=task.assignee.username if task.assignee else None,
            done_at=task.done_at,
        )


class TaskFilter(Paged):
    whose: Literal["nobodys", "all"] = "all"
    kind: Annotated[str, CodeOf("task_kind", blank=True)] = ""


@router.get("tasks", response=Page[TaskOut], operation_id="list_tasks", summary="What is to be done")
@endpoint("task.list", title=_("List tasks"))
def tasks(request: ApiRequest, desk: Desk, asked: Query[TaskFilter]) -> Page[TaskOut]:
    """Open tasks; those of cases only for a token that reads cases."""
    whose = Q(assignee=None) if asked.whose == "nobodys" else Q()
    rows = Task.objects.visible_to(request.actor).open().filter(whose).select_related("assignee")
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    return newest_first(rows, asked, _shown)


@router.post("tasks/{int:id}/finish", response=TaskOut, operation_id="finish_task", summary="It is done")
@endpoint("task.finish", Task, title=_("Finish tasks"), changes=True)
def finish(request: ApiRequest, task: Task) -> TaskOut:
    actions.finish(request.actor, task)
    task.refresh_from_db()
    return TaskOut.of(task)


def _shown(rows: Iterable[Task]) -> list[TaskOut]:
    return [TaskOut.of(task) for task in rows]
