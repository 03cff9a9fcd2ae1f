"""Finding a person by a sealed name or number: an index of buckets, each holding entries that only the desk
opens. A telephone number is filed in its one form (`methods.telephones`), which begins with a plus.

A bucket number is a keyed hash of a name's consonants, so that it tells neither name nor frequency of a
single name. After a leaver has gone, new entries are under a new secret; old entries stay under the old.
"""

import json
import uuid
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property, partial
from itertools import pairwise
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from kamkor.methods import names as spelling
from kamkor.methods.name_index import Match, NameIndex
from kamkor.vault import crypto
from kamkor.vault.keyring import Keyring, destroy
from kamkor.vault.models import File, Holder, Item, NameEntry

INDEX, CALLERS = "name-index", "caller-hash"
AT_ONCE = 10_000
SLOTS = 128  # entries that one person may have
# Built by the ORM for every contact and every new name, it took longer than the database needs to answer it.
SECRETS = (
    "SELECT i.*, EXISTS (SELECT 1 FROM vault_keypair k"
    " WHERE k.holder_id = f.holder_id AND k.created_at > i.written_at) AS turned_since"
    " FROM vault_item i JOIN vault_file f ON f.id = i.file_id"
    " WHERE f.holder_id = %s AND i.label = %s ORDER BY i.written_at DESC"
)
_AT_MOST = 15_000  # entries opened at each of two steps when the first bucket held nobody who fits
_NO_BETTER = 0.93  # one bucket is enough if somebody in it fits this well
PADDING = 64  # so that the length of an entry does not tell the name
Key = TypeVar("Key", bound=Hashable)


def index(keyring: Keyring, desk: Holder, subject_id: int, names: Iterable[str]) -> None:
    """File a person of this desk under these names and no others, however they were written."""
    with transaction.atomic():
        forget(keyring, desk, subject_id)
        _file_under(_newest(keyring, desk, INDEX), desk, {subject_id: names})


def index_new(keyring: Keyring, desk: Holder, names: Mapping[int, Iterable[str]]) -> None:
    """File people of this desk who are not in its index yet, however many, in a few statements."""
    with transaction.atomic():
        _file_under(_newest(keyring, desk, INDEX), desk, names)


def find(keyring: Keyring, desk: Holder, query: str, *, top: int = 10) -> list[Match[int]]:
    """The people of this desk whose names fit best, best first.

    The smallest bucket is opened first: who asks for a rare surname need not wait for a common given name.
    """
    opened = _Opened(_current(keyring, desk))
    skeletons = spelling.buckets_of(query)
    for least, enough in ((1, _NO_BETTER), (_AT_MOST, spelling.FITS)):
        found = opened.index(skeletons, least).find(spelling.words(query), top=top, cut=spelling.CUT)
        if found and found[0].score >= enough:
            return found
    return spelling.search(opened.index(spelling.more_buckets_of(query), _AT_MOST), query, top=top)


def find_number(keyring: Keyring, desk: Holder, number: str) -> list[int]:
    """The people of this desk who have exactly this telephone number."""
    entries = (entry for secret in _secrets(keyring, desk, INDEX) for entry in secret.entries([number]))
    return sorted({subject_id for subject_id, filed in entries if filed == number})


def filed(keyring: Keyring, desk: Holder, skeletons: Iterable[str]) -> dict[str, set[tuple[int, str]]]:
    """Who is filed in the bucket of each of these skeletons or numbers, and under what; others share it."""
    found: dict[str, set[tuple[int, str]]] = {}
    wanted = set(skeletons)
    for secret in _current(keyring, desk) if wanted else ():
        secret.fill(found, wanted)
    return found


def forget(keyring: Keyring, desk: Holder, *subject_ids: int) -> None:
    """Take people out of the desk's index."""
    for secret in _secrets(keyring, desk, INDEX):
        tokens = [secret.token(subject_id, slot) for subject_id in subject_ids for slot in range(SLOTS)]
        for start in range(0, len(tokens), AT_ONCE):
            NameEntry.objects.filter(token__in=tokens[start : start + AT_ONCE], holder=desk).delete()


def start_anew(keyring: Keyring, desk: Holder) -> None:
    """File under new secrets from now on. `renew` brings the rest along and destroys the old secrets, after
    which no copy of the old index opens: for somebody who was erased, whom only a backup still holds."""
    with transaction.atomic():
        Holder.objects.select_for_update(no_key=True).get(pk=desk.pk)
        for label in (INDEX, CALLERS):
            if _secrets(keyring, desk, label):
                _new_secret(keyring, desk, label)


def outdated(desk: Holder) -> bool:
    """Whether people may still be filed under an older secret of the desk."""
    return Item.objects.filter(label=INDEX, file__holder=desk).count() > 1


def renew(keyring: Keyring, desk: Holder, *, at_most: int = 500) -> bool:
    """Move people from older secrets of the desk to its newest, some at a time; a secret under which nobody
    is left is destroyed. Says whether there is more to do."""
    moved = False
    with transaction.atomic():
        Holder.objects.select_for_update(no_key=True).get(pk=desk.pk)
        secrets = _secrets(keyring, desk, INDEX)
        over = _callers_over(_secrets(keyring, desk, CALLERS))
        for old in secrets[1:]:
            if _move(old, secrets[0], desk, at_most):
                moved = True
                break
            over.append(old)
        transaction.on_commit(partial(_destroy, over))
    return moved


