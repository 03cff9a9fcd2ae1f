"""What a key opens: from a pass phrase to the member's key, from there to desks and their earlier epochs."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from kamkor.base import wall
from kamkor.vault import crypto
from kamkor.vault.models import Holder, KeyPair, Share, Wrap
from kamkor.vault.problems import WrongPassphrase

# Longer input is refused before it costs the server an Argon2 run.
MAX_PASSPHRASE = 1000
# Every request asks this twice, and the ORM takes much longer to build the statement than it takes to run.
SHARED = (
    "SELECT s.recipient_id, s.sealed, p.id, p.holder_id, p.epoch FROM vault_share s"
    " JOIN vault_keypair p ON p.id = s.pair_id WHERE s.recipient_id IN ({})"
)


@dataclass(frozen=True, slots=True)
class OpenPair:
    pair_id: int
    holder_id: int
    epoch: int
    private: bytes = field(repr=False)


def opened(pair: KeyPair, private: bytes) -> OpenPair:
    return OpenPair(pair.pk, pair.holder_id, pair.epoch, private)


def cost() -> crypto.Cost:
    return crypto.Cost(settings.KDF_MEMORY_KIB, settings.KDF_PASSES, settings.KDF_LANES)


@wall.acting(None, scope="all")
def wrap(pair: KeyPair, private: bytes, passphrase: str) -> None:
    """Put a member's private key under a pass phrase, in the place of any earlier one."""
    if len(passphrase) > MAX_PASSPHRASE:
        raise WrongPassphrase
    salt, price = crypto.random_salt(), cost()
    key = crypto.stretch(passphrase, salt, price)
    Wrap.objects.update_or_create(
        pair=pair,
        defaults={
            "salt": salt,
            "memory_kib": price.memory_kib,
            "passes": price.passes,
            "lanes": price.lanes,
            "sealed": crypto.encrypt(key, private, bound=wrap_place(pair)),
        },
    )


@wall.acting(None, scope="all")
def open_member(member: Holder, passphrase: str) -> OpenPair:
    """The member's own key; raises WrongPassphrase."""
    pair = member.current()
    kept = Wrap.objects.filter(pair=pair).first()
    if kept is None or len(passphrase) > MAX_PASSPHRASE:
        raise WrongPassphrase
    price = crypto.Cost(kept.memory_kib, kept.passes, kept.lanes)
    try:
        key = crypto.stretch(passphrase, bytes(kept.salt), price)
        return opened(pair, crypto.decrypt(key, kept.sealed, bound=wrap_place(pair)))
    except crypto.Unreadable:
        raise WrongPassphrase from None


def share_pair(private: bytes, pair: KeyPair, recipient: KeyPair) -> None:
    """Seal a desk's private key to one more recipient; harmless when he has it already."""
    sealed = crypto.seal_to(recipient.public, private, bound=share_place(pair.pk, recipient.pk))
    Share.objects.get_or_create(pair=pair, recipient=recipient, defaults={"sealed": sealed})


def seal_previous(pair: KeyPair, previous: bytes) -> bytes:
    return crypto.seal_to(pair.public, previous, bound=previous_place(pair.holder_id, pair.epoch))


def open_everything(roots: Iterable[OpenPair]) -> dict[int, OpenPair]:
    """All that these keys lead to. A standing seal leads on: who opens a desk opens what is sealed to it."""
    found: dict[int, OpenPair] = {}
    frontier = list(roots)
    while frontier:
        fresh = {pair.pair_id: pair for pair in frontier if pair.pair_id not in found}
        fresh.update({pair.pair_id: pair for pair in _earlier(fresh.values())})
        found.update(fresh)
        frontier = [pair for pair in _shared_with(fresh) if pair.pair_id not in found]
    return found


def dump(roots: Iterable[OpenPair]) -> bytes:
    rows = [[r.pair_id, r.holder_id, r.epoch, b64encode(r.private).decode()] for r in roots]
    return json.dumps(rows).encode()


def load(dumped: bytes) -> list[OpenPair]:
    return [OpenPair(pair, holder, epoch, b64decode(key)) for pair, holder, epoch, key in json.loads(dumped)]


def _earlier(pairs: Iterable[OpenPair]) -> list[OpenPair]:
    """Down the epochs: each newer private key opens the one before it."""
    above = {(pair.holder_id, pair.epoch): pair for pair in pairs if pair.epoch > 1}
    if not above:
        return []
    holders = {holder for holder, _ in above}
    rows = {(row.holder_id, row.epoch): row for row in KeyPair.objects.filter(holder__in=holders)}
    for holder, epoch in sorted(rows, reverse=True):
        newer, before = above.get((holder, epoch)), rows.get((holder, epoch - 1))
        sealed = rows[holder, epoch].previous_sealed
        if newer and before and sealed:
            private = crypto.open_sealed(newer.private, sealed, bound=previous_place(holder, epoch))
            above[holder, epoch - 1] = opened(before, private)
    return list(above.values())


def _shared_with(recipients: dict[int, OpenPair]) -> list[OpenPair]:
    with connection.cursor() as cursor:
        cursor.execute(SHARED.format(", ".join(["%s"] * len(recipients))), list(recipients))
        rows = cursor.fetchall()
    return [
        OpenPair(
            pair,
            holder,
            epoch,
            crypto.open_sealed(recipients[to].private, sealed, bound=share_place(pair, to)),
        )
        for to, sealed, pair, holder, epoch in rows
    ]


def wrap_place(pair: KeyPair) -> bytes:
    return crypto.place("wrap", pair.pk)


def share_place(pair_id: int, recipient_id: int) -> bytes:
    return crypto.place("share", pair_id, recipient_id)


def previous_place(holder_id: int, epoch: int) -> bytes:
    return crypto.place("previous", holder_id, epoch)
