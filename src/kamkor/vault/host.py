"""The host's own key, for desks that chose its custody: a file outside the databases, turned now and then.

While it is turned there are two files, and the host opens what either of them opens: a desk is under the one
or the other, never under none. Whoever copied the old file reads nothing that is written afterwards, because
each desk's own key is turned along.
"""

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from kamkor.vault import crypto
from kamkor.vault.keyfile import kept_key
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import Holder, KeyPair, Share
from kamkor.vault.opening import opened

Kept = tuple[KeyPair, bytes]


def pair() -> Kept:
    """The pair to seal to: the next one while the key is being turned. The file is made on first need."""
    return _kept(_next_file()) if turning() else _kept(settings.HOST_KEY_FILE)


def keyring() -> Keyring:
    """What the host opens: the desks under host custody, and no others."""
    kept = [_kept(settings.HOST_KEY_FILE), *([_kept(_next_file())] if turning() else [])]
    return Keyring([opened(row, private) for row, private in kept])


def turning() -> bool:
    """Whether a turn was begun and not ended."""
    return _next_file().exists()


def waiting() -> list[Holder]:
    """The desks whose key is still sealed to an older pair than the newest of the host's."""
    newest = pair()[0]
    under = Share.objects.filter(recipient__holder=newest.holder).exclude(recipient=newest)
    return list(Holder.objects.filter(pairs__shares__in=under).distinct().order_by("pk"))


def begin() -> None:
    """Make the next key, unless a turn that broke off has made it."""
    holder = _kept(settings.HOST_KEY_FILE)[0].holder
    _pair_of(kept_key(_next_file(), crypto.random_key), holder)


def end() -> None:
    """From now on there is the new key alone; another runner may have come first."""
    with suppress(FileNotFoundError):
        _next_file().replace(settings.HOST_KEY_FILE)
    folder = os.open(settings.HOST_KEY_FILE.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _next_file() -> Path:
    file: Path = settings.HOST_KEY_FILE
    return file.with_name(f"{file.name}.next")


def _kept(file: Path) -> Kept:
    private = kept_key(file, crypto.random_key)
    return _pair_of(private, None), private


def _pair_of(private: bytes, holder: Holder | None) -> KeyPair:
    """The row of this key; without one, it becomes the next epoch of `holder`, or a holder's first."""
    public = crypto.pair_of(private).public
    known = KeyPair.objects.filter(holder__kind=Holder.Kind.HOST, public=public).select_related("holder")
    found = known.first()
    if found is not None:
        return found
    epoch = 1 if holder is None else holder.current().epoch + 1
    owner = holder or Holder.objects.create(kind=Holder.Kind.HOST)
    return KeyPair.objects.create(holder=owner, epoch=epoch, public=public)
