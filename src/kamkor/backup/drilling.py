"""Restores a backup where nobody sees it, and looks whether it would serve: nothing of it remains.

Its tables are put, for one transaction, before those of the living installation; so everything that reads the
database reads the backup, and rolling back takes it away.
"""

import random
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import Count, Sum
from django.db.models.functions import Length

from kamkor.backup.contents import Contents
from kamkor.backup.making import FILE
from kamkor.backup.restoring import Restored, check_state, compare, fill, log_findings, store_of
from kamkor.vault import archives
from kamkor.vault.crypto import NONCE_BYTES, VERSION, Unreadable, is_head
from kamkor.vault.keyring import Keyring, Sealed
from kamkor.vault.models import Item, ItemPiece, StoredKey

TAG = 16
OVERHEAD = 1 + NONCE_BYTES + TAG  # the version's byte, the nonce and the tag around every sealed text


@dataclass
class Report:
    """What a drill has found; `wrong` is empty after a good one."""

    rows: int = 0
    tables: int = 0
    sealed_items: int = 0
    without_key: int = 0  # of items: what was erased since, or lost
    looked_at: int = 0
    opened: int = 0
    seals: int = 0
    wrong: list[str] = field(default_factory=list)


def drill(
    paths: Iterable[Path],
    identity: str,
    signers: Iterable[str] = (),
    *,
    opener: Callable[[], Keyring] | None = None,
    sample: int = 20,
) -> Report:
    """Restore these archives (of the records, and of the key store to open anything) into nothing."""
    report = Report()
    with ExitStack() as stack:
        for path in paths:
            restored = _cover(path, identity, signers, stack)
            report.rows += restored.rows
            report.tables += sum(not name.startswith(FILE) for name in restored.counts)
            if restored.checked.title.kind == "records":
                report.seals = restored.counts["vault_auditseal"]["rows"]
                report.wrong += [f"access log: {found.kind}" for found in log_findings(restored)]
        report.sealed_items, report.without_key = count_items()
        look(report, opener() if opener else None, sample)
    return report


def _cover(path: Path, identity: str, signers: Iterable[str], stack: ExitStack) -> Restored:
    """Put what the archive holds before the tables of its database, until the stack unwinds."""
    checked = archives.check(path, signers)
    store = store_of(checked)
    stack.enter_context(store.moment())
    with archives.contents(checked, identity) as stream:
        contents = Contents(stream)
        check_state(store, contents.head)
        store.cover(store.tables())
        files = fill(store, contents)
    compare(store, contents.counts)
    return Restored(checked, contents.head, contents.counts, files)


def count_items() -> tuple[int, int]:
    """How many items hold a sealed text, and how many of them lack their file's key: two lists in one order,
    side by side, so that a million files take no memory."""
    items = Item.objects.filter(size__gt=0).order_by("file_id", "file_epoch")
    held = StoredKey.objects.order_by("file_id", "epoch").values_list("file_id", "epoch")
    keys = held.iterator(chunk_size=2000)
    key = next(keys, None)
    total = missing = 0
    for file_id, epoch in items.values_list("file_id", "file_epoch").iterator(chunk_size=2000):
        total += 1
        while key is not None and (key[0].hex, key[1]) < (file_id.hex, epoch):
            key = next(keys, None)
        missing += key != (file_id, epoch)
    return total, missing


def look(report: Report, ring: Keyring | None, sample: int) -> None:
    """At items drawn by lot: with a key that opens them, else whether they are of the right make."""
    for item in _drawn(ring, sample):
        report.looked_at += 1
        if not _looks_sealed(item):
            report.wrong.append(f"item {item.pk}: not as anything sealed looks")
        if ring is None:
            continue
        try:
            for _piece in ring.read_in_pieces(item):
                pass
            report.opened += 1
        except Unreadable:
            report.wrong.append(f"item {item.pk}: was altered")
        except Sealed:
            continue  # erased since: counted among those without a key


def _looks_sealed(item: Item) -> bool:
    if not is_head(item.sealed):
        return len(item.sealed) == item.size + OVERHEAD and bytes(item.sealed[:1]) == VERSION
    pieces = ItemPiece.objects.filter(item=item, version=item.version)
    whole = pieces.aggregate(number=Count("pk"), size=Sum(Length("sealed")))
    return bool(whole["number"]) and whole["size"] == item.size + TAG * whole["number"]


def _drawn(ring: Keyring | None, sample: int) -> Iterator[Item]:
    """Items by lot: each is the first at or after a random id."""
    items = Item.objects.filter(size__gt=0)
    if ring is not None:
        items = items.filter(file__holder__in={pair.holder_id for pair in ring.pairs.values()})
    lot = random.SystemRandom()
    for _ in range(sample):
        begin = uuid.UUID(int=lot.getrandbits(128))
        found = items.filter(pk__gte=begin).order_by("pk").first() or items.order_by("pk").first()
        if found is not None:
            yield found
