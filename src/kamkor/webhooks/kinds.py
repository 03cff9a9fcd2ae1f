"""What can be told: kinds of events, and for each kind of object who is told and what.

An event is an entry of the access log. An object is told of as the interface would show it in a list to the
same token: by code, in open columns, without a name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from kamkor.access.actor import TokenActor
from kamkor.assistance.api import handovers, referrals
from kamkor.assistance.models import Handover, Referral
from kamkor.identification.api import PacketOut
from kamkor.identification.models import Packet


@dataclass(frozen=True)
class Thing:
    """A kind of object. `keepers` are columns of the desks that answer for it; `other` is that of the desk
    it goes to, which can lose sight of it and is then told the code alone. `scope` is the verb of the list
    that shows it, `related` what is loaded with it; `whose` leads to the people whom it is about."""

    model: type[models.Model]
    scope: str
    keepers: tuple[str, ...]
    other: str
    href: str
    state: Callable[[TokenActor, models.Model], BaseModel]
    related: tuple[str, ...]
    whose: tuple[str, ...] = ("person_id", "carried_person_id")

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    def people(self, row: models.Model) -> list[int]:
        """Whom the object is about: her file at each desk that keeps one."""
        return [pk for path in self.whose if (pk := attrgetter(path)(row)) is not None]

    def desks(self, row: models.Model) -> set[int]:
        return {pk for column in (*self.keepers, self.other) if (pk := getattr(row, column)) is not None}


@dataclass(frozen=True)
class Kind:
    """One kind of event: the verbs of the access log that stand for it, and what it is about."""

    title: str | Promise
    verbs: tuple[str, ...]
    about: Thing


def _referral(actor: TokenActor, row: models.Model) -> BaseModel:
    assert isinstance(row, Referral)
    return referrals.row(actor, row)


def _packet(actor: TokenActor, row: models.Model) -> BaseModel:
    assert isinstance(row, Packet)
    return PacketOut.of(row)


def _handover(actor: TokenActor, row: models.Model) -> BaseModel:
    assert isinstance(row, Handover)
    return handovers.row(actor, row)


REFERRAL = Thing(
    model=Referral,
    scope="referral.list",
    keepers=("desk_id", "carried_to_id"),
    other="receiver_id",
    href="/api/v1/referrals/%s",
    state=_referral,
    related=("desk", "receiver", "outside", "consent"),
)
PACKET = Thing(
    model=Packet,
    scope="packet.list",
    keepers=("desk_id", "carried_to_id"),
    other="commission_id",
    href="/api/v1/packets",
    state=_packet,
    related=("desk", "commission"),
)
HANDOVER = Thing(
    model=Handover,
    scope="handover.read",
    keepers=("desk_id",),
    other="receiver_id",
    href="/api/v1/handovers",
    state=_handover,
    related=("desk", "receiver", "consent"),
    whose=("consent.person_id",),
)
THINGS = {thing.model._meta.label_lower: thing for thing in (REFERRAL, PACKET, HANDOVER)}

KINDS: dict[str, Kind] = {
    "referral.sent": Kind(_("A referral was sent"), ("referral.send", "referral.quick"), REFERRAL),
    "referral.accepted": Kind(_("A referral was accepted"), ("referral.accept",), REFERRAL),
    "referral.declined": Kind(_("A referral was declined"), ("referral.decline",), REFERRAL),
    "referral.answered": Kind(
        _("An answer by telephone or on paper was recorded"), ("referral.record_answer",), REFERRAL
    ),
    "referral.started": Kind(_("Work on a referral has begun"), ("referral.start",), REFERRAL),
    "referral.reported": Kind(_("There is a report on a referral"), ("referral.report",), REFERRAL),
    "referral.finished": Kind(_("A referral was finished"), ("referral.finish",), REFERRAL),
    "referral.late": Kind(_("The answer to a referral is late"), ("referral.escalate",), REFERRAL),
    "referral.recalled": Kind(_("A referral was taken back"), ("referral.recall",), REFERRAL),
    "referral.ended": Kind(
        _("The consent to a referral has ended"), ("referral.withdrawn", "referral.expired"), REFERRAL
    ),
    "packet.submitted": Kind(_("A packet was submitted"), ("packet.submit",), PACKET),
    "packet.decided": Kind(_("The commission has decided on a packet"), ("packet.decide",), PACKET),
    "handover.offered": Kind(_("A case was offered to another desk"), ("handover.offer",), HANDOVER),
    "handover.accepted": Kind(_("A case was taken over"), ("handover.accept",), HANDOVER),
    "handover.declined": Kind(_("A handover was declined"), ("handover.decline",), HANDOVER),
    "handover.recalled": Kind(_("A handover was taken back"), ("handover.recall",), HANDOVER),
}
BY_VERB = {(verb, kind.about.model): name for name, kind in KINDS.items() for verb in kind.verbs}


def offered_to(scopes: list[str]) -> list[str]:
    """The kinds that a token with these scopes may be told of."""
    return [name for name, kind in KINDS.items() if kind.about.scope in scopes]


def parts(subject: str) -> tuple[Thing | None, int]:
    """What an entry of the access log is about, where it is one of the things that can be told of."""
    label, _colon, pk = subject.partition(":")
    return THINGS.get(label), int(pk) if pk.isdecimal() else 0
