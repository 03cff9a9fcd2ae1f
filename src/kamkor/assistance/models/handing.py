"""A case handed over to another desk, and the written demand of an investigator or a court."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import Desk
from kamkor.assistance.models.cases import Case, CaseOwned, CaseOwnedQuerySet
from kamkor.assistance.models.referrals import Referral, in_force
from kamkor.base.codelists import CodeField
from kamkor.people.models import Consent, closed_to
from kamkor.vault.models import Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class HandoverQuerySet(CaseOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Own until her file has left, or received while her consent lasts. The person is known by the
        consent, as the case is not the receiver's to see."""
        if not actor.desk_id:
            return self.none()
        received = Q(receiver_id=actor.desk_id, declined_at=None, recalled_at=None) & in_force()
        return self.filter(Q(desk_id=actor.desk_id) | received).exclude(closed_to(actor, "consent__person"))


class Handover(CaseOwned):
    """She agrees, meets the new worker, and the old desk stops reading after a term."""

    code = models.CharField(max_length=16, unique=True)
    receiver = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+")
    met_on = models.DateField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    reads_until = models.DateField(null=True, blank=True)
    receiving_case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    referrals = models.ManyToManyField(Referral, related_name="+")  # that run on under the new desk

    objects = HandoverQuerySet.as_manager()

    def __str__(self) -> str:
        return self.code

    def relation_to(self, actor: "Actor") -> str:
        if actor.desk_id == self.desk_id:
            return "own"
        open_to_us = self.declined_at is None and self.recalled_at is None and self.consent.is_active
        return "received" if actor.desk_id == self.receiver_id and open_to_us else "none"

    @property
    def waiting(self) -> bool:
        """Offered, and neither answered nor over."""
        answered = self.accepted_at or self.declined_at or self.recalled_at
        return answered is None and self.consent.is_active

    @property
    def in_term(self) -> bool:
        """Taken over, and the old desk still reads."""
        if self.accepted_at is None or self.reads_until is None:
            return False
        return self.reads_until >= timezone.localdate()


class Demand(CaseOwned):
    """The paper, the lawyer's view, what was released and what refused, and that the person was told."""

    body = CodeField("demanding_body", max_length=40)
    paper_number = models.OneToOneField(Item, models.PROTECT, related_name="+")
    received_on = models.DateField()
    lawyer_view = models.OneToOneField(Item, models.PROTECT, null=True, related_name="+")
    released = models.ManyToManyField(Item, related_name="+")
    refused = models.ManyToManyField(Item, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    person_told_on = models.DateField(null=True, blank=True)
    not_told_why = CodeField("not_told_reason", max_length=30, blank=True)

    objects = CaseOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"demand {self.pk}"
