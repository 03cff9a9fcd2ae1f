"""Deeds that take two people: one asks, somebody else of the desk says yes or no, then it is done once.

The verb that is approved keeps its own row in the policy; here it is only made sure that two people were
there. Pages and their own verbs belong to whoever uses this.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.models import DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.actions import reference
from kamkor.base.problems import Problem, WrongState
from kamkor.vault.models import Item

if TYPE_CHECKING:
    from kamkor.access.actor import Actor

LASTS = timedelta(hours=24)  # what lets names out is agreed to within this time


class NotApproved(Problem):
    status = 403
    title = _("A second person has not agreed to this")
    mend = _("Ask a colleague who may decide on it.")


class ApprovalQuerySet(DeskOwnedQuerySet):
    def open(self) -> Self:
        """Those that were asked for and not done, refused or taken back, and have not run out."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()), closed_at=None)

    def to_decide(self, actor: "Actor") -> Self:
        """Those that wait for a second person, who this actor may be."""
        waiting = self.visible_to(actor).open().filter(decided_at=None)
        return waiting.exclude(asked_by__in=actor.barred_as).order_by("asked_at", "pk")


class Approval(DeskOwned):
    """One request to do `verb` to `subject`, both as the access log writes them."""

    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    reason = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")  # sealed
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)
    closed_at = models.DateTimeField(null=True)  # done, refused, taken back or run out

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "verb", "subject"], condition=Q(closed_at=None), name="one_open_approval"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="approved_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"approval {self.pk}"


def ask(
    actor: "Actor",
    verb: str,
    subject: models.Model,
    *,
    reason: Item | None = None,
    ends_at: datetime | None = None,
) -> Approval:
    """Ask for a second person; one request at a time for the same deed."""
    rows = Approval._base_manager.filter(desk=actor.desk, verb=verb, subject=reference(subject))
    rows.filter(closed_at=None, ends_at__lte=timezone.now()).update(closed_at=timezone.now())
    try:
        with transaction.atomic():
            return Approval.objects.create(
                desk=actor.desk,
                verb=verb,
                subject=reference(subject),
                reason=reason,
                asked_by=actor.signed_in,
                ends_at=ends_at,
            )
    except IntegrityError:
        raise Problem(_("This has been asked for already"), _("Wait for the second person.")) from None


def decide(actor: "Actor", approval: Approval, *, agreed: bool) -> None:
    """Say yes or no, once; never to what one has asked for oneself, nor through a system of one's own."""
    locked = _locked(pk=approval.pk)
    if locked is None or locked.decided_at is not None:
        raise WrongState
    if locked.asked_by_id in actor.barred_as:
        raise Problem(_("You asked for this yourself"), _("Somebody else of the desk has to decide."))
    locked.decided_by, locked.decided_at, locked.agreed = actor.signed_in, timezone.now(), agreed
    locked.closed_at = None if agreed else locked.decided_at
    locked.save(update_fields=["decided_by", "decided_at", "agreed", "closed_at"])


def use(actor: "Actor", verb: str, subject: models.Model) -> Approval:
    """The approval of what is done now, used up by that; raises NotApproved. Call it in the deed's own
    transaction."""
    found = _locked(desk_id=actor.desk_id, verb=verb, subject=reference(subject), agreed=True)
    if found is None:
        raise NotApproved
    close(found)
    return found


def close(approval: Approval) -> None:
    """Done, or taken back."""
    Approval.objects.filter(pk=approval.pk, closed_at=None).update(closed_at=timezone.now())


def _locked(**which: Any) -> Approval | None:
    rows = Approval.objects.select_for_update(no_key=True, of=["self"])
    return rows.open().filter(**which).first()
