"""The secret of a partner system: it is found by a digest, opens a key pair of its own, and seals answers.

Three keys are derived from the secret, none of which tells anything about another: so the digest in the
database opens nothing, and what is kept for the system opens with its secret alone.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable

from kamkor.vault import crypto
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import Holder, KeyPair, Share
from kamkor.vault.opening import opened

PREFIX = "kamkor_"  # so that a secret that was put somewhere by mistake is recognised
SECRET = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")


def new_secret() -> str:
    return PREFIX + urlsafe_b64encode(crypto.random_key()).decode().rstrip("=")


def digest(secret: str) -> str | None:
    """What a token is found by; None for what cannot be a secret of ours."""
    if SECRET.fullmatch(secret) is None:
        return None
    return _derived(secret, "digest").hex()


def new_pair(secret: str) -> KeyPair:
    """The pair that the secret opens; it opens no desk until somebody admits its holder."""
    holder = Holder.objects.create(kind=Holder.Kind.TOKEN)
    return KeyPair.objects.create(holder=holder, public=crypto.pair_of(_derived(secret, "key")).public)


def unlock(pair: KeyPair, secret: str) -> Keyring:
    return Keyring([opened(pair, _derived(secret, "key"))])


def shut_out(pair: KeyPair) -> bool:
    """Take every desk's key away from a token, and say whether it had one. What it copied before stays
    copied: turn the desk's key."""
    return Share.objects.filter(recipient=pair).delete()[0] > 0


def holding(pairs: Iterable[int | None]) -> set[int]:
    """Which of these pairs have been given a key."""
    given = Share.objects.filter(recipient__in=[pair for pair in pairs if pair is not None])
    return set(given.values_list("recipient", flat=True))


def mark(secret: str, text: str) -> str:
    """A name for what the system sent that can be compared, and told from nothing but the secret."""
    return crypto.keyed_hash(_derived(secret, "mark"), text)


def seal(secret: str, text: bytes, *, place: str) -> bytes:
    return crypto.encrypt(_derived(secret, "answers"), text, bound=crypto.place("answer", place))


def open_sealed(secret: str, sealed: crypto.Buffer, *, place: str) -> bytes:
    return crypto.decrypt(_derived(secret, "answers"), sealed, bound=crypto.place("answer", place))


def _derived(secret: str, purpose: str) -> bytes:
    return crypto.derive(secret.encode(), f"token {purpose}")
