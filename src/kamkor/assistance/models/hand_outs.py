"""Files with names that leave the house: one colleague asks, a second person agrees, then it is made once."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.access.approvals import LASTS, Approval
from kamkor.access.models import Desk, DeskOwned, DeskOwnedQuerySet, User
from kamkor.base.actions import reference
from kamkor.base.codelists import CodeField

if TYPE_CHECKING:
    from kamkor.access.actor import Actor


class HandOutQuerySet(DeskOwnedQuerySet):
    def visible_to(self, actor: "Actor") -> Self:
        """Those of the actor's desk; the head of the desk that is to agree sees it too."""
        if not actor.desk_id:
            return self.none()
        asked = Q(decider=actor.desk_id) if actor.role == "supervisor" else Q(pk__in=[])
        return self.filter(Q(desk=actor.desk_id) | asked)

    def to_decide(self, actor: "Actor") -> Self:
        """Those that wait for a second person, who this actor may be."""
        waiting = self.visible_to(actor).filter(decided_at=None, asked_at__gt=timezone.now() - LASTS)
        mine = Q(desk=actor.desk_id, decider=None) | Q(decider=actor.desk_id)
        return waiting.filter(mine).exclude(asked_by__in=actor.barred_as)


class HandOut(DeskOwned):
    """One file that somebody wants to make: exactly these cases, this layout, for this reason.

    `decided_at` and `made_at` say to other desks what the approval, which is the desk's own, says here.
    """

    layout = models.CharField(max_length=10)
    reason = CodeField("export_reason", max_length=40)
    cases = models.JSONField(default=list)  # keys
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decider = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")  # None: our own desk
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)
    made_at = models.DateTimeField(null=True)

    objects = HandOutQuerySet.as_manager()

    def __str__(self) -> str:
        return f"hand-out {self.pk}"

    def relation_to(self, actor: "Actor") -> str:
        return "received" if self.decider_id == actor.desk_id else super().relation_to(actor)

    @property
    def count(self) -> int:
        return len(self.cases)

    @property
    def state(self) -> str:
        """made, refused, over (too late), waiting or ready."""
        if self.made_at is not None:
            return "made"
        if self.agreed is False:
            return "refused"
        if self.asked_at + LASTS <= timezone.now():
            return "over"
        return "ready" if self.agreed else "waiting"

    def approval(self) -> Approval | None:
        """The request for a second person; seen by the desk that asked."""
        return Approval.objects.open().filter(desk=self.desk_id, subject=reference(self)).first()
