"""The case: one matter of one person at one desk; and the event that many people may share."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField
from kamkor.base.rows import RowExists
from kamkor.people.models import PersonOwned, PersonOwnedQuerySet, closed_to
from kamkor.vault.models import File, Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class Event(DeskOwned):
    """What happened to many at once: entered once, with a head count; persons are cases under it."""

    code = models.CharField(max_length=16, unique=True)
    file = models.OneToOneField(File, models.PROTECT, related_name="+")
    kind = CodeField("case_kind", max_length=40)
    on = models.CharField(max_length=10, blank=True)  # partial date
    country = CodeField("country", max_length=2, blank=True)
    place = CodeField("place", max_length=20, blank=True)
    head_count = models.PositiveIntegerField()
    children = models.PositiveIntegerField(default=0)
    injured = models.PositiveIntegerField(default=0)
    counted_only = models.PositiveIntegerField(default=0)  # asked, said no: no file was made
    papers_held = models.BooleanField(null=True, blank=True)
    can_leave = models.BooleanField(null=True, blank=True)
    facts = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(children__lte=models.F("head_count"), injured__lte=models.F("head_count")),
                name="event_parts_within_head_count",
            ),
        ]

    def __str__(self) -> str:
        return self.code


def handed_over(case: str) -> RowExists:
    """Whether another desk has taken the case over and the term in which ours still reads it has passed."""
    over = "SELECT 1 FROM assistance_handover WHERE case_id = {} AND accepted_at IS NOT NULL"
    return RowExists(case, [f"{over} AND reads_until < %s"], [timezone.localdate()])


class CaseQuerySet(PersonOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Cases whose person the actor may see, but for those handed over to another desk."""
        return super().visible_to(actor).exclude(handed_over("pk"))

    def open(self) -> Self:
        return self.filter(closed_on=None)

    def with_next_due(self) -> Self:
        """Each with the deadline of its most pressing open task, as `next_due`."""
        from kamkor.assistance.models.tasks import Task

        tasks = Task.objects.open().filter(case=OuterRef("pk")).order_by("due_at")
        return self.annotate(next_due=Subquery(tasks.values("due_at")[:1]))


class Case(PersonOwned):
    """One matter of one person. Her standing (presumed, decided …) is kept as dated facts of hers."""

    class Direction(models.TextChoices):
        FROM = "from"
        IN = "in"
        THROUGH = "through"

    code = models.CharField(max_length=16, unique=True)
    kind = CodeField("case_kind", max_length=40)
    direction = CodeField("direction", max_length=10, blank=True)
    wish_after = CodeField(
        "wish_after", max_length=20, blank=True
    )  # a foreigner: stay, go home, go elsewhere
    worker = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="cases")
    opened_on = models.DateField()
    opened_at = models.DateTimeField(default=timezone.now)
    # Day-1 intake, the medical clock first; all open codes, nothing that names her.
    medical_need = CodeField("medical_need", max_length=20, blank=True)  # none, soon, now
    medical_since = models.DateTimeField(null=True, blank=True)  # when what needs a doctor happened: 72 hours
    sleeps_tonight = CodeField("sleeps_tonight", max_length=30, blank=True)
    danger = CodeField("danger", max_length=20, blank=True)
    accompanied = CodeField("accompanied", max_length=30, blank=True)
    came_by = CodeField("came_by", max_length=30, blank=True)
    next_step = CodeField("next_step", max_length=40, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    close_reason = CodeField("close_reason", max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["desk"], condition=Q(closed_on=None), name="case_open")]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


class CaseOwnedQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Rows whose person the actor may see."""
        rows = super().visible_to(actor).exclude(closed_to(actor, "case__person"))
        return rows.exclude(handed_over("case"))


class CaseOwned(DeskOwned):
    """A row of one case, of the desk that keeps it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="%(class)ss")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class Reopening(CaseOwned):
    """Work began again on a closed case: when it had been closed and why stays known."""

    closed_on = models.DateField()
    close_reason = CodeField("close_reason", max_length=40, blank=True)

    objects = CaseOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"reopening {self.pk}"


class FollowUp(CaseOwned):
    """A look back after closing (1, 3, 6, 12 months), made by the safe rule or not at all."""

    due_on = models.DateField()
    months = models.PositiveSmallIntegerField()
    done_on = models.DateField(null=True, blank=True)
    reached = CodeField("follow_up_reached", max_length=20, blank=True)
    outcomes = models.JSONField(default=list, blank=True)

    objects = CaseOwnedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["desk", "due_on"], condition=Q(done_on=None), name="follow_up_due"),
        ]

    def __str__(self) -> str:
        return f"{self.months} months, {self.due_on}"
