"""Referrals: from desk to desk, or by letter to an organisation outside, each by a consent."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import Desk, DeskOwned, DeskOwnedQuerySet, User
from kamkor.access.policy import RULES
from kamkor.assistance.models.cases import Case
from kamkor.base.codelists import CodeField
from kamkor.directory.models import OutsideOrganisation
from kamkor.people.models import Carried, Consent, allowed_by, carried, closed_to
from kamkor.vault.models import Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class ReferralQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Sent by the desk (a role without files sees what it sent itself), taken over with her case, or
        received while her consent lasts; a coordinator oversees all."""
        if not actor.desk_id:
            return self.none()
        closed = closed_to(actor, "person")
        if actor.role == "coordinator":
            return self.exclude(status=Referral.Status.DRAFT).exclude(closed)
        mine = Q(desk_id=actor.desk_id)
        received = Q(receiver_id=actor.desk_id, status__in=Referral.READABLE) & in_force()
        if actor.role in RULES["referral.read"].sent_only:
            mine &= Q(created_by=actor.user_id)
            return self.filter(mine | received).exclude(closed)
        return self.filter((mine | received) & ~closed | carried(actor))


def in_force() -> Q:
    """Rows whose consent allows reading at this moment."""
    # One row at a time: as a list of all consents in force it would be made anew for every page.
    return Q(allowed_by("consent"))


class Referral(Carried, DeskOwned):
    """One request for one service. `desk` sends; the receiver is a desk, or an organisation outside."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        SENT = "sent"
        SEEN = "seen"
        ACCEPTED = "accepted"
        IN_PROGRESS = "in_progress"
        DONE = "done"
        FAILED = "failed"
        DECLINED = "declined"
        RECALLED = "recalled"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    READABLE = ("sent", "seen", "accepted", "in_progress", "done", "failed")
    WAITING = ("sent", "seen")
    JUDGED_BY = ("consent",)

    code = models.CharField(max_length=16, unique=True)  # its own: the person's code stays at home
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="referrals")
    receiver = models.ForeignKey(Desk, models.PROTECT, null=True, blank=True, related_name="+")
    outside = models.ForeignKey(OutsideOrganisation, models.PROTECT, null=True, blank=True, related_name="+")
    service = CodeField("service_type", max_length=40)
    purpose = CodeField("referral_purpose", max_length=40)
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="referrals")
    message = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")
    urgency = models.CharField(
        max_length=10,
        choices=[("emergency", "emergency"), ("urgent", "urgent"), ("normal", "normal")],
        default="normal",
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # when the answer is late
    ends_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    decline_reason = CodeField("decline_reason", max_length=40, blank=True)
    answered_by = models.CharField(max_length=10, blank=True)  # system | phone | paper
    answerer = models.ForeignKey(
        Item, models.PROTECT, null=True, related_name="+"
    )  # who said so on the telephone
    result = CodeField("service_result", max_length=30, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    receiving_case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(desk=models.F("receiver")), name="referral_to_another_desk"),
            models.CheckConstraint(
                condition=Q(receiver__isnull=False, outside=None) | Q(receiver=None, outside__isnull=False),
                name="referral_to_one",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def relation_to(self, actor: "Actor") -> str:
        if actor.desk_id == self.desk_id:
            return "sent" if self.created_by_id == actor.user_id else "own"
        if self.is_carried_to(actor):
            return "carried"
        if actor.desk_id == self.receiver_id and self.standing in self.READABLE:
            return "received"
        return "oversees" if actor.role == "coordinator" else "none"

    @property
    def standing(self) -> str:
        """The status as it holds now, also where the end of the consent has not been marked yet."""
        if self.status not in (self.Status.DRAFT, *self.READABLE):
            return self.status
        if self.consent.is_active:
            return self.status
        return self.Status.EXPIRED if self.consent.state == "ended" else self.Status.WITHDRAWN

    @property
    def provider(self) -> Desk | OutsideOrganisation:
        """To whom it goes."""
        provider = self.receiver or self.outside
        assert provider is not None
        return provider

    @property
    def reply_ref(self) -> str:
        """The name under which the receiver opens its reports to the sender."""
        return f"reply:{self.pk}"

    @property
    def late(self) -> bool:
        return self.status in self.WAITING and self.due_at is not None and self.due_at < timezone.now()


class ReferralStepQuerySet(models.QuerySet["ReferralStep"]):
    def visible_to(self, actor: "Actor") -> Self:
        return self.filter(referral__in=Referral.objects.visible_to(actor))


class ReferralStep(models.Model):
    """One step of a referral: when, by which desk, what, and why. Reports back are sealed items."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="steps")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    verb = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True)  # a code
    report = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")

    objects = ReferralStepQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"

    def relation_to(self, actor: "Actor") -> str:
        return self.referral.relation_to(actor)