def caller_hashes(keyring: Keyring, desk: Holder, phone: str) -> list[str]:
    """What is kept of a caller's number: first as it is kept from now on, then as it may have been before the
    desk's key was turned. Who lacks the desk's key cannot try numbers against it."""
    secrets = _secrets(keyring, desk, CALLERS)
    if not secrets or secrets[0].stale:
        with transaction.atomic():
            secrets = [_newest(keyring, desk, CALLERS), *secrets]
    return [secret.caller(phone) for secret in secrets]


@dataclass(frozen=True)
class _Secret:
    item: Item
    key: bytes = field(repr=False)
    buckets: int  # as the setting was when the secret was made: more are faster, and tell a thief more
    folding: int  # by which names were folded that are filed under it
    stale: bool  # made before the desk's key was turned: somebody who left may know it

    def bucket(self, skeleton: str) -> int:
        hashed = crypto.keyed_hash(self._bucket_key, skeleton)
        return int(hashed, 16) % self.buckets

    def token(self, subject_id: int, slot: int) -> uuid.UUID:
        """Looks random, and is found again by who holds the key, so that a person can be forgotten."""
        return uuid.UUID(crypto.keyed_hash(self._token_key, f"{subject_id}:{slot}")[:32])

    def seal(self, bucket: int, subject_id: int, folded: str) -> bytes:
        plaintext = json.dumps([subject_id, folded]).encode()
        padded = plaintext.ljust(-(-len(plaintext) // PADDING) * PADDING)
        return crypto.encrypt(self._entry_key, padded, bound=self._place(bucket))

    def entries(self, skeletons: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Who is filed in the buckets of these skeletons: id and folded name."""
        rows = NameEntry.objects.filter(index=self.item, bucket__in=set(map(self.bucket, skeletons)))
        return self.open(rows)

    def open(self, rows: QuerySet[NameEntry]) -> Iterator[tuple[int, str]]:
        decrypt = crypto.opener(self._entry_key)
        place = cache(self._place)
        for bucket, sealed in rows.values_list("bucket", "sealed"):
            subject_id, folded = json.loads(decrypt(sealed, place(bucket)).decode())
            yield subject_id, folded

    def fill(self, filed: dict[str, set[tuple[int, str]]], skeletons: set[str]) -> None:
        """Put who is filed in the buckets of these skeletons under each skeleton."""
        by_bucket: dict[int, set[tuple[int, str]]] = {}
        rows = NameEntry.objects.filter(index=self.item, bucket__in=set(map(self.bucket, skeletons)))
        for bucket, sealed in rows.values_list("bucket", "sealed").iterator():
            subject_id, folded = json.loads(
                crypto.decrypt(self._entry_key, sealed, bound=self._place(bucket))
            )
            by_bucket.setdefault(bucket, set()).add((subject_id, folded))
        for skeleton in skeletons:
            filed.setdefault(skeleton, set()).update(by_bucket.get(self.bucket(skeleton), ()))

    def sizes(self, skeletons: Iterable[str]) -> dict[str, int]:
        """How many entries the bucket of each skeleton holds."""
        buckets = {skeleton: self.bucket(skeleton) for skeleton in skeletons}
        rows = NameEntry.objects.filter(index=self.item, bucket__in=set(buckets.values()))
        sizes = dict(rows.values_list("bucket").annotate(Count("bucket")))
        return {skeleton: sizes.get(bucket, 0) for skeleton, bucket in buckets.items()}

    def caller(self, phone: str) -> str:
        digits = "".join(sign for sign in phone if sign.isdigit())
        return crypto.keyed_hash(crypto.derive(self.key, "caller"), digits)

    @cached_property
    def _bucket_key(self) -> bytes:
        return crypto.derive(self.key, "bucket")

    @cached_property
    def _token_key(self) -> bytes:
        return crypto.derive(self.key, "token")

    @cached_property
    def _entry_key(self) -> bytes:
        return crypto.derive(self.key, "entry")

    def _place(self, bucket: int) -> bytes:
        return crypto.place("name", self.item.pk, bucket)


def _file_under(secret: _Secret, desk: Holder, names: Mapping[int, Iterable[str]]) -> None:
    rows = (row for subject_id, own in names.items() for row in _entries_of(secret, desk, subject_id, own))
    NameEntry.objects.bulk_create(rows, batch_size=500)


def _entries_of(secret: _Secret, desk: Holder, subject_id: int, names: Iterable[str]) -> Iterator[NameEntry]:
    filed = {(secret.bucket(skeleton), name) for name in names for skeleton in _skeletons(name)}
    if len(filed) > SLOTS:
        raise ValueError("More names than one person can have")
    for slot, (bucket, name) in enumerate(sorted(filed)):
        yield NameEntry(
            token=secret.token(subject_id, slot),
            holder=desk,
            index=secret.item,
            bucket=bucket,
            sealed=secret.seal(bucket, subject_id, name if _is_number(name) else spelling.fold(name)),
        )


def _is_number(text: str) -> bool:
    return text.startswith("+")


def _skeletons(text: str) -> Iterable[str]:
    """Under what it is filed: a number under itself, a name under the sound of each word."""
    return [text] if _is_number(text) else spelling.buckets_of(text)


class _Opened:
    """The names of the buckets that one search has opened so far."""

    def __init__(self, secrets: list[_Secret]) -> None:
        self._secrets = secrets
        self._done: set[str] = set()
        self._entries: set[tuple[int, str]] = set()

    def index(self, skeletons: Iterable[str], at_most: int) -> NameIndex[int]:
        """Opens the buckets of more skeletons, smallest first: as many as hold `at_most` entries, or one."""
        fresh = set(skeletons) - self._done
        sizes = Counter[str]()
        for secret in self._secrets:
            sizes.update(secret.sizes(fresh))
        chosen: set[str] = set()
        left = at_most
        for skeleton in sorted(fresh, key=lambda one: (sizes[one], one)):
            left -= sizes[skeleton]
            if left < 0 and self._done | chosen:
                break
            chosen.add(skeleton)
        self._done |= chosen
        entries = (entry for secret in self._secrets for entry in secret.entries(chosen))
        self._entries.update(entry for entry in entries if not _is_number(entry[1]))
        return NameIndex(sorted(self._entries))


def _current(keyring: Keyring, desk: Holder) -> list[_Secret]:
    """The desk's secrets; what an older release filed is first filed anew, folded as it is today."""
    secrets = _secrets(keyring, desk, INDEX)
    old = [secret for secret in secrets if secret.folding != spelling.FOLDING]
    rows = NameEntry.objects.filter(index__in=[secret.item for secret in old])
    if not old or not rows.exists():
        return secrets
    with transaction.atomic():
        newest = _newest(keyring, desk, INDEX)
        names: dict[int, set[str]] = {}
        for secret in old:
            for subject_id, folded in secret.open(rows.filter(index=secret.item)):
                names.setdefault(subject_id, set()).add(folded)
        rows.delete()
        _file_under(newest, desk, names)
    return _secrets(keyring, desk, INDEX)


def _secrets(keyring: Keyring, desk: Holder, label: str) -> list[_Secret]:
    """The desk's secrets of this kind, newest first."""
    items = list(Item.objects.raw(SECRETS, [desk.pk, label]))
    texts = keyring.read_many(items)
    return [
        _secret(item, texts[item.pk], stale=vars(item)["turned_since"]) for item in items if item.pk in texts
    ]


def _secret(item: Item, text: str, *, stale: bool = False) -> _Secret:
    key, buckets, *folding = text.split()
    return _Secret(item, bytes.fromhex(key), int(buckets), int(folding[0]) if folding else 1, stale)


def _newest(keyring: Keyring, desk: Holder, label: str) -> _Secret:
    """A secret that nobody has known who left the desk, made if need be; call it inside a transaction."""
    Holder.objects.select_for_update(no_key=True).get(pk=desk.pk)
    secrets = _secrets(keyring, desk, label)
    known = secrets[:1] if label == CALLERS else [s for s in secrets[:1] if s.folding == spelling.FOLDING]
    if known and not known[0].stale:
        return known[0]
    return _new_secret(keyring, desk, label)


def _new_secret(keyring: Keyring, desk: Holder, label: str) -> _Secret:
    text = f"{crypto.random_key().hex()} {settings.NAME_BUCKETS} {spelling.FOLDING}"
    return _secret(keyring.write_alone(desk, label, text), text)


def _move(old: _Secret, newest: _Secret, desk: Holder, at_most: int) -> bool:
    """Move some people with all their names; False when there was nobody."""
    rows = NameEntry.objects.filter(index=old.item)
    subjects = {subject_id for subject_id, _name in old.open(rows[:at_most])}
    tokens = [old.token(subject_id, slot) for subject_id in subjects for slot in range(SLOTS)]
    names: dict[int, set[str]] = {}
    for start in range(0, len(tokens), AT_ONCE):
        hers = rows.filter(token__in=tokens[start : start + AT_ONCE])
        for subject_id, folded in old.open(hers):
            names.setdefault(subject_id, set()).add(folded)
        hers.delete()
    _file_under(newest, desk, names)
    return bool(subjects)


def _callers_over(secrets: list[_Secret]) -> list[_Secret]:
    """Secrets replaced so long ago that every caller's hash under them has been forgotten."""
    kept_since = timezone.now() - timedelta(days=settings.CALLER_HASH_DAYS)
    return [old for newer, old in pairwise(secrets) if newer.item.written_at < kept_since]


def _destroy(secrets: list[_Secret]) -> None:
    """The key first: a crash leaves an item that opens no more, and nothing is filed under it."""
    for secret in secrets:
        destroy(File(pk=secret.item.file_id))
        Item.objects.filter(pk=secret.item.pk).delete()
