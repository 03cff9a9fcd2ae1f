"""Looking for people who have two files, and saying that two files are of two people."""

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action
from kamkor.base.problems import WrongState
from kamkor.people import duplicates
from kamkor.people.models import DuplicateScan, SamePair


@action("duplicate.look")
def look(actor: Actor, desk: Desk) -> DuplicateScan:
    """Begin to compare all files of the desk."""
    return duplicates.begin(actor, desk)


@action("duplicate.step")
def step(actor: Actor, scan: DuplicateScan, *, seen: int) -> None:
    """Go on for about a second. `seen` is how far the caller saw it: whoever comes second does nothing."""
    if scan.position == seen and scan.ended_at is None:
        duplicates.go_on(actor, scan)


@action("duplicate.part")
def part(actor: Actor, pair: SamePair) -> None:
    """They are two people; nobody is asked again."""
    if pair.decided_at is not None:
        raise WrongState
    pair.decided_at, pair.decided_by = timezone.now(), actor.user
    pair.save(update_fields=["decided_at", "decided_by"])
