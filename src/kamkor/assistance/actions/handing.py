"""Handing a case over to another desk, and answering a written demand."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance import leaving, sharing
from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.models import Case, Demand, Handover, Referral
from kamkor.base import wall
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.base.public import fresh_code
from kamkor.people.files import Terms, give_consent
from kamkor.people.models import Consent, Person
from kamkor.vault.keyring import end_grants
from kamkor.vault.models import Item


@action("handover.offer")
def offer(
    actor: Actor,
    case: Case,
    *,
    receiver: Desk,
    items: Iterable[Item],
    reads_until: date,
    referrals: Iterable[Referral] = (),
    met_on: date | None = None,
    language: str = "",
    interpreter: bool = False,
) -> Handover:
    """She agrees that another desk takes her case over; ours stops reading it after `reads_until`. The
    `referrals` that she names run on under that desk; others end with our reading."""
    if any(row.waiting for row in Handover.objects.visible_to(actor).filter(case=case)):
        raise WrongState
    if receiver.pk == actor.desk_id:
        raise Problem(_("This is your own desk"), _("Choose another one."))
    person = case.person.standing()
    shared = [*items, sharing.write_basics(actor, person)]
    consent = give_consent(
        actor,
        person,
        Terms(
            layer=Consent.Layer.SHARING,
            purpose="handover",
            receiver=receiver,
            items=shared,
            ends_on=reads_until,
            language=language,
            interpreter=interpreter,
        ),
    )
    sharing.open_to(actor, consent, shared, receiver)
    handover = Handover.objects.create(
        desk_id=case.desk_id,
        case=case,
        recorded_by=actor.user,
        code=fresh_code(),
        receiver=receiver,
        consent=consent,
        met_on=met_on,
        reads_until=reads_until,
    )
    handover.referrals.set(referrals)
    return handover


@action("handover.accept")
def accept(actor: Actor, handover: Handover, *, kind: str) -> Handover:
    """The receiver's own file and case, made from what she agreed to; the old file closes after the term."""
    must_wait(handover)
    items = sharing.items_of(handover.consent.items)
    person, signs = sharing.make_own(actor, items)
    case = open_case(actor, person, kind=kind, opened_on=timezone.localdate(), came_by="referral", **signs)
    sharing.add_records(actor, case, items)
    handover.accepted_at, handover.receiving_case = timezone.now(), case
    handover.save(update_fields=["accepted_at", "receiving_case"])
    leaving.carry(handover)
    leaving.let_go(handover)
    return handover


@action("handover.end_term")
def end_term(actor: Actor, handover: Handover) -> None:
    """She no longer wants the desk that had her case to read: the new one ends that at once."""
    if not handover.in_term:
        raise WrongState
    with wall.acting(None, scope="all"):
        handover.reads_until = timezone.localdate() - timedelta(days=1)
        handover.save(update_fields=["reads_until"])
        hers = Person._base_manager.filter(pk__in=handover.consent.person.all_ids())
        if hers.exclude(read_until=None).update(read_until=handover.reads_until):
            leaving.leave(handover, timezone.now())


@action("handover.recall")
def recall(actor: Actor, handover: Handover) -> None:
    """The offer is taken back before it was answered; what was shared is shut at once."""
    must_wait(handover)
    handover.recalled_at = timezone.now()
    handover.save(update_fields=["recalled_at"])
    end_grants(handover.consent.ref)


@action("handover.decline")
def decline(actor: Actor, handover: Handover) -> None:
    must_wait(handover)
    handover.declined_at = timezone.now()
    handover.save(update_fields=["declined_at"])
    end_grants(handover.consent.ref)


def must_wait(handover: Handover) -> None:
    if not handover.waiting:
        raise WrongState


@action("demand.record")
def record_demand(actor: Actor, case: Case, *, body: str, paper_number: str, received_on: date) -> Demand:
    """A paper of an investigator or a court has come; nothing is given out by writing that down."""
    sealed = actor.keyring.write(case.person.file, "paper_number", paper_number, by=actor.user_id)
    return Demand.objects.create(
        desk_id=case.desk_id,
        case=case,
        recorded_by=actor.user,
        body=body,
        paper_number=sealed,
        received_on=received_on,
    )


@action("demand.decide")
def decide(
    actor: Actor,
    demand: Demand,
    *,
    released: Iterable[Item],
    refused: Iterable[Item],
    lawyer_view: str,
    person_told_on: date | None = None,
    not_told_why: str = "",
) -> None:
    """What goes out and what is refused, with the lawyer's view; once decided it stays so."""
    if demand.decided_on is not None:
        raise WrongState
    if person_told_on is None and not not_told_why:
        raise Problem(_("The person must be told"), _("Give the day, or the reason why not."))
    file = demand.case.person.file
    demand.lawyer_view = actor.keyring.write(file, "lawyer_view", lawyer_view, by=actor.user_id)
    demand.decided_on = timezone.localdate()
    demand.person_told_on, demand.not_told_why = person_told_on, not_told_why
    demand.save()
    demand.released.set(released)
    demand.refused.set(refused)
