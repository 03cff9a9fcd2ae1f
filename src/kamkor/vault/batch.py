"""Sealing for very many people at once: as many statements as for a few, not as many as there are items."""

import uuid

from kamkor.vault import files
from kamkor.vault.files import FileKey
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import File, Holder, Item, StoredKey


class Batch:
    """New files of one desk and their items, sealed in memory until `save`. Use it inside a transaction."""

    def __init__(self, keyring: Keyring, desk: Holder, *, by: int | None) -> None:
        Holder.objects.select_for_update(no_key=True).get(pk=desk.pk)  # the desk's key is not turned now
        self._desk, self._pair, self._by = desk, desk.current(), by
        keyring.private(self._pair)  # else we could not read what we are about to write
        self._keys: dict[uuid.UUID, FileKey] = {}
        self._stored: list[StoredKey] = []
        self._files: list[File] = []
        self._items: list[Item] = []

    def new_file(self) -> File:
        file = File(holder=self._desk)
        self._keys[file.pk], stored = files.new_key(file, self._pair)
        self._stored.append(stored)
        self._files.append(file)
        return file

    def write(self, file: File, label: str, content: str | bytes, *, media_type: str = "text/plain") -> Item:
        """Add an item to a file of this batch."""
        item = Item(
            file=file, label=label, media_type=media_type, file_epoch=file.epoch, written_by_id=self._by
        )
        files.seal_into(item, self._keys[file.pk], content)
        self._items.append(item)
        return item

    def save(self) -> None:
        """The keys first, as always."""
        StoredKey.objects.bulk_create(self._stored, batch_size=500)
        File.objects.bulk_create(self._files, batch_size=500)
        Item.objects.bulk_create(self._items, batch_size=500)
