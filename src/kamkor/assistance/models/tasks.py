"""What is to be done by when."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.assistance.models.cases import Case, handed_over
from kamkor.base.codelists import CodeField
from kamkor.people.models import closed_to

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class TaskQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Tasks of the desk; those of a case only for a role that reads cases, a late answer that was passed
        on only for the head to whom it went."""
        rows = super().visible_to(actor).exclude(closed_to(actor, "case__person"))
        rows = rows.exclude(handed_over("case"))
        if actor.role != "supervisor":
            rows = rows.exclude(~Q(assignee=actor.user_id), kind="escalation", assignee__isnull=False)
        return rows if actor.may_here("case.read") else rows.filter(case=None)

    def open(self) -> Self:
        return self.filter(done_at=None, dropped_at=None)


class Task(DeskOwned):
    """A step with a deadline. Its kind is a code: a task names nobody."""

    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="tasks")
    kind = CodeField("task_kind", max_length=40)
    subject = models.CharField(max_length=80, blank=True)  # what it is about, e.g. assistance.referral:12
    due_at = models.DateTimeField()
    assignee = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["subject"], condition=Q(done_at=None, dropped_at=None), name="task_open_subject"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def late(self) -> bool:
        return self.done_at is None and self.dropped_at is None and self.due_at < timezone.now()
