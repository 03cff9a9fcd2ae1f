"""What a browser sealed to a desk's public key, long before anybody with the private key sees it."""

from kamkor.vault import crypto
from kamkor.vault.crypto import Unreadable
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import KeyPair

__all__ = ["Unreadable", "open_envelope", "seal_envelope"]


def seal_envelope(pair: KeyPair, content: bytes, *, kind: str, mark: object) -> bytes:
    """As the browser does it (frontend/src/field/seal.js)."""
    return crypto.seal_to(pair.public, content, bound=_place(pair, kind, mark))


def open_envelope(keyring: Keyring, pair: KeyPair, sealed: bytes, *, kind: str, mark: object) -> bytes:
    """Raises Sealed without the desk's key, Unreadable for what was changed, or sealed as something else."""
    return crypto.open_sealed(keyring.private(pair), sealed, bound=_place(pair, kind, mark))


def _place(pair: KeyPair, kind: str, mark: object) -> bytes:
    return crypto.place("envelope", pair.pk, kind, mark)
