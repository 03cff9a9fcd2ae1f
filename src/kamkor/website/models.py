"""What comes in by the public door: reports without a name, and departures to be called about.

All that was written is sealed to the desk that receives it: in the browser where it can, else on
arrival. No address, no device, no name is asked for or kept.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField
from kamkor.vault.models import File, Item


class Report(DeskOwned):
    """Somebody reports something. With a receipt they can come back; its mark is all that is kept of it."""

    code = models.CharField(max_length=16, unique=True)
    kind = CodeField("report_kind", max_length=30)
    language = models.CharField(max_length=10)
    mark = models.CharField(max_length=64, unique=True, null=True)
    public = models.BinaryField(max_length=32, null=True)  # to which answers are sealed
    file = models.OneToOneField(File, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    closed_on = models.DateField(null=True, blank=True)

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mark=None, public=None) | Q(mark__isnull=False, public__isnull=False),
                name="report_with_a_whole_receipt",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def may_be_answered(self) -> bool:
        return self.mark is not None


class Message(DeskOwned):
    """Something written in a report: by whoever reported, or an answer of the desk (`by`)."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="messages")
    item = models.OneToOneField(Item, models.PROTECT, related_name="+")
    for_reporter = models.BinaryField(null=True)  # an answer, sealed to the receipt
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(by=None, for_reporter=None) | Q(by__isnull=False, for_reporter__isnull=False),
                name="message_of_one_side",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class CheckIn(DeskOwned):
    """Somebody leaves, and asks to be called on a day in a way that is safe."""

    code = models.CharField(max_length=16, unique=True)
    file = models.OneToOneField(File, models.PROTECT, related_name="+")
    leaves_on = models.DateField()
    call_on = models.DateField()
    country = CodeField("country", max_length=2, blank=True)
    language = models.CharField(max_length=10)
    if_silent = CodeField("if_silent", max_length=30)
    taken_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(null=True, blank=True)
    outcome = CodeField("check_in_outcome", max_length=30, blank=True)

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None, outcome="") | (Q(ended_on__isnull=False) & ~Q(outcome="")),
                name="check_in_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(call_on__gte=models.F("leaves_on")), name="called_after_leaving"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.ended_on is None


from kamkor.website.sheets import Sheet, SheetText  # noqa: E402, F401 - beside them
