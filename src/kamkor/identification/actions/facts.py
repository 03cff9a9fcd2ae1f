"""Facts of her standing: presumed, decided, in recovery, where she is. In any order; none erases another."""

from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.identification.models import Fact, Packet
from kamkor.methods.journeys import PartialDate, recovery_until
from kamkor.people.models import Person

COMMISSION = "commission"


@action("fact.record")
def record_fact(
    actor: Actor,
    person: Person,
    *,
    kind: str,
    on: PartialDate,
    value: str = "",
    body: str = "",
    ground: str = "",
    until: date | None = None,
) -> Fact:
    """One more dated fact. Whatever it says, nothing that she is given changes by it."""
    if on.earliest > timezone.localdate():
        raise Problem(_("This day has not come yet"), _("Give the day on which it happened."))
    return new_fact(actor, person, kind=kind, on=str(on), value=value, body=body, ground=ground, until=until)


@action("packet.record")
def record_decision(actor: Actor, packet: Packet) -> Fact:
    """Take the commission's decision over into her file; once is enough."""
    if packet.decided_at is None or packet.decided_on is None:
        raise WrongState
    held = Fact.objects.visible_to(actor).filter(packet=packet).first()
    return held or new_fact(
        actor,
        packet.person_of(actor),
        kind=Fact.Kind.DECISION,
        on=packet.decided_on.isoformat(),
        value=packet.decision,
        body=COMMISSION,
        packet=packet,
    )


def new_fact(actor: Actor, person: Person, *, kind: str, on: str, **rest: object) -> Fact:
    """A fact that another action makes; `rest` are columns of Fact."""
    return Fact.objects.create(
        desk_id=person.desk_id, person=person, kind=kind, on=on, recorded_by=actor.user, **rest
    )


def presume(actor: Actor, person: Person, ground: str, on: date) -> Fact:
    """She is presumed from today, and her recovery period begins with it. Gives the fact of the period."""
    new_fact(actor, person, kind=Fact.Kind.PRESUMED, on=on.isoformat(), ground=ground)
    until = recovery_until(on, settings.RECOVERY_PERIOD_DAYS)
    return new_fact(actor, person, kind=Fact.Kind.RECOVERY, on=on.isoformat(), until=until)


def recovery_ends(actor: Actor, person: Person) -> date | None:
    """The last day of her recovery period as it has been extended; None if none began."""
    rows = Fact.objects.visible_to(actor).filter(person__in=person.all_ids(), kind=Fact.Kind.RECOVERY)
    return max((row.until for row in rows if row.until), default=None)
