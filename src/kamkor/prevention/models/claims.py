"""What one person is owed: wages, fees, refunds, row by row, and what was done to get it.

A claim belongs to the desk that worked it out. Who it is for is the person of a case, or a sealed name. The
permit officer counts sums of a firm where the person agrees, and learns no name and no case.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import Desk, DeskOwned, DeskOwnedQuerySet, User
from kamkor.assistance.models import Case
from kamkor.assistance.models.cases import handed_over
from kamkor.base.codelists import CodeField
from kamkor.methods.claims import Sum
from kamkor.people.models import closed_to
from kamkor.prevention.models.recruiters import Recruiter
from kamkor.vault.models import File, Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class ClaimQuerySet(DeskOwnedQuerySet):
    """Claims, and through `OF` the rows of claims."""

    OF = ""

    def visible_to(self, actor: "Actor") -> Self:
        """Those of the desk, but for people who are kept from the actor or have left the desk."""
        rows = super().visible_to(actor).exclude(closed_to(actor, f"{self.OF}case__person"))
        rows = rows.exclude(handed_over(f"{self.OF}case"))
        if actor.role in WITHOUT_CASES:
            rows = rows.filter(**{f"{self.OF}case": None})
        return rows

    def counted_by(self, actor: "Actor") -> Self:
        """Those whose sums the register of the actor's desk may count; never to be shown one by one."""
        return self.filter(keeper_id=actor.desk_id) if actor.desk_id else self.none()


WITHOUT_CASES = ("labour_inspector",)  # keeps no files


class ClaimRowQuerySet(ClaimQuerySet):
    OF = "claim__"


class Claim(DeskOwned):
    """What one person is owed, by whom, and how far it has come."""

    code = models.CharField(max_length=16, unique=True)
    recruiter = models.ForeignKey(Recruiter, models.PROTECT, null=True, related_name="+")
    keeper = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")  # may count the sums
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    country = CodeField("country", max_length=2, blank=True)
    file = models.OneToOneField(File, models.PROTECT, related_name="+")
    who = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    note = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    sums = models.JSONField(default=dict)  # what is still owed, by currency
    taken_on = models.DateField(default=timezone.localdate)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(case=None, who__isnull=False) | Q(case__isnull=False, who=None),
                name="claim_of_a_case_or_a_name",
            ),
            models.CheckConstraint(
                condition=Q(keeper=None) | Q(recruiter__isnull=False), name="claim_counted_of_a_firm"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.ended_on is None


class ClaimRow(DeskOwned):
    """One sum of the sheet, in its currency, on its day."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="rows")
    kind = CodeField("claim_kind", max_length=20)
    on = models.DateField()  # since when it is owed; the rate is of this day
    days = models.PositiveIntegerField(default=0)
    promised = models.DecimalField(max_digits=14, decimal_places=2)
    per = CodeField("pay_per", max_length=10)
    paid = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    deducted = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    currency = models.CharField(max_length=3)
    som = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    struck_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ClaimRowQuerySet.as_manager()

    class Meta:
        ordering = ("on", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(promised__gt=0), name="claim_row_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    @property
    def sum(self) -> Sum:
        return Sum(self.currency, self.promised, self.per, self.days, self.paid, self.deducted, self.som)


class ClaimStep(DeskOwned):
    """What was done, or came: where the claim went, what was awarded, what was paid."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="steps")
    kind = CodeField("claim_step", max_length=20)
    on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = ClaimRowQuerySet.as_manager()

    class Meta:
        ordering = ("on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None, currency="") | (Q(amount__gt=0) & ~Q(currency="")),
                name="claim_step_amount_has_a_currency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
