"""The keys of a desk as its head and its administrator see them, and what its head can do with them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action, record
from kamkor.base.problems import Problem
from kamkor.vault import desks, resealing
from kamkor.vault.models import File


@dataclass(frozen=True)
class Status:
    """What is told of a desk's keys; none of it opens anything."""

    epoch: int
    since: datetime
    files: int
    under_older: int
    turn_due: int  # sharing has ended since the file was last written
    admitted: int
    recovery: bool
    custody: desks.Custody
    read_by: list[Desk]
    reads: list[Desk]


def status(desk: Desk) -> Status:
    pair, files = desk.holder.current(), File.objects.filter(holder=desk.holder)
    return Status(
        epoch=pair.epoch,
        since=pair.created_at,
        files=files.count(),
        under_older=resealing.old_keys(desk.holder).count(),
        turn_due=files.filter(turn_due=True).count(),
        admitted=len(desks.admitted(desk.holder)),
        recovery=desks.has_recovery(desk.holder),
        custody=desks.custody(desk.holder),
        read_by=_desks(desks.readers(desk.holder)),
        reads=_desks(desks.read_by(desk.holder)),
    )


@action("desk.reseal")
def reseal(actor: Actor, desk: Desk, *, after: int = 0) -> resealing.Progress:
    """Seal files anew that still lie under earlier keys, for some seconds; go on from its `position`."""
    return resealing.reseal(actor.keyring, desk.holder, after=after)


@action("desk.seal")
def give_seal(actor: Actor, desk: Desk, *, reader: Desk) -> None:
    """A standing seal: whom that desk's staff are given a role here, opens this desk's files at once."""
    if reader not in may_read(desk):
        raise Problem(
            _("This desk cannot be given a standing seal"), _("Choose another desk of your organisation.")
        )
    desks.standing_seal(actor.keyring, desk.holder, reader.holder)


@action("desk.unseal")
def end_seal(actor: Actor, desk: Desk, *, reader: Desk) -> None:
    """Take a standing seal back; the desk's key turns, so that copies open nothing that is written after."""
    if reader.holder_id not in desks.readers(desk.holder):
        raise Problem(_("This desk has no standing seal"))
    desks.end_standing_seal(actor.keyring, desk.holder, reader.holder)


def may_read(desk: Desk) -> list[Desk]:
    """The desks that can be given a standing seal: of the same organisation, and without one so far."""
    others = Desk.objects.filter(organisation=desk.organisation, active=True).exclude(pk=desk.pk)
    held = desks.readers(desk.holder)
    return [
        other for other in others.select_related("holder").order_by("code") if other.holder_id not in held
    ]


def recover(actor: Actor, words: str) -> None:
    """Let somebody of the desk open its files by its printed words; raises WrongRecoveryKey."""
    holder = actor.signed_in.holder
    assert holder is not None
    desks.admit(desks.recover(actor.desk.holder, words), actor.desk.holder, holder)
    record(actor, "desk.recovered", actor.desk)


def _desks(holders: set[int]) -> list[Desk]:
    return list(Desk.objects.filter(holder__in=holders).select_related("organisation").order_by("code"))
