"""Files of cases that another system sent."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.vault.models import Item


class ImportedFile(DeskOwned):
    """One file: it waits sealed until somebody takes its cases or drops it; refused rows stay sealed."""

    digest = models.CharField(max_length=64)  # of its content: the same file is not taken twice by mistake
    version = models.CharField(max_length=10)
    named_version = models.CharField(max_length=10, blank=True)  # empty: the file itself told
    format = models.CharField(max_length=10)
    rows = models.PositiveIntegerField()
    good = models.PositiveIntegerField()
    bad = models.PositiveIntegerField()
    name = models.OneToOneField(Item, models.PROTECT, related_name="+")
    upload = models.OneToOneField(Item, models.PROTECT, related_name="+")  # emptied once taken or dropped
    rejected = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(dropped_at=None), name="import_taken_or_dropped"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(taken_at__isnull=False), name="import_undone_was_taken"
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def waiting(self) -> bool:
        return self.taken_at is None and self.dropped_at is None

    @property
    def standing(self) -> bool:
        """Its cases are in the desk's books."""
        return self.taken_at is not None and self.undone_at is None
