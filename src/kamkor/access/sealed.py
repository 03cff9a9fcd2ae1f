"""What a browser sealed to the receiving desk's key before it was sent: no server on the way reads it.

It is kept like any other text, sealed once more on arrival; only the desk opens both.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import TypeVar

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.vault.envelopes import Unreadable, open_envelope
from kamkor.vault.models import KeyPair

KIND = "web_report"
HEAD = "sealed by the browser:"  # of a text that is an envelope
SHAPE = re.compile(HEAD + r"(\d{1,18})\|([0-9a-f-]{36})\|([A-Za-z0-9+/]+={0,2})")
LONGEST = 150_000

Key = TypeVar("Key")


def key_of(desk: Desk) -> dict[str, object]:
    """What a browser needs to seal to this desk; public."""
    pair = desk.holder.current()
    return {"pair": pair.pk, "public": bytes(pair.public).hex()}


def is_meant(text: str) -> bool:
    """Whether a browser says that it has sealed this."""
    return text.startswith(HEAD)


def may_be(text: str) -> bool:
    return len(text) <= LONGEST and SHAPE.fullmatch(text) is not None


def opened(actor: Actor, texts: Mapping[Key, str]) -> dict[Key, str]:
    """The words; a text that is no envelope, or does not open as what it says it is, as it came."""
    found = {key: match.groups() for key, text in texts.items() if (match := SHAPE.fullmatch(text))}
    pairs = _pairs(actor, {int(pair) for pair, _mark, _content in found.values()})
    words = {
        key: _open(actor, pairs[int(pair)], mark, content)
        for key, (pair, mark, content) in found.items()
        if int(pair) in pairs
    }
    return {**texts, **{key: said for key, said in words.items() if said is not None}}


def _pairs(actor: Actor, wanted: set[int]) -> dict[int, KeyPair]:
    held = KeyPair.objects.filter(pk__in=wanted, holder=actor.desk.holder) if wanted else ()
    return {pair.pk: pair for pair in held}


def _open(actor: Actor, pair: KeyPair, mark: str, content: str) -> str | None:
    try:
        sealed = base64.b64decode(content, validate=True)
        return open_envelope(actor.keyring, pair, sealed, kind=KIND, mark=mark).decode("utf-8", "replace")
    except (Unreadable, binascii.Error):
        return None
