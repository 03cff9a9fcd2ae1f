"""The keys that a signed-in actor has opened, and everything that is written and read with them.

The record database and the key store are two: a file's key is stored before the file and destroyed before
it. A crash or a rollback between the two leaves a key without a file, never a file without its key.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kamkor.vault import crypto, files, turning
from kamkor.vault.files import (
    Content,
    FileKey,
    destroy,
    destroy_items,
    end_expired_grants,
    end_grants,
    end_received,
    grant_refs,
    lock_away,
    seal_for,
)
from kamkor.vault.models import File, Grant, Holder, Item, ItemVersion, KeyPair, Sealing, StoredKey
from kamkor.vault.opening import OpenPair, dump, load, open_everything, open_member
from kamkor.vault.problems import ChangedMeanwhile, Sealed, WrongPassphrase

__all__ = [
    "ChangedMeanwhile",
    "Keyring",
    "Sealed",
    "WrongPassphrase",
    "destroy",
    "destroy_items",
    "end_expired_grants",
    "end_grants",
    "end_received",
    "grant_refs",
    "lock_away",
    "seal_for",
]

Epoch = tuple[uuid.UUID, int]
SEALING_FIELDS = [field.name for field in Sealing._meta.local_fields]


class Keyring:
    """Holds the root keys; what they open is found when it is first needed, and kept for one request.

    So a colleague who is removed loses access with his next request, not with his next sign-in.
    """

    def __init__(self, roots: Iterable[OpenPair]) -> None:
        self._roots = list(roots)
        self._made: list[OpenPair] = []
        self._pairs: dict[int, OpenPair] | None = None
        self._stored: dict[Epoch, StoredKey] = {}
        self._files: dict[Epoch, FileKey] = {}

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._roots)}>"

    @classmethod
    def unlock(cls, member: Holder, passphrase: str) -> "Keyring":
        """Open a member's keys; raises WrongPassphrase."""
        return cls([open_member(member, passphrase)])

    @classmethod
    def load(cls, dumped: bytes) -> "Keyring":
        return cls(load(dumped))

    def dump(self) -> bytes:
        """The root keys as plain bytes: only ever to be kept encrypted."""
        return dump(self._roots)

    @property
    def pairs(self) -> dict[int, OpenPair]:
        """Every key pair that the roots open, by its id: desks, their earlier epochs, standing seals."""
        if self._pairs is None:
            self._pairs = open_everything([*self._roots, *self._made])
        return self._pairs

    def add(self, pair: OpenPair) -> None:
        """Hold a pair that was made just now, as long as this keyring lives."""
        self._made.append(pair)
        self._pairs = None

    def private(self, pair: KeyPair) -> bytes:
        """Looks once more before it raises Sealed: a colleague may have turned the desk's key just now."""
        if pair.pk not in self.pairs:
            self._pairs = None
        if pair.pk not in self.pairs:
            raise Sealed
        return self.pairs[pair.pk].private

    def opens(self, holder: Holder) -> bool:
        return any(pair.holder_id == holder.pk for pair in self.pairs.values())

    # Writing

    def new_file(self, desk: Holder) -> File:
        if not self.opens(desk):
            raise Sealed
        file, key, stored = files.new_file(desk)
        epoch = (file.pk, file.epoch)
        self._files[epoch], self._stored[epoch] = key, stored
        return file

    def write(
        self,
        file: File,
        label: str,
        content: Content,
        *,
        media_type: str = "text/plain",
        by: int | None = None,
    ) -> Item:
        """Add an item to a file of one of our desks."""
        with transaction.atomic():
            fresh, key = self._fresh(file.pk)
            return files.new_item(fresh, key, label, content, media_type=media_type, by=by)

    def write_alone(self, desk: Holder, label: str, content: Content, *, by: int | None = None) -> Item:
        """Write one text into a new file of this desk. Nobody else can have seen it: no lock is needed."""
        if not self.opens(desk):
            raise Sealed
        with transaction.atomic(savepoint=False):
            file = self.new_file(desk)
            key = self._files[file.pk, file.epoch]
            return files.new_item(file, key, label, content, media_type="text/plain", by=by)

    def rewrite(
        self, item: Item, content: Content, *, by: int | None = None, expected: int | None = None
    ) -> Item:
        """Put new content in the place of the old, which is kept as a version.

        With `expected`, the version that the writer saw, it raises ChangedMeanwhile when there is a newer.
        """
        with transaction.atomic():
            _, key = self._fresh(item.file_id)
            now = Item.objects.get(pk=item.pk)
            if expected is not None and now.version != expected:
                raise self._conflict(now, content)
            _keep_version(now)
            now.version += 1
            now.written_at, now.written_by_id = timezone.now(), by
            files.save_sealed(now, key, content)
        _copy(now, item)
        return now

    def turn(self, file: File) -> None:
        """Give the file a new key and seal all of it anew, so that keys kept by others open nothing of it.

        Who may still read it keeps reading it. The old key is destroyed once all of this is saved.
        """
        with transaction.atomic():
            current, newest_pair_id = files.locked(file.pk)
            self._turn(current, newest_pair_id)
        file.epoch, file.turn_due = current.epoch, False

    # Reading

    def read(self, item: Item) -> str:
        return self.read_bytes(item).decode()

    def read_bytes(self, item: Item) -> bytes:
        """Raises Sealed when our keys do not open it, Unreadable when somebody tampered with it."""
        return b"".join(self.read_in_pieces(item))

    def read_in_pieces(self, item: Item) -> Iterator[bytes]:
        """The same for what may be large; that somebody tampered with it may turn out at the last piece."""
        keys = self._item_keys([item])
        if item.pk not in keys:
            raise Sealed
        return files.open_in_pieces(item, item, keys[item.pk])

    def can_read(self, item: Item) -> bool:
        return item.pk in self._item_keys([item])

    def read_many(self, items: Iterable[Item]) -> dict[uuid.UUID, str]:
        """The texts of those that our keys open, in the same few queries however many there are."""
        listed = list(items)
        keys = self._item_keys(listed)
        return {
            item.pk: files.open_text(item, item, keys[item.pk]).decode() for item in listed if item.pk in keys
        }

    def read_each(self, items: Iterable[Item]) -> Iterator[tuple[uuid.UUID, bytes]]:
        """The contents of those that our keys open, one after the other, in the same few queries."""
        listed = list(items)
        keys = self._item_keys(listed)
        for item in listed:
            if item.pk in keys:
                yield item.pk, b"".join(files.open_in_pieces(item, item, keys[item.pk]))

    def history(self, item: Item) -> list[tuple[ItemVersion, str]]:
        """What an item of our own said before, newest first."""
        key = self._own_key(_epoch(item)).of_item(item.pk)
        versions = ItemVersion.objects.filter(item=item).order_by("-version")
        return [(version, files.open_text(version, item, key).decode()) for version in versions]

    # Sharing

    def share(
        self, items: Iterable[Item], desk: Holder, *, ref: str, ends_at: datetime | None = None
    ) -> list[Grant]:
        """Open exactly these items of our own to a desk. What was shared with us cannot be shared on."""
        pair = desk.current()
        with transaction.atomic():
            owned = files.locked_items(items)
            self._load((item.file_id, item.file_epoch) for item in owned)
            return Grant.objects.bulk_create(
                Grant(
                    item=item,
                    recipient=pair,
                    sealed_key=files.seal_grant(item, self._own_key(_epoch(item)), pair),
                    ref=ref,
                    ends_at=ends_at,
                )
                for item in owned
            )

    def pass_on(self, desk: Holder, into: Holder, items: Iterable[Item] | None = None) -> None:
        """What others have opened to one desk of ours is open to another instead: of these items, or all."""
        pair, grants = into.current(), Grant.objects.active().filter(recipient__holder=desk)
        if items is not None:
            grants = grants.filter(item__in=items)
        rows = [row for row in grants.select_related("item") if row.recipient_id in self.pairs]
        self._load(_epoch(row.item) for row in rows)
        for grant in rows:
            private = self.pairs[grant.recipient_id].private
            pepper = bytes(self._stored[_epoch(grant.item)].pepper)
            key = files.open_grant(grant, grant.item, private, pepper)
            grant.recipient, grant.sealed_key = pair, files.pass_grant(grant, key, pepper, pair)
            grant.save(update_fields=["sealed_key", "recipient"])

    def _conflict(self, now: Item, content: Content) -> ChangedMeanwhile:
        """Both texts, for the page that shows them side by side; a document is not shown."""
        if isinstance(content, str):
            return ChangedMeanwhile(mine=content, theirs=self.read(now))
        return ChangedMeanwhile()

    # Keys

    def _fresh(self, file_id: uuid.UUID) -> tuple[File, FileKey]:
        """The locked file, turned first if its key is known to somebody who must not read what comes now."""
        file, newest_pair_id = files.locked(file_id)
        key = self._own_key((file.pk, file.epoch))
        if file.turn_due or self._stored[file.pk, file.epoch].pair_id != newest_pair_id:
            key = self._turn(file, newest_pair_id)
        return file, key

    def _turn(self, file: File, pair_id: int) -> FileKey:
        pair = KeyPair.objects.get(pk=pair_id)
        self.private(pair)  # else we could not read what we are about to write
        turning.turn(file, self._own_key((file.pk, file.epoch)), pair)
        return self._own_key((file.pk, file.epoch))

    def _own_key(self, epoch: Epoch) -> FileKey:
        self._load([epoch])
        if epoch not in self._files:
            raise Sealed
        return self._files[epoch]

    def _load(self, epochs: Iterable[Epoch]) -> None:
        """Fetch the stored keys of these files in one query, and open those sealed to one of our pairs."""
        wanted = {epoch for epoch in epochs if epoch not in self._stored}
        if not wanted:
            return
        for stored in StoredKey.objects.filter(file_id__in={file_id for file_id, _ in wanted}):
            epoch = (stored.file_id, stored.epoch)
            if epoch not in wanted:
                continue
            self._stored[epoch] = stored
            pair = self.pairs.get(stored.pair_id)
            if pair is not None and stored.locked_by_id is None:
                key = crypto.open_sealed(pair.private, stored.sealed, bound=files.file_place(*epoch))
                self._files[epoch] = FileKey(key, bytes(stored.pepper))

    def _item_keys(self, items: list[Item]) -> dict[uuid.UUID, bytes]:
        """The keys of those items that are ours or shared with us at this moment."""
        self._load(map(_epoch, items))
        if turned := [item for item in items if _epoch(item) not in self._stored]:
            _reread(turned)  # somebody turned the file after these rows were loaded
            self._load(map(_epoch, turned))
        keys = {i.pk: self._files[_epoch(i)].of_item(i.pk) for i in items if _epoch(i) in self._files}
        foreign = {i.pk: i for i in items if i.pk not in keys and _epoch(i) in self._stored}
        return keys | self._granted_keys(foreign)

    def _granted_keys(self, items: dict[uuid.UUID, Item]) -> dict[uuid.UUID, bytes]:
        if not items:
            return {}
        keys = {}
        for grant in Grant.objects.active().filter(item__in=items, recipient__in=self.pairs):
            item = items[grant.item_id]
            private = self.pairs[grant.recipient_id].private
            pepper = bytes(self._stored[_epoch(item)].pepper)
            keys[item.pk] = files.open_grant(grant, item, private, pepper)
        return keys


def _epoch(item: Item) -> Epoch:
    return item.file_id, item.file_epoch


def _reread(items: list[Item]) -> None:
    now = Item.objects.in_bulk([item.pk for item in items])
    for item in items:
        if item.pk in now:
            _copy(now[item.pk], item)


def _copy(source: Item, target: Item) -> None:
    for field in Item._meta.concrete_fields:
        setattr(target, field.attname, getattr(source, field.attname))


def _keep_version(item: Item) -> None:
    shared = {name: getattr(item, name) for name in SEALING_FIELDS}
    ItemVersion.objects.create(item=item, **shared)
