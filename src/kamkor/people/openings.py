"""Files opened by somebody outside whose caseload they are, and emergencies that another desk checks."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.models import Desk, DeskOwnedQuerySet, User
from kamkor.base.codelists import CodeField
from kamkor.directory.models import OutsideOrganisation
from kamkor.people.models.person import Consent, Person, PersonOwned, closed_to
from kamkor.vault.models import Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class OpeningQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Of persons whom the actor may see."""
        return super().visible_to(actor).exclude(closed_to(actor, "person"))

    def alive(self, now: datetime | None = None) -> Self:
        return self.filter(ends_at__gt=now or timezone.now())

    def unseen_by(self, actor: "Actor") -> Self:
        """Those that no head of the desk has looked at, and that this actor did not make."""
        return self.visible_to(actor).filter(seen_at=None).exclude(user__in=actor.barred_as)


class Opening(PersonOwned):
    """A colleague's file, opened for some hours with a reason; told to the head, and to her on request."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = CodeField("opening_reason", max_length=30)
    words = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")  # sealed
    at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)  # the head asked the colleague about it

    objects = OpeningQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["desk"], condition=Q(seen_at=None), name="opening_unseen")]

    def __str__(self) -> str:
        return f"opening {self.pk}"


def is_open_to(actor: "Actor", people: Iterable[int]) -> bool:
    """Whether this actor has opened one of these files and the time is not over."""
    rows = Opening.objects.filter(person__in=list(people), user=actor.user_id, desk=actor.desk_id)
    return rows.alive().exists()


class OutsideReviewQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Those of the actor's desk, and those that it is asked to check; never about who is kept from it."""
        mine = Q(desk_id=actor.desk_id) | Q(reviewer_id=actor.desk_id)
        return self.filter(mine).exclude(closed_to(actor, "person")) if actor.desk_id else self.none()

    def to_review(self, actor: "Actor") -> Self:
        waiting = self.visible_to(actor).filter(reviewer=actor.desk_id, answered_at=None)
        return waiting.exclude(taken_by__in=actor.barred_as).order_by("due_at", "pk")


class OutsideReview(PersonOwned):
    """What a desk did without consent while nobody else there could check it: told to the head of another
    desk with the reason and the kinds of what was passed on, and without anything that says who she is."""

    consent = models.OneToOneField(Consent, models.PROTECT, related_name="outside_review")
    reviewer = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ground = CodeField("consent_ground", max_length=10)
    purpose = CodeField("consent_purpose", max_length=30)
    receiver = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")
    outside = models.ForeignKey(OutsideOrganisation, models.PROTECT, null=True, related_name="+")
    items = models.JSONField(default=list)  # labels, no texts
    reason = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")  # opened to the reviewer
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OutsideReviewQuerySet.as_manager()

    def __str__(self) -> str:
        return f"outside review {self.pk}"

    def relation_to(self, actor: "Actor") -> str:
        return "received" if actor.desk_id == self.reviewer_id else super().relation_to(actor)

    @property
    def ref(self) -> str:
        """Under which the vault keeps the key of the reason."""
        return f"outside_review:{self.consent_id}"


def person_of(subject: models.Model) -> Person | None:
    """Whom a row is about, where it hangs on one person or on a case of hers."""
    if isinstance(subject, Person):
        return subject
    of = getattr(subject, "case", None) or subject
    return getattr(of, "person", None)
