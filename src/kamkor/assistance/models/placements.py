"""Where a child is placed, as the child-protection specialist records it."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.assistance.models.referrals import Referral
from kamkor.base.codelists import CodeField
from kamkor.directory.models import Offer
from kamkor.people.models import closed_to
from kamkor.vault.models import File, Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class PlacementQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Those of the desk, but for children who are to be kept from the actor. They stay when the referral
        has ended: they are the desk's own record."""
        return super().visible_to(actor).exclude(closed_to(actor, "referral__person"))


class Placement(DeskOwned):
    """One child of whom the desk was told: where the child is, what the child wants, who acts."""

    referral = models.OneToOneField(Referral, models.PROTECT, related_name="+")
    file = models.OneToOneField(File, models.PROTECT, related_name="+")  # the desk's own, shared with nobody
    kind = CodeField("placement_kind", max_length=30, blank=True)
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, related_name="+")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    wish = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    representative = CodeField("representative", max_length=30, blank=True)
    representative_name = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(since__lte=models.F("until")),
                name="placement_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return f"placement {self.pk}"
