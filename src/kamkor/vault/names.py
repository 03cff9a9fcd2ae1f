"""Finding a person by a sealed name or number: an index of buckets, each holding entries that only the desk
opens. A telephone number is filed in its one form (`methods.telephones`), which begins with a plus.

A bucket number is a keyed hash of the sound of one word and the letter of another (`methods.name_buckets`),
so that it tells neither name nor frequency of a single name. After a leaver has gone, new entries are under a
new secret; old entries stay under the old. What an older release filed is not found until it is filed anew.
"""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from itertools import pairwise
from random import SystemRandom
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from kamkor.methods import names as spelling
from kamkor.methods.name_buckets import buckets_of, steps
from kamkor.methods.name_index import Match
from kamkor.vault import crypto
from kamkor.vault.keyring import Keyring, destroy
from kamkor.vault.models import File, Holder, Item, NameEntry
from kamkor.vault.name_search import Entry, Search, is_number

INDEX, CALLERS = "name-index", "caller-hash"
AT_ONCE = 10_000
FEW_SLOTS, SLOTS = 8, 32  # places of one person's entries that are looked for first, and then at once
# Built by the ORM for every contact and every new name, it took longer than the database needs to answer it.
SECRETS = (
    "SELECT i.*, EXISTS (SELECT 1 FROM vault_keypair k"
    " WHERE k.holder_id = f.holder_id AND k.created_at > i.written_at) AS turned_since"
    " FROM vault_item i JOIN vault_file f ON f.id = i.file_id"
    " WHERE f.holder_id = %s AND i.label = %s"
    # As the index says it: SQLite does not look at the value above.
    " AND i.label IN ('name-index', 'caller-hash') ORDER BY i.written_at DESC"
)
ENTRIES = "SELECT bucket, sealed FROM vault_nameentry WHERE index_id = %s AND bucket IN ({})"
SIZES = "SELECT bucket, COUNT(*) FROM vault_nameentry WHERE index_id = %s AND bucket IN ({}) GROUP BY bucket"
PADDING = 64  # so that the length of an entry does not tell the name
_ID_BYTES = 8
_LONGEST = 400  # signs of a name: an index of PostgreSQL holds no row of more than 2,700 bytes
_LARGE = 50  # entries: smaller buckets are counted each time, so that none is taken for empty
_COUNTED_FOR, _INDEXES_COUNTED = 3600.0, 100  # seconds; desks whose sizes one process remembers
_counted: dict[uuid.UUID, dict[int, int]] = {}
_counted_until = [0.0]


def index(keyring: Keyring, desk: Holder, names: Mapping[int, Iterable[str]]) -> None:
    """File people of this desk under these names and no others, however they were written."""
    with transaction.atomic():
        forget(keyring, desk, *names)
        _file_under(_newest(keyring, desk, INDEX), desk, names)


def index_new(keyring: Keyring, desk: Holder, names: Mapping[int, Iterable[str]]) -> None:
    """File people of this desk who are not in its index yet, however many, in a few statements."""
    with transaction.atomic():
        _file_under(_newest(keyring, desk, INDEX), desk, names)


def find(keyring: Keyring, desk: Holder, query: str, *, top: int = 10) -> list[Match[int]]:
    """The people of this desk whose names fit best, best first.

    The smallest bucket is opened first: who asks for a rare surname need not wait for a common given name.
    """
    search = Search(_current(keyring, desk), spelling.words(query), top)
    for step in steps(query):
        if search.best >= step.unless:
            break
        search.take(step)
    return search.found()


def find_number(keyring: Keyring, desk: Holder, number: str) -> list[int]:
    """The people of this desk who have exactly this telephone number."""
    entries = (entry for secret in _current(keyring, desk) for entry in secret.entries([number]))
    return sorted({subject_id for subject_id, filed in entries if filed == number})


