"""Cases taken over from other systems and handed out to them, in the HTCDS format."""

from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access import approvals, policy
from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Membership
from kamkor.assistance.htcds import incoming, outgoing, undoing
from kamkor.assistance.models import Case, HandOut, ImportedFile
from kamkor.base import wall
from kamkor.base.actions import action, record
from kamkor.base.problems import Problem, WrongState
from kamkor.methods.htcds import Reading, write

EXPORT = "htcds.export"


@action("htcds.receive")
def receive(actor: Actor, desk: Desk, *, sent: incoming.Sent, reading: Reading) -> ImportedFile:
    """Keep a file sealed until somebody takes its cases or drops it."""
    return incoming.keep(actor, desk, sent, reading)


@action("htcds.import")
def take(
    actor: Actor, imported: ImportedFile, *, keep_good: bool = False, again: bool = False
) -> ImportedFile:
    """Make persons and cases of a file that waits: all of it or nothing, or with `keep_good` the good rows.
    `again` takes a file whose content is in the books already."""
    incoming.take(actor, imported, keep_good=keep_good, again=again)
    return imported


@action("htcds.drop")
def drop(actor: Actor, imported: ImportedFile) -> None:
    """Throw away a file that waits, or the refused rows of one that was taken."""
    incoming.drop(imported)


@action("htcds.undo")
def undo(actor: Actor, imported: ImportedFile) -> None:
    """Take the persons and cases of an import out again, as long as nobody has worked on them."""
    undoing.undo(actor, imported)


@action("htcds.ask")
def ask(actor: Actor, desk: Desk, *, layout: str, reason: str) -> HandOut:
    """Ask a second person for one file with every case that the actor sees now. `reason` is a code."""
    wanted = HandOut.objects.create(
        desk=desk,
        layout=layout,
        reason=reason,
        cases=list(Case.objects.visible_to(actor).order_by("pk").values_list("pk", flat=True)),
        asked_by=actor.signed_in,
        decider=decider_for(actor),
    )
    approvals.ask(actor, EXPORT, wanted, ends_at=wanted.asked_at + approvals.LASTS)
    return wanted


def decider_for(actor: Actor) -> Desk | None:
    """None where a colleague can agree; else another desk of the organisation whose head can."""
    others = Membership.objects.current().exclude(user__in=actor.barred_as)
    if others.filter(desk=actor.desk, role__in=policy.RULES["htcds.decide"].roles).exists():
        return None
    heads = others.filter(desk__organisation=actor.desk.organisation_id, role="supervisor")
    head = heads.exclude(desk=actor.desk).select_related("desk").order_by("desk", "pk").first()
    if head is None:
        raise Problem(
            _("Nobody else can agree to this file"),
            _("Names leave with two people only: a colleague here, or the head of another desk of yours."),
        )
    return head.desk


@action("htcds.decide")
def decide(actor: Actor, wanted: HandOut, *, agreed: bool) -> None:
    """A second person says yes or no, once; at this desk, or at the one that was asked."""
    if wanted.decider_id not in (None, actor.desk_id) or wanted.state != "waiting":
        raise WrongState
    with wall.acting(wanted.desk_id):
        approval = wanted.approval()
        if approval is None:
            raise WrongState
        approvals.decide(actor, approval, agreed=agreed)
        wanted.decided_at, wanted.agreed = timezone.now(), agreed
        wanted.save(update_fields=["decided_at", "agreed"])


@action(EXPORT)
def export(actor: Actor, wanted: HandOut) -> bytes:
    """The cases of that request that the actor still sees, with all that is sealed in them; once, and only
    for who asked."""
    if wanted.asked_by_id != actor.user_id:
        raise Problem(_("A colleague asked for this file"), _("Only who asked for it can make it."))
    approvals.use(actor, EXPORT, wanted)
    wanted.made_at = timezone.now()
    wanted.save(update_fields=["made_at"])
    cases = outgoing.records(actor, wanted.cases)
    record(actor, EXPORT, wanted, changed=[f"cases: {len(cases)}"], reason=wanted.reason)
    layout: Literal["csv", "json"] = "json" if wanted.layout == "json" else "csv"
    return write([row for rows in cases for row in rows], format=layout)
