"""The commission's packet: a code, the reasons and the signs; never a name, never her account."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.base.public import fresh_code
from kamkor.identification.models import Packet
from kamkor.methods.journeys import PACKET_DECISION, WrongMove, next_state
from kamkor.people.files import Terms, give_consent
from kamkor.people.models import Consent, Exclusion, Person

READ_FOR = timedelta(days=365)
VERBS = {"confirmed": "confirm", "not_confirmed": "refuse", "postponed": "postpone"}


@action("packet.prepare")
def prepare(
    actor: Actor,
    person: Person,
    *,
    commission: Desk,
    reasons: str,
    signs: list[str],
    draft: Packet | None = None,
    version: int = 0,
) -> Packet:
    """A packet under a code of its own, or new words for a `draft` of which the writer saw `version`."""
    if Exclusion.bars_desk(person, commission):
        raise Problem(_("This commission must not receive this file"), _("Choose another commission."))
    if draft is None:
        item = actor.keyring.write(person.file, "reasons", reasons, by=actor.user_id)
        return _new(actor, person, commission=commission, reasons=item, signs=signs)
    must_be_draft(draft)
    actor.keyring.rewrite(draft.reasons, reasons, by=actor.user_id, expected=version)
    draft.commission, draft.signs = commission, signs
    draft.save(update_fields=["commission", "signs"])
    return draft


def _new(actor: Actor, person: Person, **columns: object) -> Packet:
    assert actor.user is not None
    return Packet.objects.create(
        desk_id=person.desk_id, person=person, code=fresh_code(), prepared_by=actor.user, **columns
    )


@action("packet.submit")
def submit(actor: Actor, packet: Packet, *, language: str = "") -> None:
    """She agreed: the commission reads the reasons and nothing else, until she withdraws."""
    must_be_draft(packet)
    consent = give_consent(
        actor,
        packet.person,
        Terms(
            layer=Consent.Layer.SHARING,
            purpose="identification",
            receiver=packet.commission,
            items=[packet.reasons],
            ends_on=timezone.localdate() + READ_FOR,
            language=language,
        ),
    )
    actor.keyring.share([packet.reasons], packet.commission.holder, ref=consent.ref)
    packet.submitted_at = timezone.now()
    packet.save(update_fields=["submitted_at"])


@action("packet.decide")
def decide(actor: Actor, packet: Packet, *, decision: str, on: date, answer: str) -> None:
    """The commission's answer, sealed in a file of its own and opened to the desk that asked."""
    if on > timezone.localdate():
        raise Problem(_("This day has not come yet"), _("Give the day of the decision."))
    try:
        next_state(PACKET_DECISION, packet.decision or PACKET_DECISION.start, VERBS[decision])
    except WrongMove:
        raise WrongState from None
    if answer:
        packet.answer = actor.keyring.write_alone(actor.desk.holder, "answer", answer, by=actor.user_id)
        actor.keyring.share([packet.answer], packet.keeper.holder, ref=packet.ref)
    packet.decision, packet.decided_on, packet.decided_by = decision, on, actor.user
    packet.decided_at = None if decision == "postponed" else timezone.now()
    packet.save(update_fields=["decision", "decided_on", "decided_by", "decided_at", "answer"])


def must_be_draft(packet: Packet) -> None:
    if packet.submitted_at is not None:
        raise WrongState
