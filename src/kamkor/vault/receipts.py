"""What somebody without an account holds in order to come back: a few words or digits, in no table.

A costly key is derived from them. Its mark finds the report; its pair opens the answers, which are sealed to
it. The words open nothing of what was reported: who finds them on a slip of paper reads the answers alone.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from django.conf import settings

from kamkor.vault import crypto
from kamkor.vault.crypto import Buffer


@dataclass(frozen=True, slots=True)
class Receipt:
    """What belongs to some words: under which mark to look, and the pair that opens the answers."""

    mark: str
    public: bytes
    private: bytes = field(repr=False)


def of(words: str) -> Receipt:
    """Takes as long as opening a vault, so that words are not guessed. The installation's secret key is the
    salt: a stolen database is no list to try words on."""
    salt = crypto.derive(sha256(settings.SECRET_KEY.encode()).digest(), "receipts")[: crypto.SALT_BYTES]
    cost = crypto.Cost(settings.KDF_MEMORY_KIB, settings.KDF_PASSES, settings.KDF_LANES)
    key = crypto.stretch(words, salt, cost)
    pair = crypto.pair_of(crypto.derive(key, "pair"))
    return Receipt(crypto.keyed_hash(crypto.derive(key, "mark"), "receipt"), pair.public, pair.private)


def seal_answer(public: Buffer, text: str, ref: str) -> bytes:
    """Seal an answer to whoever holds the words; `ref` is the record that it belongs to."""
    return crypto.seal_to(public, text.encode(), bound=crypto.place("receipt", ref))


def open_answer(receipt: Receipt, sealed: Buffer, ref: str) -> str:
    return crypto.open_sealed(receipt.private, sealed, bound=crypto.place("receipt", ref)).decode()
