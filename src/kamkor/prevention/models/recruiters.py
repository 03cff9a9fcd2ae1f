"""The register of those who may send people to work abroad, and what is known of them.

What the register says of a firm is for everybody. Owners, evidence and complaints are the desk's that keeps
the register, or another's that took the complaint; who complained is sealed to the latter alone.
"""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from kamkor.access.models import Desk, DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField
from kamkor.methods.permits import GRANTS, Event, Standing, standing
from kamkor.vault.models import File, Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class ForAllDesks(models.QuerySet):  # type: ignore[type-arg]  # of several models
    """What the register says is public; whoever acts at a desk may read it."""

    def visible_to(self, actor: "Actor") -> Self:
        return self.all() if actor.desk_id else self.none()


class Recruiter(models.Model):
    """A firm or person that offers work abroad, whether it has a permit or not."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")  # which keeps this entry
    name = models.CharField(max_length=160)
    spellings = models.JSONField(default=list, blank=True)
    number = models.CharField(max_length=20, blank=True)  # of its registration
    place = CodeField("place", max_length=20, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=80, blank=True)
    site = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    objects = ForAllDesks.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="recruiter_has_a_name"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="recruiter_number_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def relation_to(self, actor: "Actor") -> str:
        return "own" if actor.desk_id == self.desk_id else "any"

    @property
    def names(self) -> list[str]:
        return [self.name, *self.spellings]


class Owners(DeskOwned):
    """Who stands behind a firm: sealed to the desk that keeps the register."""

    recruiter = models.OneToOneField(Recruiter, models.PROTECT, related_name="+")
    file = models.OneToOneField(File, models.PROTECT, related_name="+")
    text = models.OneToOneField(Item, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()


class OfRecruiter(models.Model):
    """A row of the register below a firm; `FIRM` is the way to it."""

    FIRM: tuple[str, ...] = ("recruiter",)
    JUDGED_BY: tuple[str, ...] = ("recruiter",)
    objects = ForAllDesks.as_manager()

    class Meta:
        abstract = True

    @property
    def firm(self) -> Recruiter:
        row: models.Model = self
        for step in self.FIRM:
            row = getattr(row, step)
        assert isinstance(row, Recruiter)
        return row

    def relation_to(self, actor: "Actor") -> str:
        return self.firm.relation_to(actor)


class Permit(OfRecruiter):
    """To send people to one country, for one partner there. Its dates are those of its events."""

    recruiter = models.ForeignKey(Recruiter, models.PROTECT, related_name="permits")
    country = CodeField("country", max_length=2)
    partner = models.CharField(max_length=160, blank=True)
    number = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recruiter", "country", "partner", "number"], name="permit_once"),
            models.CheckConstraint(condition=~Q(country=""), name="permit_names_a_country"),
        ]

    def __str__(self) -> str:
        return f"{self.recruiter_id} {self.country}"

    def standing(self, day: date) -> Standing:
        """How it stood on a day; fetch `events` beforehand."""
        return standing([event.plain for event in self.events.all() if event.struck_at is None], day)


class PermitEvent(OfRecruiter):
    """One dated step of a permit. Nothing is overwritten: what was wrong is struck, and stays readable."""

    FIRM = ("permit", "recruiter")
    JUDGED_BY = ("permit__recruiter",)
    permit = models.ForeignKey(Permit, models.PROTECT, related_name="events")
    kind = CodeField("permit_state", max_length=20)
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    ground = models.CharField(max_length=300, blank=True)  # the decision: its number, or why
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=sorted(GRANTS), until__isnull=False, until__gte=F("on"))
                | (~Q(kind__in=sorted(GRANTS)) & Q(until=None)),
                name="permit_grant_has_a_term",
            ),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_by=None)
                | Q(struck_at__isnull=False, struck_by__isnull=False),
                name="permit_event_struck_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    @property
    def plain(self) -> Event:
        return Event(self.kind, self.on, self.until)


class JobOrder(OfRecruiter):
    """Work for which people may be sent, as it was approved."""

    FIRM = ("permit", "recruiter")
    JUDGED_BY = ("permit__recruiter",)
    permit = models.ForeignKey(Permit, models.PROTECT, related_name="orders")
    employer = models.CharField(max_length=160)
    work = models.CharField(max_length=120)
    places = models.PositiveIntegerField()
    pay = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)  # a month
    currency = models.CharField(max_length=3, blank=True)
    approved_on = models.DateField()
    struck_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-approved_on", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(places__gte=1), name="job_order_has_places"),
            models.CheckConstraint(
                condition=Q(pay=None, currency="") | (Q(pay__isnull=False, pay__gt=0) & ~Q(currency="")),
                name="job_order_pay_has_a_currency",
            ),
        ]


class Placed(OfRecruiter):
    """How many people a firm says it has sent in a time. Numbers, no names."""

    FIRM = ("permit", "recruiter")
    JUDGED_BY = ("permit__recruiter",)
    permit = models.ForeignKey(Permit, models.PROTECT, related_name="placed")
    begins = models.DateField()
    ends = models.DateField()
    women = models.PositiveIntegerField(default=0)
    men = models.PositiveIntegerField(default=0)
    came_back = models.PositiveIntegerField(null=True, blank=True)
    struck_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-begins", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="placed_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["permit", "begins", "ends"], condition=Q(struck_at=None), name="placed_once"
            ),
        ]


class Check(DeskOwned):
    """An inspection, a visit or a call as if by a customer, and what was found. No caller is named."""

    recruiter = models.ForeignKey(Recruiter, models.PROTECT, related_name="+")
    kind = CodeField("check_kind", max_length=20)
    on = models.DateField()
    findings = models.JSONField(default=list, blank=True)
    caller_safe = models.BooleanField(default=False)
    file = models.OneToOneField(File, models.PROTECT, related_name="+")
    note = models.OneToOneField(Item, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = DeskOwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="test_call") | Q(caller_safe=True), name="no_test_call_in_ones_own_name"
            ),
        ]


class ComplaintQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Of the desk that took it, and of the one that keeps the register."""
        if not actor.desk_id:
            return self.none()
        return self.filter(Q(desk_id=actor.desk_id) | Q(keeper_id=actor.desk_id))


class Complaint(DeskOwned):
    """What somebody says of a firm. The account is opened to the register; who complains is not."""

    recruiter = models.ForeignKey(Recruiter, models.PROTECT, related_name="+")
    keeper = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    code = models.CharField(max_length=16, unique=True)
    about = models.JSONField(default=list)
    on = models.DateField()
    country = CodeField("country", max_length=2, blank=True)
    file = models.OneToOneField(File, models.PROTECT, related_name="+")
    account = models.OneToOneField(Item, models.PROTECT, related_name="+")
    complainant = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answer = CodeField("complaint_answer", max_length=20, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="complaint_answered_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def ref(self) -> str:
        return f"complaint:{self.pk}"

    def relation_to(self, actor: "Actor") -> str:
        if actor.desk_id == self.desk_id:
            return "own"
        return "received" if actor.desk_id == self.keeper_id else "none"
