"""Secrets of the second factor: sealed by a key outside the databases, or kept as marks only.

So a stolen database neither shows the secret of a telephone's codes nor lets the digits of a card be tried.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from django.conf import settings

from kamkor.vault import crypto
from kamkor.vault.keyfile import kept_key


def seal(secret: str) -> str:
    return urlsafe_b64encode(crypto.encrypt(_key("seal"), secret.encode(), bound=b"factor")).decode()


def unseal(sealed: str) -> str:
    """Raises `crypto.Unreadable` where the key file is another than it was."""
    return crypto.decrypt(_key("seal"), urlsafe_b64decode(sealed), bound=b"factor").decode()


def mark(user_id: int, digits: str) -> str:
    """What a card's code is found by; the same digits of two people have nothing in common."""
    return crypto.keyed_hash(_key("mark"), f"{user_id}\n{digits}")


def _key(purpose: str) -> bytes:
    return crypto.derive(kept_key(settings.FACTOR_KEY_FILE, crypto.random_key), f"factor {purpose}")
