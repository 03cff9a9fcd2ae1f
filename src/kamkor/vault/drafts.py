"""What somebody was writing, sealed to her own key: it takes no open vault to seal, and hers to open."""

from kamkor.vault import crypto
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import Holder


def seal(member: Holder, text: bytes, *, place: str) -> tuple[int, bytes]:
    """The pair that it is sealed to, and the sealed text."""
    pair = member.current()
    return pair.pk, crypto.seal_to(pair.public, text, bound=crypto.place("draft", pair.pk, place))


def open_sealed(keyring: Keyring, pair_id: int, sealed: crypto.Buffer, *, place: str) -> bytes | None:
    """None when it is sealed to a key that she has no more, as after a lost pass phrase."""
    pair = keyring.pairs.get(pair_id)
    if pair is None:
        return None
    return crypto.open_sealed(pair.private, sealed, bound=crypto.place("draft", pair_id, place))
