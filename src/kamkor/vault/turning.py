"""Turning a file's key: all that is in the file is sealed anew, and open grants go on."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from kamkor.vault.files import FileKey, new_key, seal_anew, seal_grant
from kamkor.vault.models import File, Grant, Item, ItemVersion, KeyPair, StoredKey


def turn(file: File, old: FileKey, pair: KeyPair) -> None:
    """Turn a locked file inside a transaction; the old key is destroyed when that has been committed."""
    Grant.objects.filter(item__file=file, ends_at__lte=timezone.now()).end()
    file.epoch, file.turn_due = file.epoch + 1, False
    new, stored = new_key(file, pair)
    # A key that a crash left for this epoch belongs to nothing, and goes.
    StoredKey.objects.filter(file_id=file.pk, epoch__gte=file.epoch).delete()
    stored.save(force_insert=True)
    file.save(update_fields=["epoch", "turn_due"])
    # One at a time: a file may hold many large documents.
    for item_id in _ids(Item.objects.filter(file=file).exclude(sealed=b"")):  # without what was destroyed
        item = Item.objects.get(pk=item_id)
        _seal_anew(item, item, file, (old, new))
    for version_id in _ids(ItemVersion.objects.filter(item__file=file)):
        version = ItemVersion.objects.select_related("item").get(pk=version_id)
        _seal_anew(version, version.item, file, (old, new))
    _grant_anew(file, new)
    transaction.on_commit(partial(_destroy_before, file.pk, file.epoch))


def _ids(rows: models.QuerySet[Any]) -> list[Any]:  # ids of two kinds: UUID and number
    return list(rows.values_list("pk", flat=True))


def _seal_anew(row: Item | ItemVersion, item: Item, file: File, keys: tuple[FileKey, FileKey]) -> None:
    seal_anew(row, item, keys)
    row.file_epoch = file.epoch
    row.save(update_fields=["sealed", "file_epoch"])


def _grant_anew(file: File, key: FileKey) -> None:
    """Receivers keep what they may read, sealed to the newest pair of their desk."""
    grants = Grant.objects.active().filter(item__file=file)
    newest: dict[int, KeyPair] = {}
    for grant in grants.select_related("recipient__holder__joined_to", "item").defer("item__sealed"):
        desk = grant.recipient.holder.joined_to or grant.recipient.holder
        grant.recipient = newest.get(desk.pk) or newest.setdefault(desk.pk, desk.current())
        grant.sealed_key = seal_grant(grant.item, key, grant.recipient)
        grant.save(update_fields=["recipient", "sealed_key"])


def _destroy_before(file_id: UUID, epoch: int) -> None:
    StoredKey.objects.filter(file_id=file_id, epoch__lt=epoch).delete()
