"""Seasonal agreements: who agreed with whom on how many people for which work, and what became of them. Those
who leave under one are counted like others who leave. Numbers, nobody's name."""

from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField
from kamkor.prevention.models.departures import Departure
from kamkor.prevention.models.recruiters import Recruiter

BACK_WITHIN = timedelta(days=14)  # of the last day of the season


class AgreementQuerySet(DeskOwnedQuerySet):
    def counted(self) -> Self:
        """With how many have left, and what was last told of them."""
        under = Departure._base_manager.filter(agreement=OuterRef("pk"), struck_at=None)
        gone = under.order_by().values("agreement")
        told = SeasonReport._base_manager.filter(agreement=OuterRef("pk")).order_by("-on", "-pk")

        def total(number: Any) -> Coalesce:  # an expression or the name of a column
            return Coalesce(Subquery(gone.annotate(total=Sum(number)).values("total")), 0)

        return self.annotate(
            left=total(F("women") + F("men") + F("under_18")),
            minors=total("under_18"),
            back=Coalesce(Subquery(told.values("came_back")[:1]), 0),
            dead=Coalesce(Subquery(told.values("deaths")[:1]), 0),
        )


class Agreement(DeskOwned):
    """That a number of people go to a work for a season, and who answers for it on both sides."""

    kind = CodeField("agreement_kind", max_length=20)
    home = models.CharField(max_length=160)  # the party here
    abroad = models.CharField(max_length=160)  # the party there
    country = CodeField("country", max_length=2)
    sector = CodeField("work_sector", max_length=20)
    recruiter = models.ForeignKey(Recruiter, models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=40, blank=True)
    signed_on = models.DateField(null=True, blank=True)  # None: by word of mouth
    begins = models.DateField()
    ends = models.DateField()
    places = models.PositiveIntegerField()
    settled = models.JSONField(default=list)  # agreement_term, in writing
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="season_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(places__gte=1), name="agreement_about_somebody"),
        ]
        indexes = [models.Index(fields=["desk", "-begins"])]

    def __str__(self) -> str:
        return f"agreement {self.pk}"

    @property
    def asked_on(self) -> date:
        """When somebody asks who has come back."""
        return self.ends + BACK_WITHIN


class SeasonReport(DeskOwned):
    """What was known on a day of all who had left under an agreement."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="reports")
    on = models.DateField()
    told_by = models.JSONField(default=list)  # visit_body
    came_back = models.PositiveIntegerField()
    deaths = models.PositiveIntegerField(default=0)
    findings = models.JSONField(default=list)  # visit_finding
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.on}"
