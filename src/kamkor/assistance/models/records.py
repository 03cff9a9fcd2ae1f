"""Notes and documents: sealed, and told apart by who may ever read them."""

from django.db import models
from django.utils import timezone

from kamkor.assistance.models.cases import CaseOwned, CaseOwnedQuerySet
from kamkor.base.codelists import CodeField
from kamkor.vault.models import Item


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

    objects = CaseOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Document(CaseOwned):
    """A paper or picture: its type told by content, images re-encoded, sealed."""

    kind = CodeField("document_type", max_length=30)
    item = models.OneToOneField(Item, models.PROTECT, related_name="+")
    title = models.OneToOneField(Item, models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    removed_at = models.DateTimeField(null=True)

    objects = CaseOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"document {self.pk}"
