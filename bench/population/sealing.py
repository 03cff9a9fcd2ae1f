"""Sealed texts of a stage: real ones where a page will open them, elsewhere bytes of the same length."""

import os
from collections.abc import Iterable, Mapping
from random import Random
from typing import Protocol
from uuid import UUID

from bench.population.tables import Loader
from kamkor.vault import names
from kamkor.vault.batch import Batch
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import File, Holder, Item, KeyPair, NameEntry, StoredKey

OVERHEAD = 1 + 12 + 16  # of every sealed text: version, nonce, tag
SEALED_KEY = 1 + 32 + 32 + 16  # a file's key, sealed to a desk
ENTRY = 64 + OVERHEAD
BUCKETS = 2048


class Sealer(Protocol):
    """Makes files and items of one desk; nothing has to be there before `save`."""

    def new_file(self) -> UUID: ...
    def write(self, file: UUID, label: str, text: str) -> UUID: ...
    def index(self, known: Mapping[int, Iterable[str]]) -> None: ...
    def save(self) -> None: ...


class Real:
    """By the vault itself, as an import of very many people would be sealed."""

    def __init__(self, keyring: Keyring, desk: Holder, by: int) -> None:
        self._keyring, self._desk, self._by = keyring, desk, by
        self._begin()

    def _begin(self) -> None:
        self._batch = Batch(self._keyring, self._desk, by=self._by)
        self._files: dict[UUID, File] = {}
        self._known: dict[int, Iterable[str]] = {}

    def new_file(self) -> UUID:
        file = self._batch.new_file()
        self._files[file.pk] = file
        return file.pk

    def write(self, file: UUID, label: str, text: str) -> UUID:
        return self._batch.write(self._files[file], label, text).pk

    def index(self, known: Mapping[int, Iterable[str]]) -> None:
        self._known |= known

    def save(self) -> None:
        self._batch.save()
        names.index_new(self._keyring, self._desk, self._known)
        self._begin()


class Cheap:
    """Random bytes of the right length: rows and indexes are as in life, and nobody opens them."""

    def __init__(self, loader: Loader, pair: KeyPair, rng: Random) -> None:
        self._loader, self._pair, self._rng = loader, pair, rng
        self._noise = os.urandom(4096)
        self._index = self.write(self.new_file(), "unreadable", "0" * 69)

    def new_file(self) -> UUID:
        file = self._uuid()
        self._loader[File].add(id=file, holder_id=self._pair.holder_id)
        self._loader[StoredKey].add(
            file_id=file,
            epoch=1,
            pair_id=self._pair.pk,
            sealed=self._noise[:SEALED_KEY],
            pepper=self._noise[:32],
        )
        return file

    def write(self, file: UUID, label: str, text: str) -> UUID:
        item, size = self._uuid(), len(text.encode())
        sealed = self._noise[: size + OVERHEAD]
        self._loader[Item].add(id=item, file_id=file, label=label, sealed=sealed, size=size, file_epoch=1)
        return item

    def index(self, known: Mapping[int, Iterable[str]]) -> None:
        for _ in " ".join(name for own in known.values() for name in own).split():
            self._loader[NameEntry].add(
                token=self._uuid(),
                holder_id=self._pair.holder_id,
                index_id=self._index,
                bucket=int(BUCKETS * self._rng.random()),
                sealed=self._noise[:ENTRY],
            )

    def save(self) -> None:
        """The loader writes them with all other rows."""

    def _uuid(self) -> UUID:
        return UUID(int=self._rng.getrandbits(128), version=4)
