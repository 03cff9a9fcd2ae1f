"""A file with names, made as two people make it."""

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.approvals import Approval
from kamkor.access.models import User
from kamkor.assistance.actions import htcds
from kamkor.assistance.models import HandOut


def agreed(actor: Actor, layout: str = "csv") -> HandOut:
    """Asked for by this head, and agreed to by somebody else."""
    wanted = htcds.ask(actor, actor.desk, layout=layout, reason="check")
    other = User.objects.exclude(pk=actor.signed_in.pk).earliest("pk")
    approval = wanted.approval()
    assert approval is not None
    Approval.objects.filter(pk=approval.pk).update(agreed=True, decided_by=other, decided_at=timezone.now())
    HandOut.objects.filter(pk=wanted.pk).update(agreed=True, decided_at=timezone.now())
    wanted.refresh_from_db()
    return wanted


def exported(actor: Actor, layout: str = "csv") -> bytes:
    return htcds.export(actor, agreed(actor, layout))
