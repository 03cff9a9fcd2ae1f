"""Visits to places where people work: who went, how many were met, what was found, asked for and answered."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField
from kamkor.prevention.models.recruiters import Recruiter


class Visit(DeskOwned):
    """One visit to one workplace, at home or abroad. Numbers and findings, nobody's name."""

    on = models.DateField()
    site = models.CharField(max_length=160)
    country = CodeField("country", max_length=2)
    place = models.CharField(max_length=120, blank=True)
    sector = CodeField("work_sector", max_length=20)
    recruiter = models.ForeignKey(Recruiter, models.PROTECT, null=True, related_name="+")
    by = models.JSONField(default=list)  # visit_body
    women = models.PositiveIntegerField(default=0)
    men = models.PositiveIntegerField(default=0)
    under_18 = models.PositiveIntegerField(default=0)  # counted in neither of the two
    deaths = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)  # visit_finding
    recommended = models.TextField(blank=True)
    to_name = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    answer = CodeField("visit_answer", max_length=20, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="visit_answered_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["desk", "-on"])]

    def __str__(self) -> str:
        return f"visit {self.pk}"

    @property
    def met(self) -> int:
        return self.women + self.men + self.under_18

    @property
    def waits(self) -> bool:
        return bool(self.recommended) and not self.answer

    @property
    def late(self) -> bool:
        return self.waits and self.due_on is not None and self.due_on < timezone.localdate()
