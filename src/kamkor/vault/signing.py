"""Signatures under messages to partner systems, so that a receiver knows that they are ours and unchanged.

The secrets of all subscriptions come from one key outside the databases: a row names which one is meant, and
tells nothing of it. So the system signs while every vault is shut, and a stolen database signs nothing.
"""

import hashlib
import hmac
from base64 import b64encode
from uuid import UUID

from django.conf import settings

from kamkor.vault import crypto
from kamkor.vault.keyfile import kept_key

PREFIX = "whsec_"  # as the convention "Standard Webhooks" writes a secret


def shown_secret(which: UUID) -> str:
    """What the receiver is given, once, to check signatures with."""
    return PREFIX + b64encode(_secret(which)).decode()


def signature(which: UUID, text: bytes) -> str:
    return "v1," + b64encode(hmac.digest(_secret(which), text, hashlib.sha256)).decode()


def _secret(which: UUID) -> bytes:
    return crypto.derive(kept_key(settings.WEBHOOK_KEY_FILE, crypto.random_key), f"webhook {which}")
