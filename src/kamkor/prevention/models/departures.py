"""People who gather for work or leave for it, counted where they stand. Numbers, nobody's name."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField


class Departure(DeskOwned):
    """How many stood at a labour market, or left by a bus, on a day."""

    kind = CodeField("departure_kind", max_length=20)
    on = models.DateField()
    place = CodeField("place", max_length=20)
    spot = models.CharField(max_length=120, blank=True)
    country = CodeField("country", max_length=2, blank=True)
    sector = CodeField("work_sector", max_length=20)
    women = models.PositiveIntegerField(default=0)
    men = models.PositiveIntegerField(default=0)
    under_18 = models.PositiveIntegerField(default=0)  # counted in neither of the two
    carrier = models.CharField(max_length=120, blank=True)
    struck_at = models.DateTimeField(null=True)
    agreement = models.ForeignKey("prevention.Agreement", models.PROTECT, null=True, related_name="groups")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(women__gt=0) | Q(men__gt=0) | Q(under_18__gt=0), name="departure_of_somebody"
            ),
        ]
        indexes = [models.Index(fields=["desk", "-on"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    @property
    def people(self) -> int:
        return self.women + self.men + self.under_18
