"""Archives that leave the house: encrypted to officers' age keys, signed with a key that is in no database.

An archive is one line that says what it is, in clear; the contents, encrypted; and a signature over both. It
is written beside its name and renamed when it is whole, so what bears the name is whole; it is only ever read
after its signature was found good.
"""

import hashlib
import io
import json
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import pyrage
from django.conf import settings

from kamkor.vault import crypto
from kamkor.vault.keyfile import kept_key

FORMAT = 1
FIRST = b"kamkor archive "
TAIL = b"KAMKOR SIGNED 1\n"
TAIL_BYTES = len(TAIL) + 32 + 64
MAX_FIRST = 2000
BLOCK = 2**18


class BadArchive(Exception):
    """The file is not what it ought to be; the message says why, for whoever wants to restore it."""


@dataclass(frozen=True)
class Title:
    """What everybody may know of an archive; it is signed with the rest."""

    kind: str  # records or keys
    engine: str
    number: int
    at: str
    format: int = FORMAT


@dataclass(frozen=True)
class Checked:
    """An archive whose signature is good, with the digest under which it is read."""

    path: Path
    title: Title
    begin: int
    end: int
    digest: str


def signer() -> str:
    """The public half of this installation's key for backups: who restores elsewhere has to know it."""
    return crypto.signing_public(_signing_key()).hex()


def read_officers(lines: Iterable[str]) -> list[str]:
    """The age keys in these lines; empty lines and remarks are passed over."""
    keys = [line.split("#")[0].strip() for line in lines]
    for key in filter(None, keys):
        _recipient(key)
    return [key for key in keys if key]


def write(path: Path, title: Title, contents: Iterator[bytes], *, officers: Sequence[str]) -> str:
    """Stream the contents into the archive at `path` and give its digest; nothing lies there in clear."""
    if not officers:
        raise BadArchive("No officer's key is given, so that nobody could open the backup.")
    recipients = [_recipient(key) for key in officers]
    aside = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            out = _Hashing(file)
            out.write(FIRST + json.dumps(asdict(title), sort_keys=True).encode() + b"\n")
            _encrypt(contents, out, recipients)
            private = _signing_key()
            file.write(TAIL + crypto.signing_public(private) + crypto.sign(private, out.digest()))
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    return out.digest().hex()


def check(path: Path, signers: Iterable[str] = ()) -> Checked:
    """Whether the file is whole and signed by one of `signers`, or else by this installation."""
    with path.open("rb") as file:
        title, begin = read_title(file)
        end = _end(file, begin)
        file.seek(0)
        digest = hashlib.sha256()
        for block in _blocks(file, end):
            digest.update(block)
        file.seek(end + len(TAIL))
        public, signature = file.read(32), file.read(64)
    trusted = set(signers) or _own_signer()
    if not trusted:
        raise BadArchive(
            "Nobody's signature is known here. Give the key that `kamkor backup` printed: --signer."
        )
    if public.hex() not in trusted:
        raise BadArchive("It is signed with a key that is not trusted here. Somebody else has made it.")
    if not crypto.verify(public, signature, digest.digest()):
        raise BadArchive(
            "Its signature does not hold: the file was altered after it was made, or is damaged."
        )
    if title.format != FORMAT:
        raise BadArchive(f"It has format {title.format}; this version of Kamkor reads format {FORMAT}.")
    return Checked(path, title, begin, end, digest.hexdigest())


@contextmanager
def contents(checked: Checked, identity: str) -> Iterator["Stream"]:
    """The decrypted contents as a stream, nowhere on disk."""
    stream = Stream(checked, read_identity(identity))
    try:
        yield stream
    finally:
        stream.close()


def read_identity(text: str) -> pyrage.x25519.Identity:
    """The officer's secret key in a file as age writes it."""
    for line in text.splitlines():
        if line.startswith("AGE-SECRET-KEY-"):
            with suppress(pyrage.IdentityError):
                return pyrage.x25519.Identity.from_str(line.strip())
    raise BadArchive("The identity file holds no age key (a line that begins AGE-SECRET-KEY-).")


