"""What she needs, what is planned, what was given, and where she stays."""

from django.db import models
from django.db.models import Q

from kamkor.access.models import Desk
from kamkor.assistance.models.cases import CaseOwned, CaseOwnedQuerySet
from kamkor.base.codelists import CodeField
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.vault.models import Item


class Need(CaseOwned):
    """Something she needs, abroad or at home, from the day it was seen to the day it is met."""

    class Stage(models.TextChoices):
        ABROAD = "abroad"
        HOME = "home"

    kind = CodeField("need_type", max_length=40)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.HOME)
    urgent = models.BooleanField(default=False)
    seen_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_how = CodeField("need_end", max_length=20, blank=True)  # met, no longer, refused, not available

    objects = CaseOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Goal(CaseOwned):
    """A step of her plan, in her words where she gave them."""

    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="goals")
    text = models.OneToOneField(Item, models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    reached_on = models.DateField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)

    objects = CaseOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"goal {self.pk}"


class ServiceGiven(CaseOwned):
    """One service: what, by whom, when, with what result; money only with amount and end."""

    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="services")
    kind = CodeField("service_type", max_length=40)
    stage = models.CharField(max_length=10, choices=Need.Stage, default=Need.Stage.HOME)
    by_desk = models.ForeignKey(Desk, models.PROTECT, null=True, blank=True, related_name="+")
    by_outside = models.ForeignKey(
        OutsideOrganisation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)  # som
    result = CodeField("service_result", max_length=30, blank=True)
    note = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")

    objects = CaseOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="service_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(kind="economic_support") | Q(amount__isnull=False, until__isnull=False),
                name="economic_support_is_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Stay(CaseOwned):
    """A place in a shelter. Where it is, is told by voice and is in no column."""

    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    left_how = CodeField("stay_end", max_length=30, blank=True)

    objects = CaseOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="stay_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"stay {self.pk}"
