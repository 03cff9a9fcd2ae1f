"""Who holds keys, what is sealed with them, and to whom it is open. Nothing sealed here opens without one."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kamkor.base import wall


class Holder(models.Model):
    """Somebody or something with key pairs of its own; what it stands for is known to upper apps alone."""

    class Kind(models.TextChoices):
        MEMBER = "member"
        DESK = "desk"
        RECOVERY = "recovery"
        HOST = "host"
        TOKEN = "token"  # noqa: S105 - a kind of holder

    kind = models.CharField(max_length=10, choices=Kind.choices)
    # A desk that became part of another one: its keys are sealed to that one, and nothing is sealed to it.
    joined_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="joined")

    def current(self) -> "KeyPair":
        """The newest pair: the one to seal to."""
        # Asked before every write: the ORM takes longer to build this than the database to answer it.
        [newest] = KeyPair.objects.raw(NEWEST, [self.pk])
        return newest


NEWEST = "SELECT * FROM vault_keypair WHERE holder_id = %s ORDER BY epoch DESC LIMIT 1"


class KeyPair(models.Model):
    """One epoch of a holder's keys. The private half is in no column, only sealed to others."""

    holder = models.ForeignKey(Holder, models.CASCADE, related_name="pairs")
    epoch = models.PositiveIntegerField(default=1)
    public = models.BinaryField(max_length=32)
    # The private key of the epoch before, sealed to this one: who holds the newest reads all that is older.
    previous_sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "epoch"], name="vault_pair_epoch")]


class Wrap(models.Model):
    """A member's private key under the key that the pass phrase stands for, with what the phrase costs.

    The second wall hides this table from every desk: a pass phrase can be guessed at, so only the life of
    keys (`opening`, `desks`), for whom the system acts, looks into it.
    """

    pair = models.OneToOneField(KeyPair, models.CASCADE, related_name="wrap")
    salt = models.BinaryField(max_length=16)
    memory_kib = models.PositiveIntegerField()
    passes = models.PositiveIntegerField()
    lanes = models.PositiveIntegerField()
    sealed = models.BinaryField()


class Share(models.Model):
    """A desk's private key sealed to a member, the printed recovery key, the host or another desk.

    Not behind the second wall: every request asks it, over several desks, and nothing in it can be guessed.
    """

    pair = models.ForeignKey(KeyPair, models.CASCADE, related_name="shares")
    recipient = models.ForeignKey(KeyPair, models.CASCADE, related_name="received")
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pair", "recipient"], name="vault_share_once")]


class File(models.Model):
    """What one desk keeps about one person (or one letter, one secret), under one key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey(Holder, models.PROTECT, related_name="files")
    epoch = models.PositiveIntegerField(default=1)
    turn_due = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)


class StoredKey(models.Model):
    """A file's key, sealed to its desk, in the key store: written before the file, destroyed before it.

    `pepper` goes into every grant of the file, so that without this row no receiver opens one from a backup.
    A file that has left its desk is `locked_by` another: from then on neither opens it alone.
    """

    key_store: ClassVar[bool] = True

    file_id = models.UUIDField()
    epoch = models.PositiveIntegerField()
    pair_id = models.BigIntegerField()
    sealed = models.BinaryField()
    pepper = models.BinaryField(max_length=32)
    locked_by_id = models.BigIntegerField(null=True)  # sealed once more, to this pair of another desk

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file_id", "epoch"], name="vault_stored_key_epoch")]
        indexes = [models.Index(fields=["pair_id"])]


class Sealing(models.Model):
    """The columns that an item and its older versions have in common."""

    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    file_epoch = models.PositiveIntegerField()
    media_type = models.CharField(max_length=100, default="text/plain")
    size = models.PositiveIntegerField()
    written_at = models.DateTimeField(default=timezone.now)
    written_by_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


SECRETS = ["name-index", "caller-hash"]  # labels of a desk's own secrets, few among very many items


class Item(Sealing):
    """One sealed field, note or document of a file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(File, models.CASCADE, related_name="items")
    label = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(fields=["file", "label"]),
            models.Index(fields=["label"], condition=Q(label__in=SECRETS), name="vault_item_secret"),
        ]


class ItemVersion(Sealing):
    """What an item said before."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="versions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "version"], name="vault_version_once")]


class ItemPiece(models.Model):
    """A piece of a large document, of the version of its item that it belongs to; sealed one by one."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="pieces")
    version = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "version", "number"], name="vault_piece_once")]


class GrantQuerySet(models.QuerySet["Grant"]):
    def active(self, now: datetime | None = None) -> Self:
        """Grants that open their item at this moment."""
        moment = now or timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment), ended_at=None)

    def end(self) -> int:
        """End these grants at once, and mark their files: the key turns when the owner next writes.

        A desk that took a case over may end what was shared by the desk before: the wall is not asked.
        """
        with wall.acting(None, scope="all"):
            ids = list(self.filter(ended_at=None).values_list("pk", flat=True))
            File.objects.filter(items__grants__in=ids).update(turn_due=True)
            return Grant.objects.filter(pk__in=ids).update(ended_at=timezone.now(), sealed_key=b"")


class Grant(models.Model):
    """The key of one item sealed to one desk, for the act that `ref` names; emptied when it ends."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="grants")
    recipient = models.ForeignKey(KeyPair, models.PROTECT, related_name="grants")
    sealed_key = models.BinaryField()
    ref = models.CharField(max_length=60)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = GrantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ref"]),
            models.Index(fields=["ends_at"], condition=Q(ended_at=None), name="vault_grant_running"),
        ]


class NameEntry(models.Model):
    """One name of one person in one bucket of a desk's index; which person is sealed too."""

    token = models.UUIDField(primary_key=True)
    holder = models.ForeignKey(Holder, models.CASCADE, related_name="+")
    index = models.ForeignKey(Item, models.CASCADE, related_name="+", db_index=False)
    bucket = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [
            # What a search reads lies side by side, or each entry would be fetched from elsewhere.
            models.Index(fields=["index", "bucket"], include=["holder", "sealed"], name="vault_name_bucket")
        ]


class AuditSeal(models.Model):
    """A signed list of rows of the access log with the hash of each, chained to the list before."""

    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(db_index=True)
    rows = models.PositiveIntegerField()
    columns = models.JSONField()
    entries = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    # Unique, so that two sealers at once cannot fork the chain.
    previous = models.CharField(max_length=64, unique=True, blank=True)
    signature = models.CharField(max_length=128)
    public = models.CharField(max_length=64)
    at = models.DateTimeField()
