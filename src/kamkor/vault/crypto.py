"""The primitives of the vault and nothing else: no database, no settings, no policy.

Sealing to a public key is HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM); with a key at hand it is
AES-256-GCM; pass phrases go through Argon2id. Every sealed text begins with a version byte and is bound to
its place, so that a row copied into another row does not open. What is large is sealed in pieces by the
construction STREAM, as age does it: each piece has its number and whether it is the last in its nonce.
"""

import hmac
import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Buffer = bytes | memoryview  # as a database hands it over
KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 16
VERSION = b"\x01"
IN_PIECES = b"\x02"  # the version of what is sealed in pieces
PIECE_BYTES = 2**18
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Unreadable(Exception):
    """The key is not the right one, or the sealed text was changed or moved. Says nothing about which."""


@dataclass(frozen=True, slots=True)
class Pair:
    private: bytes = field(repr=False)
    public: bytes


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a pass phrase costs."""

    memory_kib: int
    passes: int
    lanes: int


def random_key() -> bytes:
    return os.urandom(KEY_BYTES)


def random_salt() -> bytes:
    return os.urandom(SALT_BYTES)


def place(*parts: object) -> bytes:
    """The name of a place to bind sealed text to. Parts are ids and fixed words, which never hold a bar."""
    return "|".join(map(str, parts)).encode()


def new_pair() -> Pair:
    return pair_of(random_key())


def pair_of(private: bytes) -> Pair:
    """The pair that belongs to a private key."""
    return Pair(private, X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def seal_to(public: Buffer, plaintext: bytes, *, bound: bytes) -> bytes:
    """Seal for the holder of the private half; the one who seals cannot open it again."""
    key = X25519PublicKey.from_public_bytes(bytes(public))
    return VERSION + SUITE.encrypt(plaintext, key, info=VERSION + bound)


def open_sealed(private: bytes, sealed: Buffer, *, bound: bytes) -> bytes:
    try:
        key = X25519PrivateKey.from_private_bytes(private)
        return SUITE.decrypt(_body(sealed), key, info=VERSION + bound)
    except (InvalidTag, ValueError):
        raise Unreadable from None


def derive(key: bytes, purpose: str) -> bytes:
    """A key of its own for one purpose; it tells nothing about `key`."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def encrypt(key: bytes, plaintext: bytes, *, bound: bytes) -> bytes:
    return sealer(key)(plaintext, bound)


def sealer(key: bytes) -> Callable[[bytes, bytes], bytes]:
    """As `encrypt`, for very many texts under one key: (plaintext, bound) to sealed."""
    cipher = _cipher(key)

    def sealed(plaintext: bytes, bound: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + cipher.encrypt(nonce, plaintext, VERSION + bound)

    return sealed


def decrypt(key: bytes, sealed: Buffer, *, bound: bytes) -> bytes:
    return opener(key)(sealed, bound)


def opener(key: bytes) -> Callable[[Buffer, bytes], bytes]:
    """As `decrypt`, for very many texts under one key: (sealed, bound) to plaintext."""
    decrypt, begin = _cipher(key).decrypt, 1 + NONCE_BYTES

    def opened(sealed: Buffer, bound: bytes) -> bytes:
        sealed = bytes(sealed)
        try:
            if sealed[:1] != VERSION:
                raise Unreadable
            return decrypt(sealed[1:begin], sealed[begin:], VERSION + bound)
        except (InvalidTag, ValueError):
            raise Unreadable from None

    return opened


def new_head() -> bytes:
    """What stands in the place of the text of something that is sealed in pieces: a salt of its own."""
    return IN_PIECES + random_salt()


def is_head(sealed: Buffer) -> bool:
    return bytes(sealed[:1]) == IN_PIECES


def seal_pieces(key: bytes, head: bytes, pieces: Iterable[bytes], *, bound: bytes) -> Iterator[bytes]:
    """Seal the pieces one after the other. `head` is used once, and opens nothing without the key."""
    cipher, bound = _stream(key, head), head + bound
    for number, piece, last in _with_last(pieces):
        yield cipher.encrypt(_stream_nonce(number, last=last), piece, bound)


def open_pieces(key: bytes, head: Buffer, pieces: Iterable[Buffer], *, bound: bytes) -> Iterator[bytes]:
    """Raises Unreadable at a piece that was changed, moved or left out, and when the last are missing."""
    cipher, bound = _stream(key, bytes(head)), bytes(head) + bound
    number = -1
    for number, piece, last in _with_last(pieces):
        try:
            yield cipher.decrypt(_stream_nonce(number, last=last), piece, bound)
        except (InvalidTag, ValueError):
            raise Unreadable from None
    if number < 0:
        raise Unreadable


def stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """The key that a pass phrase stands for. The same letters typed on another keyboard give the same key."""
    typed = unicodedata.normalize("NFKC", passphrase).encode()
    argon = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    return argon.derive(typed)


def keyed_hash(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()


def new_signing_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def signing_public(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, text: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).sign(text)


def verify(public: bytes, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _body(sealed: Buffer) -> bytes:
    sealed = bytes(sealed)
    if sealed[:1] != VERSION or len(sealed) <= 1 + NONCE_BYTES:
        raise Unreadable
    return sealed[1:]


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise Unreadable
    return AESGCM(key)


def _stream(key: bytes, head: bytes) -> AESGCM:
    """A key for these pieces alone, so that their nonces may count from nought."""
    if len(key) != KEY_BYTES or len(head) != 1 + SALT_BYTES:
        raise Unreadable
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=head[1:], info=b"pieces").derive(key))


def _stream_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1, "big") + bytes([last])


def _with_last(pieces: Iterable[Buffer]) -> Iterator[tuple[int, bytes, bool]]:
    """Each with its number and whether it is the last."""
    rest = iter(pieces)
    try:
        piece = bytes(next(rest))
    except StopIteration:
        return
    number = 0
    for following in rest:
        yield number, piece, False
        number, piece = number + 1, bytes(following)
    yield number, piece, True
