"""What a browser sealed to the receiving desk's key before it was sent: no server on the way reads it.

It is kept like any other text, sealed once more on arrival; only the desk opens both.
"""

import base64
import binascii
import re

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.vault.envelopes import Unreadable, open_envelope
from kamkor.vault.models import KeyPair

KIND = "web_report"
HEAD = "sealed by the browser:"  # of a text that is an envelope
SHAPE = re.compile(r"(\d{1,18})\|([0-9a-f-]{36})\|([A-Za-z0-9+/]+={0,2})")
LONGEST = 150_000


def key_of(desk: Desk) -> dict[str, object]:
    """What a browser needs to seal to this desk; public."""
    pair = desk.holder.current()
    return {"pair": pair.pk, "public": bytes(pair.public).hex()}


def may_be(text: str) -> bool:
    return SHAPE.fullmatch(text) is not None


def opened(actor: Actor, text: str) -> str:
    """The words; a text that is no envelope, or does not open as what it says it is, as it came."""
    found = SHAPE.fullmatch(text.removeprefix(HEAD)) if text.startswith(HEAD) else None
    if found is None:
        return text
    pair, mark, content = found.groups()
    held = KeyPair.objects.filter(pk=int(pair), holder=actor.desk.holder).first()
    if held is None:
        return text
    try:
        sealed = base64.b64decode(content, validate=True)
        return open_envelope(actor.keyring, held, sealed, kind=KIND, mark=mark).decode("utf-8", "replace")
    except (Unreadable, binascii.Error):
        return text
