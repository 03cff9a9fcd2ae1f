"""The child's path."""

from django.db import models

from kamkor.access.models import Desk, User
from kamkor.assistance.models.cases import CaseOwned, CaseOwnedQuerySet
from kamkor.base.codelists import CodeField
from kamkor.vault.models import Item


class ChildPath(CaseOwned):
    """What is asked of us for somebody under 18, or in doubt."""

    parent_involved = models.CharField(
        max_length=10, choices=[("yes", "yes"), ("no", "no"), ("unknown", "unknown")], default="unknown"
    )
    parents_told = models.BooleanField(default=False)
    wish = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")  # the child's own wish
    representative = CodeField("representative", max_length=30, blank=True)
    representative_name = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    protection_desk = models.ForeignKey(Desk, models.PROTECT, null=True, blank=True, related_name="+")
    protection_told_at = models.DateTimeField(null=True)  # the child-protection body, with the fewest items
    interviewer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    adult_on = models.DateField(null=True, blank=True)  # then: who decides now

    objects = CaseOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"child's path {self.pk}"
