"""What is too large to be held in memory, on its way in or out: on the disk, and never there in clear."""

import io
import os
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from kamkor.vault import crypto
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import Item

PIECE = 2**16
TAG = 16


class Spool(io.BufferedIOBase):
    """A file that is written once, from beginning to end, and read anywhere. Its pieces lie encrypted in a
    file without a name, under a key in memory alone; what is smaller than a piece never leaves memory."""

    def __init__(self, pieces: Iterable[bytes] = ()) -> None:
        self._cipher = AESGCM(crypto.random_key())  # for this file alone, and each piece is written once
        self._disk = TemporaryFile(dir=settings.HOME, buffering=0)  # noqa: SIM115 - closed with the spool
        self._whole, self._rest = 0, bytearray()  # pieces on the disk, and what does not yet fill one
        self._at = 0
        self._read: tuple[int, bytes] = (-1, b"")
        for piece in pieces:
            self.write(piece)
        self.seek(0)

    @property
    def size(self) -> int:
        return self._whole * PIECE + len(self._rest)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(origin + offset, 0)
        return self._at

    def write(self, data: Any) -> int:  # whatever holds bytes
        if self._at != self.size:
            raise io.UnsupportedOperation("a spool is written from beginning to end")
        given = memoryview(data).cast("B")
        for start in range(0, len(given), PIECE):
            self._rest += given[start : start + PIECE]
            if len(self._rest) >= PIECE:
                self._put(bytes(self._rest[:PIECE]))
                del self._rest[:PIECE]
        self._at = self.size
        return len(given)

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(self.size - self._at, 0)
        if size is not None and size >= 0:
            left = min(left, size)
        out = bytearray()
        while left:
            number, offset = divmod(self._at, PIECE)
            found = self._piece(number)[offset : offset + left]
            out += found
            left -= len(found)
            self._at += len(found)
        return bytes(out)

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size)

    def close(self) -> None:
        self._disk.close()
        super().close()

    def _put(self, piece: bytes) -> None:
        sealed = self._cipher.encrypt(_nonce(self._whole), piece, None)
        self._disk.seek(self._whole * len(sealed))
        _write(self._disk.fileno(), sealed)
        self._whole += 1

    def _piece(self, number: int) -> bytes:
        if number == self._whole:
            return bytes(self._rest)
        if self._read[0] != number:
            sealed = os.pread(self._disk.fileno(), PIECE + TAG, number * (PIECE + TAG))
            self._read = number, self._cipher.decrypt(_nonce(number), sealed, None)
        return self._read[1]


def spooled(ring: Keyring, item: Item) -> BinaryIO:
    """What the item holds, whole and found good before any of it goes on. Raises Sealed or Unreadable."""
    try:
        return _file(Spool(ring.read_in_pieces(item)))
    except crypto.Unreadable:
        head = bytes(item.sealed)
        item.refresh_from_db()
        if bytes(item.sealed) == head:
            raise
        return _file(Spool(ring.read_in_pieces(item)))  # its file was turned while it was read


class SealedUploads(FileUploadHandler):
    """Keeps an upload in a spool. Of one that is too large it keeps just enough to say so."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = max(settings.UPLOAD_MAX_BYTES, settings.IMPORT_MAX_BYTES)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.held = Spool()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = self.limit + 1 - self.held.size
        self.held.write(raw_data[: max(room, 0)])

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        self.held.seek(0)
        return UploadedFile(_file(self.held), self.file_name, self.content_type, file_size, self.charset)


def _file(spool: Spool) -> BinaryIO:
    """It has all that those who take files ask for, but a name and a mode."""
    return cast(BinaryIO, spool)


def _nonce(number: int) -> bytes:
    return number.to_bytes(crypto.NONCE_BYTES, "big")


def _write(disk: int, data: bytes) -> None:
    """All of it: a full disk may take a part, and says so when it is asked for the rest."""
    left = memoryview(data)
    while left:
        left = left[os.write(disk, left) :]
