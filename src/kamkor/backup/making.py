"""Makes a backup while the installation is in use: an archive of the records, and the one copy of the keys.

Both are as they were at one moment. A key is stored before its file and destroyed after it, so that nobody
may write keys between the two beginnings, or a file would lack its key in the copy.
"""

import fcntl
import importlib.metadata
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.utils import timezone

from kamkor.backup.contents import Counts, Part, written
from kamkor.backup.stores import Store, key_store, records
from kamkor.base.models import AuditEvent
from kamkor.vault import archives, seals
from kamkor.vault.archives import BadArchive, Title

FILE = "file:"  # before the name of a part that is no table
SEAL_COPY = f"{FILE}audit-seals"
ERASED = f"{FILE}erased"
SUFFIX = ".kamkor"


@dataclass(frozen=True)
class Made:
    """The two archives of one backup."""

    number: int
    records: Path
    keys: Path
    of_records: Counts
    of_keys: Counts


def make(folder: Path, keys: Path, officers: Sequence[str]) -> Made:
    """Write the records into a new archive in `folder`, and the key store over `keys`."""
    check_places(folder, keys)
    for place in (folder, keys.parent):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _list() as listed:
        number = last_number(listed) + 1
        AuditEvent.objects.add(verb="backup.make", subject=f"backup:{number}", role="system")
        at = timezone.now()
        copy = settings.SEAL_COPY_FILE.read_bytes() if settings.SEAL_COPY_FILE.exists() else b""
        path = folder / f"records-{number:06}-{at:%Y%m%dT%H%M%SZ}{SUFFIX}"
        of_records: Counts = {}
        of_keys: Counts = {}
        with both_at_once() as (rows, stored):
            title = partial(Title, number=number, at=at.isoformat(timespec="seconds"))
            contents = written(_head(rows), _parts_of_records(rows, copy), of_records)
            digest = archives.write(
                path, title("records", rows.connection.vendor), contents, officers=officers
            )
            contents = written(_head(stored), _parts_of_keys(stored), of_keys)
            archives.write(keys, title("keys", stored.connection.vendor), contents, officers=officers)
        listed.write(json.dumps({"number": number, "file": path.name, "sha256": digest}) + "\n")
    return Made(number, path, keys, of_records, of_keys)


def check_places(folder: Path, keys: Path) -> None:
    """The copy of the keys must not travel with the records: erasing would then erase nothing."""
    if folder.resolve() in keys.resolve().parents:
        raise BadArchive("The copy of the key store must not lie in the folder of the backups, nor below it.")


@contextmanager
def both_at_once() -> Iterator[tuple[Store, Store]]:
    """Both databases as they are at one moment."""
    rows, stored = records(), key_store()
    with ExitStack() as stack:
        with stored.held():
            stack.enter_context(rows.moment())
            stack.enter_context(stored.moment())
        rows.check_readable()
        yield rows, stored


def last_number(made: TextIO) -> int:
    """The number of the newest backup that this installation knows of."""
    made.seek(0)
    return max((int(json.loads(line)["number"]) for line in made if line.strip()), default=0)


def newest_known() -> int:
    path = settings.BACKUP_LIST_FILE
    if not path.exists():
        return 0
    with path.open() as file:
        return last_number(file)


def key_files() -> dict[str, Path]:
    """The keys outside the databases by the names of their settings; a backup's own key is in no backup."""
    named = {n: getattr(settings, n) for n in dir(settings) if n.endswith("_KEY_FILE")}
    return {name: path for name, path in named.items() if name != "BACKUP_KEY_FILE" and path}


def _head(store: Store) -> dict[str, Any]:
    return {
        "version": importlib.metadata.version("kamkor"),
        "migrations": store.migrations(),
        "sequences": store.sequences(),
        "log_key": seals.signer(),
    }


def _parts_of_records(store: Store, copy: bytes) -> Iterator[Part]:
    yield from store.parts(store.tables())
    yield Part(SEAL_COPY, [], [copy])  # read before the moment of the rest, so that it names no later seal
    yield from _register()


def _parts_of_keys(store: Store) -> Iterator[Part]:
    yield from store.parts(store.tables())
    for name, path in key_files().items():
        if path.exists():
            yield Part(FILE + name, [], [path.read_bytes()])
    yield from _register()


def _register() -> Iterator[Part]:
    """Who was erased, by random numbers: the newest is with the key store, whose copy is the newest."""
    if settings.ERASURE_REGISTER_FILE.exists():
        yield Part(ERASED, [], [settings.ERASURE_REGISTER_FILE.read_bytes()])


@contextmanager
def _list() -> Iterator[TextIO]:
    """The list of backups, held, so that two that run at once do not get one number."""
    path = settings.BACKUP_LIST_FILE
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