def filed(keyring: Keyring, desk: Holder, keys: Iterable[str]) -> dict[str, set[Entry]]:
    """Who is filed in the bucket of each of these keys or numbers, and under what; others share it."""
    found: dict[str, set[Entry]] = {}
    wanted = set(keys)
    for secret in _current(keyring, desk) if wanted else ():
        by_bucket: dict[int, set[Entry]] = {}
        for bucket, entry in secret.opened(set(map(secret.bucket, wanted))):
            by_bucket.setdefault(bucket, set()).add(entry)
        for key in wanted:
            found.setdefault(key, set()).update(by_bucket.get(secret.bucket(key), ()))
    return found


def forget(keyring: Keyring, desk: Holder, *subject_ids: int) -> None:
    """Take people out of the desk's index."""
    for secret in _secrets(keyring, desk, INDEX):
        for rows in secret.rows_of(subject_ids):
            rows.delete()


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
            if old.folding != spelling.FOLDING and NameEntry.objects.filter(index=old.item).exists():
                continue  # who is filed in another way is filed anew from her file
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

    def bucket(self, key: str) -> int:
        known = self._known
        if key not in known:
            known[key] = int(crypto.keyed_hash(self._bucket_key, key), 16) % self.buckets
        return known[key]

    def token(self, subject_id: int, slot: int) -> uuid.UUID:
        """Looks random, and is found again by who holds the key, so that a person can be forgotten."""
        return uuid.UUID(crypto.keyed_hash(self._token_key, f"{subject_id}:{slot}")[:32])

    def seal(self, bucket: int, subject_id: int, folded: str) -> bytes:
        plaintext = subject_id.to_bytes(_ID_BYTES) + folded.encode()
        padded = plaintext.ljust(-(-len(plaintext) // PADDING) * PADDING)
        return self._sealer(padded, self._place(bucket))

    def entries(self, keys: Iterable[str]) -> set[Entry]:
        """Who is filed in the buckets of these keys: id and folded name."""
        return {entry for _, entry in self.opened(set(map(self.bucket, keys)))}

    def ask(self, question: str, buckets: Iterable[int]) -> list[Any]:  # rows of whatever was asked for
        """Of these buckets; the ORM takes as long to build this as the database to answer it."""
        listed = list(buckets)
        if not listed:
            return []
        index = NameEntry._meta.get_field("index").get_db_prep_value(self.item.pk, connection)
        with connection.cursor() as cursor:
            cursor.execute(question.format(", ".join(["%s"] * len(listed))), [index, *listed])
            return list(cursor.fetchall())

    def opened(self, buckets: set[int]) -> Iterator[tuple[int, Entry]]:
        """All entries of these buckets, with the bucket."""
        return self.open(self.ask(ENTRIES, buckets))

    def open(self, rows: Iterable[tuple[int, crypto.Buffer]]) -> Iterator[tuple[int, Entry]]:
        decrypt, number = crypto.opener(self._entry_key), int.from_bytes
        places: dict[int, bytes] = {}
        for bucket, sealed in rows:
            if bucket not in places:
                places[bucket] = self._place(bucket)
            plaintext = decrypt(sealed, places[bucket])
            yield bucket, (number(plaintext[:_ID_BYTES], "big"), plaintext[_ID_BYTES:].rstrip().decode())

    def rows_of(self, subject_ids: Iterable[int]) -> Iterator[QuerySet[NameEntry]]:
        """All entries of these people. They stand in places without a gap: who fills all of a stretch may
        have more."""
        ids, first, stretch = list(subject_ids), 0, FEW_SLOTS
        while ids:
            tokens = {self.token(pk, slot): pk for pk in ids for slot in range(first, first + stretch)}
            places, filled = list(tokens), Counter[int]()
            for start in range(0, len(places), AT_ONCE):
                rows = NameEntry.objects.filter(index=self.item, token__in=places[start : start + AT_ONCE])
                filled.update(tokens[token] for token in rows.values_list("token", flat=True))
                yield rows
            ids, first = [pk for pk in ids if filled[pk] == stretch], first + stretch
            stretch = SLOTS

    def sizes(self, keys: Iterable[str]) -> dict[str, int]:
        """How many entries the bucket of each key holds; of a large one, how many lately."""
        buckets = {key: self.bucket(key) for key in keys}
        sizes = _counted_lately(self.item.pk)
        counted: dict[int, int] = dict(self.ask(SIZES, set(buckets.values()) - sizes.keys()))
        sizes.update((bucket, size) for bucket, size in counted.items() if size >= _LARGE)
        return {key: counted.get(bucket) or sizes.get(bucket, 0) for key, bucket in buckets.items()}

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

    @cached_property
    def _sealer(self) -> Callable[[bytes, bytes], bytes]:
        return crypto.sealer(self._entry_key)

    @cached_property
    def _known(self) -> dict[str, int]:
        return {}

    def _place(self, bucket: int) -> bytes:
        return crypto.place("name", self.item.pk, bucket)


def _file_under(secret: _Secret, desk: Holder, names: Mapping[int, Iterable[str]]) -> None:
    """Shuffled, so that the order in which rows came to be does not tell whose belong together."""
    rows = [row for subject_id, own in names.items() for row in _entries_of(secret, desk, subject_id, own)]
    SystemRandom().shuffle(rows)
    NameEntry.objects.bulk_create(rows, batch_size=500)


def _entries_of(secret: _Secret, desk: Holder, subject_id: int, names: Iterable[str]) -> Iterator[NameEntry]:
    folded = {name: (name if is_number(name) else spelling.fold(name))[:_LONGEST] for name in names}
    filed = {(secret.bucket(key), folded[name]) for name in folded for key in _keys(name)}
    for slot, (bucket, name) in enumerate(sorted(filed)):
        yield NameEntry(
            token=secret.token(subject_id, slot),
            holder=desk,
            index=secret.item,
            bucket=bucket,
            sealed=secret.seal(bucket, subject_id, name),
        )


def _keys(text: str) -> Iterable[str]:
    """Under what it is filed: a number under itself, a name by the sound of its words."""
    return [text] if is_number(text) else buckets_of(text)


def _counted_lately(index: uuid.UUID) -> dict[int, int]:
    """The sizes of the large buckets of an index as they were counted within the hour. To choose what to open
    first an old number does, and counting a hundred buckets takes longer than opening the two smallest."""
    if time.monotonic() > _counted_until[0] or len(_counted) > _INDEXES_COUNTED:
        _counted.clear()
        _counted_until[0] = time.monotonic() + _COUNTED_FOR
    return _counted.setdefault(index, {})


def _current(keyring: Keyring, desk: Holder) -> list[_Secret]:
    """The secrets under which names are filed as they are today."""
    return [secret for secret in _secrets(keyring, desk, INDEX) if secret.folding == spelling.FOLDING]


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
    subjects = {subject_id for _, (subject_id, _name) in old.open(_sealed(rows)[:at_most])}
    names: dict[int, set[str]] = {}
    for hers in old.rows_of(subjects):
        for _, (subject_id, folded) in old.open(_sealed(hers)):
            names.setdefault(subject_id, set()).add(folded)
        hers.delete()
    _file_under(newest, desk, names)
    return bool(subjects)


def _sealed(rows: QuerySet[NameEntry]) -> QuerySet[NameEntry, tuple[int, crypto.Buffer]]:
    return rows.values_list("bucket", "sealed")


def _callers_over(secrets: list[_Secret]) -> list[_Secret]:
    """Secrets replaced so long ago that every caller's hash under them has been forgotten."""
    kept_since = timezone.now() - timedelta(days=settings.CALLER_HASH_DAYS)
    return [old for newer, old in pairwise(secrets) if newer.item.written_at < kept_since]


def _destroy(secrets: list[_Secret]) -> None:
    """The key first: a crash leaves an item that opens no more, and nothing is filed under it."""
    for secret in secrets:
        destroy(File(pk=secret.item.file_id))
        Item.objects.filter(pk=secret.item.pk).delete()
