"""How long a file is kept and how it ends: holds, her own wish, the register of what was erased."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.approvals import Approval
from kamkor.access.models import DeskOwned, User
from kamkor.base.codelists import CodeField
from kamkor.people.models.person import PersonOwned, PersonOwnedQuerySet
from kamkor.vault.models import Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class HoldQuerySet(PersonOwnedQuerySet):
    def in_force(self, day: date | None = None) -> Self:
        today = day or timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today), lifted_at=None)


class Hold(PersonOwned):
    """A law or a court asks that the file stays: until then nothing of it is erased, and she is told so."""

    ground = CodeField("hold_ground", max_length=30)
    paper = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")  # its number, sealed
    ends_on = models.DateField(null=True, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True)

    objects = HoldQuerySet.as_manager()

    def __str__(self) -> str:
        return f"hold {self.pk}"


class ErasureQuerySet(PersonOwnedQuerySet):
    def open(self) -> Self:
        return self.filter(done_at=None, ended_at=None)

    def to_decide(self, actor: "Actor") -> Self:
        """Those that wait for a second person, who this actor may be; the most urgent first."""
        waiting = self.visible_to(actor).open().exclude(approval__asked_by__in=actor.barred_as)
        return waiting.order_by("due_on", "pk")


class Erasure(PersonOwned):
    """She wishes that we forget her. One colleague takes the wish, another carries it out."""

    approval = models.OneToOneField(Approval, models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)  # in which she was told what follows
    due_on = models.DateField()
    told_of_hold_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # taken back by her, or refused
    refused = CodeField("erasure_refusal", max_length=30, blank=True)
    done_at = models.DateTimeField(null=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(done_at=None, ended_at=None), name="one_open_erasure"
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    @property
    def due_at(self) -> datetime:
        """The end of the last day."""
        return timezone.make_aware(datetime.combine(self.due_on, time.max))

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.ended_at is None


class ErasedFile(models.Model):
    """One line of the register of erasures: a file's random number, which tells nothing of anybody."""

    file_id = models.UUIDField(unique=True)
    on = models.DateField(default=timezone.localdate)

    def __str__(self) -> str:
        return str(self.file_id)


class WarnedQuerySet(PersonOwnedQuerySet):
    def to_show(self, actor: "Actor") -> Self:
        return self.visible_to(actor).select_related("person").order_by("due_on", "pk")


class Warned(DeskOwned):
    """The desk was told that something will be erased by its age; `subject` as the access log writes it."""

    record_class = CodeField("retention", max_length=30)
    subject = models.CharField(max_length=80)
    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="+")
    due_on = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    objects = WarnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record_class", "subject"], name="warned_once")]

    def __str__(self) -> str:
        return self.subject