class Stream:
    """What a thread decrypts into a pipe. The end is only given if all of it was what had been checked."""

    def __init__(self, checked: Checked, identity: pyrage.x25519.Identity) -> None:
        self._checked, self._identity = checked, identity
        reading, self._writing = os.pipe()
        self._file = os.fdopen(reading, "rb", buffering=BLOCK)
        self._failure: BadArchive | None = None
        self._thread = threading.Thread(target=self._decrypt, daemon=True)
        self._thread.start()

    def read(self, size: int) -> bytes:
        """At most `size` bytes; less only at the end. Raises BadArchive."""
        given = self._file.read(size)
        if len(given) < size:
            self._thread.join()
            if self._failure is not None:
                raise self._failure
        return given

    def close(self) -> None:
        """Whoever reads no further stops the thread by it."""
        self._file.close()
        self._thread.join()

    def _decrypt(self) -> None:
        checked = self._checked
        with (
            checked.path.open("rb") as file,
            suppress(BrokenPipeError),
            os.fdopen(self._writing, "wb") as pipe,
        ):
            digest = hashlib.sha256(file.read(checked.begin))
            source = _Pulled(_hashed(_blocks(file, checked.end - checked.begin), digest))
            try:
                pyrage.decrypt_io(source, pipe, [self._identity])
            except pyrage.DecryptError:
                self._failure = BadArchive(
                    "It was encrypted to other officers: this identity does not open it."
                )
            except BrokenPipeError:
                raise
            except OSError:
                self._failure = BadArchive("Its contents do not decrypt: the file is damaged.")
            while source.read(BLOCK):
                pass
            if digest.hexdigest() != checked.digest:
                self._failure = BadArchive("The file was exchanged while it was read.")


class _Pulled(io.RawIOBase):
    """A generator of chunks as a file that is read from; what the generator raises is kept."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, memoryview(b"")
        self.failure: BaseException | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            try:
                self._rest = memoryview(next(self._chunks))
            except StopIteration:
                return b""
            except BaseException as failure:
                self.failure = failure
                raise
        given, self._rest = self._rest[:size], self._rest[size:]
        return bytes(given)


class _Hashing(io.RawIOBase):
    """Writes through and remembers the digest of all that went by."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # bytes are all that is written here
        self._digest.update(data)
        return self._file.write(data)

    def digest(self) -> bytes:
        return self._digest.digest()


def _encrypt(chunks: Iterator[bytes], out: _Hashing, recipients: list[pyrage.x25519.Recipient]) -> None:
    source = _Pulled(chunks)
    try:
        pyrage.encrypt_io(source, out, recipients)
    except (pyrage.EncryptError, OSError):
        if source.failure is not None:
            raise source.failure from None
        raise


def _put_in_place(aside: Path, path: Path) -> None:
    """Rename, and write over what bore the name before: of the key store there is only ever one copy."""
    with suppress(FileNotFoundError), path.open("r+b") as before:
        aside.replace(path)
        size = os.fstat(before.fileno()).st_size
        for begin in range(0, size, BLOCK):
            before.write(b"\0" * min(BLOCK, size - begin))
        before.flush()
        os.fsync(before.fileno())
        return
    aside.replace(path)


def read_title(file: BinaryIO) -> tuple[Title, int]:
    first = file.readline(MAX_FIRST)
    if not first.startswith(FIRST) or not first.endswith(b"\n"):
        raise BadArchive("This is not a backup of Kamkor.")
    try:
        said = json.loads(first[len(FIRST) :])
        title = Title(
            str(said["kind"]), str(said["engine"]), int(said["number"]), str(said["at"]), int(said["format"])
        )
    except (ValueError, KeyError, TypeError):
        raise BadArchive("This is not a backup of Kamkor, or one of another version.") from None
    return title, len(first)


def _end(file: BinaryIO, begin: int) -> int:
    end = file.seek(0, os.SEEK_END) - TAIL_BYTES
    if end >= begin:
        file.seek(end)
        if file.read(len(TAIL)) == TAIL:
            return end
    raise BadArchive("It has no signature at its end: the backup was aborted, or the file was cut short.")


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (block := file.read(min(BLOCK, size))):
        size -= len(block)
        yield block


def _hashed(blocks: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for block in blocks:
        digest.update(block)
        yield block


def _recipient(key: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise BadArchive(f"This is no age public key (age1…): {key[:12]}…") from None


def _own_signer() -> set[str]:
    """Not made when it is missing: a new key would trust nothing that was ever signed."""
    return {signer()} if settings.BACKUP_KEY_FILE.exists() else set()


def _signing_key() -> bytes:
    return kept_key(settings.BACKUP_KEY_FILE, crypto.new_signing_key)
