"""Cases taken over from other systems and handed out to them, in the HTCDS format."""

from typing import Literal

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.htcds import incoming, outgoing, undoing
from kamkor.assistance.models import ImportedFile
from kamkor.base.actions import action, record
from kamkor.methods.htcds import Reading, write


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


@action("htcds.export")
def export(actor: Actor, desk: Desk, *, layout: Literal["csv", "json"], reason: str) -> bytes:
    """Every case that the actor sees, with all that is sealed in it. `reason` is a code."""
    cases = outgoing.records(actor)
    record(actor, "htcds.export", desk, changed=[f"cases: {len(cases)}"], reason=reason)
    return write([row for rows in cases for row in rows], format=layout)
