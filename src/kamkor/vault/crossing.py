"""A file that only one desk of another installation opens: on a stick, by a messenger, whoever carries it.

The desk's address is its public key as a line of text. Whoever carries it could put another key in its place;
so both sides compare the check sign by voice, and the sender's program wants it before it seals.
"""

import base64
import binascii
import json
import re
from hashlib import sha256
from typing import Any

from kamkor.vault import crypto
from kamkor.vault.crypto import Unreadable
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import Holder, KeyPair

__all__ = ["Unreadable", "address_of", "check_sign", "open_file", "public_of", "seal_file"]

ADDRESS = re.compile(r"kamkor-desk-1\.([A-Za-z0-9_-]{43})")
FORMAT = "kamkor-sealed-1"


def address_of(pair: KeyPair) -> str:
    return f"kamkor-desk-1.{base64.urlsafe_b64encode(bytes(pair.public)).decode().rstrip('=')}"


def public_of(address: str) -> bytes | None:
    """The key in an address; None for what is none."""
    found = ADDRESS.fullmatch(address.strip())
    return base64.urlsafe_b64decode(found[1] + "=") if found else None


def check_sign(public: bytes) -> str:
    """Sixteen signs to be read out, such as 3F0A-91C2-77D0-B4E5."""
    digest = sha256(public).hexdigest().upper()
    return "-".join(digest[at : at + 4] for at in range(0, 16, 4))


def seal_file(public: bytes, content: dict[str, Any]) -> bytes:
    sealed = crypto.seal_to(public, json.dumps(content).encode(), bound=_place(public))
    told = {"format": FORMAT, "to": check_sign(public), "sealed": base64.b64encode(sealed).decode()}
    return json.dumps(told, indent=1).encode()


def open_file(keyring: Keyring, desk: Holder, raw: bytes) -> dict[str, Any]:
    """Raises Unreadable for what is no such file, is not for this desk, or was changed on the way."""
    try:
        told = json.loads(raw)
        sealed = base64.b64decode(told["sealed"], validate=True)
        pairs = [pair for pair in KeyPair.objects.filter(holder=desk) if _sign(pair) == told["to"]]
        (pair,) = pairs
        opened = crypto.open_sealed(keyring.private(pair), sealed, bound=_place(bytes(pair.public)))
        return dict(json.loads(opened))
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise Unreadable from error


def _sign(pair: KeyPair) -> str:
    return check_sign(bytes(pair.public))


def _place(public: bytes) -> bytes:
    return crypto.place("file", public.hex())
