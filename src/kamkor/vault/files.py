"""Files and items as far as no key must be opened: made, sealed for a desk, shut to a receiver, destroyed."""

import io
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.db import connections, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from kamkor.vault import crypto
from kamkor.vault.models import File, Grant, Holder, Item, ItemPiece, ItemVersion, KeyPair, StoredKey
from kamkor.vault.router import KEY_STORE

Content = str | bytes | BinaryIO  # a text, something small, or a file to be read from its beginning


@dataclass(frozen=True, slots=True)
class FileKey:
    """The opened key of one epoch of a file, and the pepper that its grants need."""

    key: bytes = field(repr=False)
    pepper: bytes = field(repr=False)

    def of_item(self, item_id: uuid.UUID) -> bytes:
        return crypto.derive(self.key, f"item:{item_id}")


def seal_for(
    desk: Holder, label: str, content: Content, *, media_type: str = "text/plain"
) -> tuple[File, Item]:
    """Put something into a desk's keeping without holding any key: devices, public pages, letters in."""
    file, key, _ = new_file(desk)
    return file, new_item(file, key, label, content, media_type=media_type)


def seal_texts_for(desk: Holder, texts: Mapping[str, str]) -> tuple[File, dict[str, Item]]:
    """The same with several texts, one item for each that says something."""
    file, key, _ = new_file(desk)
    said = {label: text for label, text in texts.items() if text}
    return file, {
        label: new_item(file, key, label, text, media_type="text/plain") for label, text in said.items()
    }


def end_grants(ref: str, *, of: Holder | None = None) -> int:
    """Shut everything shared under `ref` at once, or what of it is open to one desk; the files' keys turn
    when their owner next writes."""
    grants = Grant.objects.filter(ref=ref)
    return (grants.filter(_received_by(of)) if of is not None else grants).end()


def end_received(items: Iterable[Item], desk: Holder) -> int:
    """Shut what others have opened of these items to a desk."""
    return Grant.objects.filter(_received_by(desk), item__in=items).end()


def _received_by(desk: Holder) -> Q:
    """Grants to a desk, and to one that has become part of it."""
    return Q(recipient__holder=desk) | Q(recipient__holder__joined_to=desk)


def end_expired_grants(now: datetime | None = None) -> int:
    """What has passed its end is unreadable already; this empties the keys and marks the files."""
    return Grant.objects.filter(ends_at__lte=now or timezone.now()).end()


def grant_refs(items: Iterable[Item]) -> dict[uuid.UUID, set[str]]:
    """Under which acts each item is open to others at this moment."""
    refs: dict[uuid.UUID, set[str]] = {}
    for item_id, ref in Grant.objects.active().filter(item__in=items).values_list("item_id", "ref"):
        refs.setdefault(item_id, set()).add(ref)
    return refs


def destroy(*files: File) -> None:
    """Erase files for ever, in every backup of the records too. It cannot be rolled back: do it last.

    The empty rows stay, because others point to them.
    """
    StoredKey.objects.filter(file_id__in=[file.pk for file in files]).delete()
    _clear_log()
    with transaction.atomic():
        Grant.objects.filter(item__file__in=files).delete()
        ItemVersion.objects.filter(item__file__in=files).delete()
        ItemPiece.objects.filter(item__file__in=files).delete()
        Item.objects.filter(file__in=files).update(sealed=b"", size=0)


def destroy_items(ids: Iterable[uuid.UUID]) -> None:
    """Empty these items for ever, with all that they said before and every key to them that others have. The
    file lives on; a backup of the records from before still holds the sealed text."""
    listed = list(ids)
    with transaction.atomic():
        Grant.objects.filter(item__in=listed).end()
        ItemVersion.objects.filter(item__in=listed).delete()
        ItemPiece.objects.filter(item__in=listed).delete()
        Item.objects.filter(pk__in=listed).update(sealed=b"", size=0)


def lock_away(file_ids: Iterable[uuid.UUID], other: Holder) -> None:
    """Seal the keys of these files once more, to another desk, so that neither desk opens them alone. It
    needs no key. What is shared of them stays open to its receivers."""
    pair = other.current()
    for stored in StoredKey.objects.filter(file_id__in=list(file_ids), locked_by_id=None):
        bound = lock_place(stored.file_id, stored.epoch)
        stored.sealed = crypto.seal_to(pair.public, bytes(stored.sealed), bound=bound)
        stored.locked_by_id = pair.pk
        stored.save(update_fields=["sealed", "locked_by_id"])
    _clear_log()


def _clear_log() -> None:
    """SQLite's write-ahead log would keep the destroyed key until it is next overwritten."""
    store = connections[KEY_STORE]
    if store.vendor == "sqlite" and not store.in_atomic_block:
        with store.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# What the keyring builds on.


def new_file(desk: Holder) -> tuple[File, FileKey, StoredKey]:
    file = File(holder=desk)
    key, stored = new_key(file, desk.current())
    stored.save(force_insert=True)
    file.save(force_insert=True)
    return file, key, stored


def new_key(file: File, pair: KeyPair) -> tuple[FileKey, StoredKey]:
    """A key for the file's epoch, and its row for the key store, which the caller saves before the file."""
    key = FileKey(crypto.random_key(), crypto.random_key())
    sealed = crypto.seal_to(pair.public, key.key, bound=file_place(file.pk, file.epoch))
    stored = StoredKey(file_id=file.pk, epoch=file.epoch, pair_id=pair.pk, sealed=sealed, pepper=key.pepper)
    return key, stored


def new_item(
    file: File, key: FileKey, label: str, content: Content, *, media_type: str, by: int | None = None
) -> Item:
    item = Item(file=file, label=label, media_type=media_type, file_epoch=file.epoch, written_by_id=by)
    save_sealed(item, key, content)
    return item


