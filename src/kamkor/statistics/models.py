"""Figures with their source, and what was changed in them by whom and why."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language

from kamkor.access.models import User
from kamkor.base.codelists import CodeField

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class FigureQuerySet(models.QuerySet["Figure"]):
    def visible_to(self, actor: "Actor") -> Self:
        """Published figures are no secret: every desk may read them, as far as its roles have the page."""
        return self if actor.desk_id else self.none()


class Figure(models.Model):
    """A published figure as its source says it. None is overwritten by another: those that answer the same
    `question` stand side by side."""

    code = models.SlugField(max_length=80, unique=True)
    subject = CodeField("figure_subject", max_length=30)
    question = models.SlugField(max_length=60, blank=True)
    unit = CodeField("figure_unit", max_length=20)
    measure = models.JSONField(default=dict)  # language -> words
    said = models.CharField(max_length=40, blank=True)
    low = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)  # None: or more
    period = models.CharField(max_length=21, blank=True)  # 2026, 2026-05, or two of these with a stroke
    place = CodeField("place", max_length=20, blank=True)  # empty: the whole country
    definition = models.TextField(blank=True)
    source = models.TextField(blank=True)
    status = models.CharField(max_length=30, default="our proposal")
    edited_at = models.DateTimeField(null=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(high=None) | Q(low__lte=F("high")), name="figure_range_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def relation_to(self, actor: "Actor") -> str:
        return "any"

    @property
    def confirmed(self) -> bool:
        return self.status.startswith("verified")

    @property
    def measured(self) -> str:
        """What is counted, in the reader's language."""
        language = (get_language() or "en").split("-")[0]
        return str(self.measure.get(language) or self.measure.get("en") or self.code)


class FigureChange(models.Model):
    """One field of a figure as it was and as it is; only ever added."""

    figure = models.ForeignKey(Figure, models.PROTECT, related_name="changes")
    field = models.CharField(max_length=20)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    why = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.field} of {self.figure_id}"
