"""Sealing anew what lies under earlier keys, of a desk or of the host: to be gone on with at any time.

After a turn a desk's files move to the new key when they are next written. Whoever does not want to wait
calls this.
"""

from collections.abc import Generator
from dataclasses import dataclass
from time import monotonic

from django.db import transaction
from django.db.models import Q, QuerySet

from kamkor.vault import host, names
from kamkor.vault.desks import turn_desk
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import File, Holder, KeyPair, StoredKey

AT_ONCE = 200


@dataclass(frozen=True)
class Progress:
    """How far it has come: `position` is where to go on, None at the end."""

    position: int | None
    done: int


def old_keys(desk: Holder) -> QuerySet[StoredKey]:
    """The keys of files that are sealed to earlier epochs of the desk, or of one that has joined it; not of
    those that were locked away with another desk."""
    pairs = KeyPair.objects.filter(Q(holder=desk) | Q(holder__joined_to=desk)).exclude(pk=desk.current().pk)
    return StoredKey.objects.filter(pair_id__in=list(pairs.values_list("pk", flat=True)), locked_by_id=None)


def reseal(keyring: Keyring, desk: Holder, *, after: int = 0, seconds: float = 3) -> Progress:
    """Turn files for some seconds. What breaks off is done again; what is done stays done."""
    until = monotonic() + seconds
    names.renew(keyring, desk)
    rows = list(old_keys(desk).filter(pk__gt=after).order_by("pk").values_list("pk", "file_id")[:AT_ONCE])
    files = File.objects.filter(holder=desk).in_bulk([file_id for _, file_id in rows])
    done = 0
    for position, file_id in rows:
        if file_id in files:  # a key that a crash left belongs to nothing
            keyring.turn(files[file_id])
            done += 1
        if monotonic() > until:
            return Progress(position, done)
    left = rows[-1][0] if len(rows) == AT_ONCE else None
    return Progress(left, done)


def turn_host() -> Generator[tuple[int, int]]:
    """Give the host a new key, desk by desk while they work; yields (done, of how many). If it breaks off,
    call it again: it goes on with the desks that are left."""
    host.begin()
    due = host.waiting()
    yield 0, len(due)
    for done, desk in enumerate(due, 1):
        with transaction.atomic():
            if desk in host.waiting():  # not turned along with another desk, nor for a leaver meanwhile
                turn_desk(host.keyring(), desk)
        yield done, len(due)
    host.end()