def save_sealed(item: Item, key: FileKey, content: Content) -> None:
    """Seal the content into the item and save both; what is larger than a piece is never whole in memory."""
    if isinstance(content, str | bytes):
        seal_into(item, key, content)
        item.save()
        return
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    if size <= crypto.PIECE_BYTES:
        save_sealed(item, key, content.read())
        return
    item.sealed, item.size = crypto.new_head(), size
    item.save()
    _save_pieces(item, key, iter(lambda: content.read(crypto.PIECE_BYTES), b""))


def seal_into(item: Item, key: FileKey, content: str | bytes) -> None:
    plaintext = content.encode() if isinstance(content, str) else content
    bound = item_place(item.file_id, item.pk, item.version)
    item.sealed = crypto.encrypt(key.of_item(item.pk), plaintext, bound=bound)
    item.size = len(plaintext)


def open_text(row: Item | ItemVersion, item: Item, key: bytes) -> bytes:
    """The text of an item or of one of its older versions."""
    return b"".join(open_in_pieces(row, item, key))


def open_in_pieces(row: Item | ItemVersion, item: Item, key: bytes) -> Iterator[bytes]:
    """The same piece by piece, for what may be large. Nothing is whole before the end is reached."""
    bound = item_place(item.file_id, item.pk, row.version)
    if crypto.is_head(row.sealed):
        yield from crypto.open_pieces(key, row.sealed, _pieces(item.pk, row.version), bound=bound)
    else:
        yield crypto.decrypt(key, row.sealed, bound=bound)


def seal_anew(row: Item | ItemVersion, item: Item, keys: tuple[FileKey, FileKey]) -> None:
    """Same text, same place, under the second key instead of the first. The row is the caller's to save."""
    old, new = (key.of_item(item.pk) for key in keys)
    bound = item_place(item.file_id, item.pk, row.version)
    opened = open_in_pieces(row, item, old)
    if not crypto.is_head(row.sealed):
        row.sealed = crypto.encrypt(new, b"".join(opened), bound=bound)
        return
    head = crypto.new_head()
    pieces = ItemPiece.objects.filter(item=item, version=row.version)
    for number, sealed in enumerate(crypto.seal_pieces(new, head, opened, bound=bound)):
        pieces.filter(number=number).update(sealed=sealed)  # it was read before: one piece is always ahead
    row.sealed = head


def _save_pieces(item: Item, key: FileKey, pieces: Iterator[bytes]) -> None:
    bound = item_place(item.file_id, item.pk, item.version)
    sealed = crypto.seal_pieces(key.of_item(item.pk), bytes(item.sealed), pieces, bound=bound)
    for number, piece in enumerate(sealed):
        ItemPiece.objects.create(item=item, version=item.version, number=number, sealed=piece)


def _pieces(item_id: uuid.UUID, version: int) -> Iterator[crypto.Buffer]:
    """One by one: a cursor over all of them would hold them all where connections are pooled."""
    rows = ItemPiece.objects.filter(item=item_id, version=version).values_list("sealed", flat=True)
    number = 0
    while (sealed := rows.filter(number=number).first()) is not None:
        yield sealed
        number += 1


def locked(file_id: uuid.UUID) -> tuple[File, int]:
    """The file, locked against everybody who would write or turn it, and the newest key pair of its desk."""
    newest = KeyPair.objects.filter(holder=OuterRef("holder")).order_by("-epoch").values("pk")[:1]
    files = File.objects.select_for_update(no_key=True).annotate(newest_pair_id=Subquery(newest))
    file = files.get(pk=file_id)
    return file, file.newest_pair_id


def locked_items(items: Iterable[Item]) -> list[Item]:
    """The items as they are now, without their text, with their files locked against turning."""
    ids = [item.pk for item in items]
    list(File.objects.select_for_update(no_key=True, of=["self"]).filter(items__in=ids).order_by("pk"))
    return list(Item.objects.filter(pk__in=ids).defer("sealed"))


def file_place(file_id: uuid.UUID, epoch: int) -> bytes:
    return crypto.place("file", file_id, epoch)


def lock_place(file_id: uuid.UUID, epoch: int) -> bytes:
    return crypto.place("lock", file_id, epoch)


def item_place(file_id: uuid.UUID, item_id: uuid.UUID, version: int) -> bytes:
    return crypto.place("item", file_id, item_id, version)


def grant_place(item_id: uuid.UUID, file_epoch: int, pair_id: int) -> bytes:
    return crypto.place("grant", item_id, file_epoch, pair_id)


def seal_grant(item: Item, key: FileKey, pair: KeyPair) -> bytes:
    """The item's key for one receiver. Without the pepper, which lives in the key store, it opens nothing."""
    bound = grant_place(item.pk, item.file_epoch, pair.pk)
    peppered = crypto.encrypt(key.pepper, key.of_item(item.pk), bound=bound)
    return crypto.seal_to(pair.public, peppered, bound=bound)


def open_grant(grant: Grant, item: Item, private: bytes, pepper: bytes) -> bytes:
    bound = grant_place(item.pk, item.file_epoch, grant.recipient_id)
    peppered = crypto.open_sealed(private, grant.sealed_key, bound=bound)
    return crypto.decrypt(pepper, peppered, bound=bound)


def pass_grant(grant: Grant, key: bytes, pepper: bytes, pair: KeyPair) -> bytes:
    """The key of a granted item for another desk of the receiver's."""
    bound = grant_place(grant.item_id, grant.item.file_epoch, pair.pk)
    return crypto.seal_to(pair.public, crypto.encrypt(pepper, key, bound=bound), bound=bound)
