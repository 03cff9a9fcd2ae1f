"""What browsers send sealed: kept as it came, known again, and opened by whoever holds the desk's key.

Filled forms then go through the door by which telephones come, whenever somebody who may open them looks at
answers with an open vault; what somebody has written down in the day is
read by whoever wrote it, and entered on the pages where it belongs.
"""

import hashlib
import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import monotonic
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action, record
from kamkor.base.problems import WrongState
from kamkor.surveys.models import Envelope, EnvelopeQuerySet
from kamkor.surveys.receiving import (
    DeviceActor,
    NotTaken,
    keep_aside,
    parts_of,
    receive,
    version_of,
)
from kamkor.surveys.tied import Tie
from kamkor.vault.envelopes import Unreadable, open_envelope
from kamkor.vault.keyring import destroy, seal_for
from kamkor.vault.models import KeyPair
from kamkor.vault.problems import Sealed

AT_ONCE = 50  # opened in one request
SECONDS = 2.0  # that it may take
log = logging.getLogger("kamkor.failure")


@dataclass(frozen=True)
class Arrived:
    """One envelope out of what a browser has sent, with what it says of it."""

    mark: UUID
    kind: str
    pair_id: int
    digest: str
    made_at: datetime
    clock_off: int
    content: bytes
    tie: UUID | None = None  # the mark of the tie at which it was begun


@action("envelope.receive")
def keep(actor: DeviceActor, desk: Desk, *, arrived: Arrived) -> Envelope:
    """Keep what came, or know it again; raises NotTaken for what is damaged, or is not for this desk."""
    if hashlib.sha256(arrived.content).hexdigest() != arrived.digest:
        raise NotTaken("damaged")
    before: Envelope | None = Envelope._base_manager.filter(desk=desk, mark=arrived.mark).first()
    if before is not None:
        if before.digest != arrived.digest:
            raise NotTaken("other_content")
        return before
    pair = KeyPair.objects.filter(pk=arrived.pair_id, holder=desk.holder).first()
    if pair is None:
        raise NotTaken("other_key")
    tie = _tie_of(actor, arrived.tie)
    _file, item = seal_for(desk.holder, "envelope", arrived.content, media_type="application/octet-stream")
    return Envelope.objects.create(
        desk=desk,
        device=actor.held,
        mark=arrived.mark,
        kind=arrived.kind,
        pair=pair,
        digest=arrived.digest,
        made_at=arrived.made_at,
        clock_off=arrived.clock_off,
        received_at=timezone.now(),
        item=item,
        tie=tie,
    )


def _tie_of(actor: DeviceActor, mark: UUID | None) -> Tie | None:
    if mark is None:
        return actor.held.tie
    tie: Tie | None = Tie._base_manager.filter(desk=actor.desk_id, mark=mark).first()
    if tie is None:
        raise NotTaken("no_tie")
    return tie


def opened(actor: Actor, envelope: Envelope) -> bytes:
    """What is in it; raises Unreadable."""
    sealed = actor.keyring.read_bytes(envelope.item)
    return open_envelope(actor.keyring, envelope.pair, sealed, kind=envelope.kind, mark=envelope.mark)


def waiting_forms(actor: Actor) -> EnvelopeQuerySet:
    """Filled forms that nobody has opened yet: they are counted nowhere."""
    rows: EnvelopeQuerySet = Envelope.objects.visible_to(actor).waiting().filter(kind=Envelope.FORM)
    return rows


def open_on_the_way(actor: Actor) -> int:
    """Whoever looks at answers with an open vault, and may, takes over what waits, for no longer than a page
    may take: how many wait all the same."""
    waiting = waiting_forms(actor).count()
    if waiting and may_open(actor):
        waiting -= open_forms(actor)[0]
    return waiting


def may_open(actor: Actor) -> bool:
    """Whether the role may, and the vault is open."""
    opens = actor.keys is not None and actor.keys.opens(actor.desk.holder)
    return opens and actor.may_here("envelope.open")


def open_all(actor: Actor) -> tuple[int, int]:
    """The same for a command, which may take its time: how many were taken, and how many wait."""
    taken = 0
    while found := open_forms(actor)[0]:
        taken += found
    return taken, waiting_forms(actor).count()


def open_forms(actor: Actor, *, again: bool = False) -> tuple[int, int]:
    """Open filled forms that wait, so many at once: how many were taken, and how many were not. What could
    not be opened before is tried only `again`, by hand. Whoever takes one reads nothing of it."""
    rows = waiting_forms(actor).select_related("device__desk__holder", "pair", "item__file")
    if not again:
        rows = rows.filter(problem="")
    if not actor.may_here("submission.read"):
        rows = rows.filter(Q(tie=None) | Q(tie__case=None))  # those of a case are for who keeps files
    end, taken, tried = monotonic() + SECONDS, 0, 0
    for row in rows.order_by("problem", "pk")[:AT_ONCE]:
        taken += taken_alone(actor, row)
        tried += 1
        if monotonic() > end:
            break
    return taken, tried - taken


def taken_alone(actor: Actor, envelope: Envelope) -> bool:
    """Whatever is wrong with one, it keeps no other back, and waits."""
    try:
        return take_form(actor, envelope)
    except (Sealed, OperationalError, InterfaceError):
        return False  # a colleague's keys may open it, or the next try
    # What a form may do to the programs that read it nobody knows beforehand.
    except Exception as error:
        line = {"event": "envelope not opened", "envelope": envelope.pk, "exception": type(error).__name__}
        log.warning(json.dumps(line))
        Envelope._base_manager.filter(pk=envelope.pk, done_at=None).update(problem="not_opened")
        return False


@action("envelope.open")
def take_form(actor: Actor, envelope: Envelope) -> bool:
    """Take one filled form by the door of the telephones. What cannot be taken is kept aside and said."""
    if envelope.done_at is not None:
        return True
    try:
        media_type, _line, body = opened(actor, envelope).partition(b"\n")
    except Unreadable:
        envelope.problem = "unreadable"
        envelope.save(update_fields=["problem"])
        return False
    as_device = DeviceActor(membership=None, device=envelope.device)
    envelope.problem = _taken(as_device, media_type.decode(errors="replace"), body, envelope)
    _end(envelope)
    return not envelope.problem


def _taken(actor: DeviceActor, media_type: str, body: bytes, envelope: Envelope) -> str:
    """What is wrong with it, or nothing."""
    try:
        with transaction.atomic():
            sent = replace(parts_of(media_type, body, at=envelope.received_at), tie=envelope.tie)
            version = version_of(actor, sent.instance)
            receive(actor, version.questionnaire, version=version, sent=sent)
    except NotTaken as problem:
        kept = keep_aside(actor, media_type, body, problem.code, at=envelope.received_at)
        record(actor, "submission.keep_aside", kept, reason=problem.code)
        return problem.code
    return ""


@action("envelope.end")
def end(actor: Actor, envelope: Envelope) -> None:
    """What was written down is entered, or is not wanted: it is destroyed."""
    if envelope.done_at is not None:
        raise WrongState
    _end(envelope)


def _end(envelope: Envelope) -> None:
    envelope.done_at = timezone.now()
    envelope.save(update_fields=["done_at", "problem"])
    transaction.on_commit(partial(destroy, envelope.item.file))  # it cannot be rolled back
