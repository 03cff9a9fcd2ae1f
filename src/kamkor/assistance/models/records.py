"""Notes and documents: sealed, and told apart by who may ever read them."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from kamkor.access.models import User
from kamkor.assistance.models.cases import CaseOwned, CaseOwnedQuerySet
from kamkor.base.codelists import CodeField
from kamkor.vault.models import Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class NoteQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        return super().visible_to(actor).readable_by(actor)

    def readable_by(self, actor: "Actor") -> Self:
        """Without what an advocate wrote in privilege, unless the reader is an advocate."""
        return self if actor.role == "advocate" else self.exclude(kind=Note.Kind.PRIVILEGED)


class Note(CaseOwned):
    """Facts and plans, working notes apart, and the advocate's privileged notes."""

    class Kind(models.TextChoices):
        FACT = "fact"  # may be shared by consent
        WORKING = "working"  # never shared; expires when the case closes
        PRIVILEGED = "privileged"  # the advocate's alone

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.FACT)
    text = models.OneToOneField(Item, models.PROTECT, related_name="+")
    on = models.DateField(default=timezone.localdate)
    expired_at = models.DateTimeField(null=True)

    objects = NoteQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def relation_to(self, actor: "Actor") -> str:
        """A privileged note stands in no relation to anybody but an advocate of its desk."""
        privileged = self.kind == self.Kind.PRIVILEGED and actor.role != "advocate"
        return "none" if privileged else super().relation_to(actor)


class DocumentQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        return super().visible_to(actor).filter(removed_at=None)


class Document(CaseOwned):
    """A paper or picture: its type told by content, images re-encoded, sealed. Of one that was removed only
    this row is left: what is in it is destroyed."""

    kind = CodeField("document_type", max_length=30)
    item = models.OneToOneField(Item, models.PROTECT, related_name="+")
    title = models.OneToOneField(Item, models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_why = CodeField("removal_reason", max_length=30, blank=True)

    objects = DocumentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"document {self.pk}"
