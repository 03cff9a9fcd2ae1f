"""Two files of one desk that may be of one person, and the looks through all files that find them."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.people.models.person import Person, closed_to

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class SamePairQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Pairs of which the actor may see both files."""
        rows = super().visible_to(actor)
        return rows.exclude(closed_to(actor, "one")).exclude(closed_to(actor, "two"))

    def open(self) -> Self:
        """Pairs about which nobody has decided, of files that both still stand."""
        return self.filter(decided_at=None, one__merged_into=None, two__merged_into=None)


class SamePair(DeskOwned):
    """Two files of one desk that may be of one person, and why; kept when somebody says that they are not."""

    one = models.ForeignKey(Person, models.CASCADE, related_name="+")
    two = models.ForeignKey(Person, models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)  # codes
    at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)  # not the same
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = SamePairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=models.F("two")), name="pair_in_order"),
            models.UniqueConstraint(fields=["one", "two"], name="pair_once"),
        ]

    def __str__(self) -> str:
        return f"pair {self.pk}"


class DuplicateScan(DeskOwned):
    """One look through all the files of a desk for people who have two."""

    position = models.BigIntegerField(default=0)  # the files up to here have been compared
    last = models.BigIntegerField()
    found = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = DeskOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"scan {self.pk}"
