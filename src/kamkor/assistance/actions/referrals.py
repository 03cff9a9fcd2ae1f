"""Referrals as their sender acts on them: sent, recalled, answered by telephone or on paper, by letter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance import sharing
from kamkor.assistance.actions.cases import must_be_open
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Case, Referral, ReferralStep, Task
from kamkor.assistance.sharing import Shown
from kamkor.base import wall
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.base.public import fresh_code
from kamkor.directory.models import Offer
from kamkor.methods.journeys import REFERRAL, WrongMove, due, next_state
from kamkor.people.files import Terms, give_consent, new_person
from kamkor.people.models import Consent, Exclusion, Particular, Person
from kamkor.vault.keyring import end_grants
from kamkor.vault.models import Item

DAYS = 30  # for which a referral is given where nobody says otherwise


@dataclass(frozen=True)
class Agreement:
    """What she agreed to, or the ground on which it could not wait."""

    ends_on: date
    ground: str = Consent.Ground.CONSENT
    reason: str = ""
    language: str = ""
    interpreter: bool = False


@dataclass(frozen=True)
class Request:
    """What is asked of the receiver."""

    offer: Offer
    purpose: str
    urgency: str = "normal"
    message: str = ""


@action("referral.send")
def send(
    actor: Actor,
    case: Case,
    *,
    request: Request,
    agreement: Agreement,
    items: Iterable[Item] = (),
    basics: bool = False,
) -> Referral:
    """Ask another desk or organisation for one service, with her consent and exactly the items she named."""
    must_be_open(case)
    person = case.person.standing()
    chosen = list(items)
    if basics:
        chosen.append(sharing.write_basics(actor, person))
    return new_referral(actor, person, request=request, agreement=agreement, items=chosen, case=case)


@action("referral.quick")
def send_quickly(
    actor: Actor,
    desk: Desk,
    *,
    request: Request,
    agreement: Agreement,
    particulars: dict[str, str],
    facts: dict[str, object],
    signs: dict[str, str],
) -> Referral:
    """A border officer's ninety seconds: a file, her yes or the emergency, and the referral, in one step."""
    person = new_person(actor, desk, particulars, **facts)
    if agreement.ground == Consent.Ground.CONSENT:
        give_consent(
            actor,
            person,
            Terms(layer=Consent.Layer.FILE, purpose="help_and_file", language=agreement.language),
        )
    said = Particular.objects.visible_to(actor).filter(person=person).select_related("item__file")
    items = [row.item for row in said]
    items.append(sharing.write_basics(actor, person, **signs))
    return new_referral(actor, person, request=request, agreement=agreement, items=items)


def new_referral(
    actor: Actor,
    person: Person,
    *,
    request: Request,
    agreement: Agreement,
    items: list[Item],
    case: Case | None = None,
) -> Referral:
    """The consent, the referral and the keys; refuses who must not have her file, or takes no children."""
    offer = request.offer
    must_be_for(person, offer, actor)
    must_have_ground(person, agreement)
    message = None
    if request.message:
        message = actor.keyring.write(person.file, "message", request.message, by=actor.user_id)
    shared = [*items, message] if message else items
    consent = give_consent(
        actor,
        person,
        Terms(
            layer=Consent.Layer.SHARING,
            purpose="referral",
            receiver=offer.desk,
            outside=offer.outside,
            items=shared,
            ends_on=agreement.ends_on,
            ground=agreement.ground,
            reason=agreement.reason,
            language=agreement.language,
            interpreter=agreement.interpreter,
        ),
    )
    if offer.desk is not None:
        sharing.open_to(actor, consent, shared, offer.desk)
    referral = _sent(actor, consent, request, message=message, case=case)
    note_step(actor, referral, "send")
    return referral


def _sent(
    actor: Actor, consent: Consent, request: Request, *, message: Item | None, case: Case | None
) -> Referral:
    now = timezone.now()
    assert actor.user is not None
    return Referral.objects.create(
        desk_id=consent.desk_id,
        code=fresh_code(),
        person=consent.person,
        case=case,
        receiver=consent.receiver,
        outside=consent.outside,
        service=request.offer.service,
        purpose=request.purpose,
        consent=consent,
        message=message,
        urgency=request.urgency,
        status=next_state(REFERRAL, Referral.Status.DRAFT, "send"),
        sent_at=now,
        due_at=due(request.urgency, now),
        ends_on=consent.ends_on,
        created_by=actor.user,
    )


def must_be_for(person: Person, offer: Offer, actor: Actor) -> None:
    if offer.desk_id == actor.desk_id:
        raise Problem(_("This is a service of your own desk"), _("Choose another one."))
    if person.is_child and not offer.children:
        raise Problem(_("This place does not take children"), _("Choose one that does."))
    if not person.is_child and not offer.adults:
        raise Problem(_("This place takes children only"), _("Choose another one."))
    barred = Exclusion.objects.visible_to(actor).filter(lifted_at=None, person__in=person.all_ids())
    if offer.desk_id and barred.filter(excluded_desk=offer.desk_id).exists():
        raise Problem(_("This desk must not receive this file"), _("Choose another desk."))


def must_have_ground(person: Person, agreement: Agreement) -> None:
    if agreement.ground == Consent.Ground.CHILD and not person.is_child:
        raise Problem(
            _("This person is not recorded as a child"), _("Choose the other ground, or correct it.")
        )


@action("referral.recall")
def recall(actor: Actor, referral: Referral) -> None:
    """The sender takes it back; the receiver reads nothing more."""
    move(referral, "recall")
    referral.save(update_fields=["status"])
    end_grants(referral.consent.ref)
    finish_tasks(referral)
    note_step(actor, referral, "recall")


@action("referral.record_answer")
def record_answer(
    actor: Actor, referral: Referral, *, verb: str, by: str, who: str, reason: str = "", result: str = ""
) -> None:
    """Write down what the receiver said on the telephone or on paper: who, now, and what.

    `verb` is accept, decline, finish or fail.
    """
    if verb not in {"accept", "decline", "finish", "fail"}:
        raise WrongState
    answer(referral, verb, reason=reason, result=result)
    referral.answered_by = by
    file = referral.person_of(actor).file
    referral.answerer = actor.keyring.write(file, "answerer", who, by=actor.user_id)
    referral.save()
    note_step(actor, referral, verb, reason=reason)


@action("referral.letter")
def letter(actor: Actor, referral: Referral) -> list[Shown]:
    """The consented items for a letter to an outside organisation, and a task to ask for its answer."""
    if referral.outside is None or referral.standing not in Referral.READABLE:
        raise WrongState
    assert referral.due_at is not None
    new_task(
        referral.desk,
        "answer_referral",
        referral.due_at,
        case=referral.case,
        subject=subject_of(referral),
        assignee=actor.user,
    )
    note_step(actor, referral, "letter")
    return sharing.read(actor, sharing.items_of(referral.consent.items))


# What the sender's and the receiver's actions are built from.


def move(referral: Referral, verb: str) -> None:
    """To the next state; WrongState where the journey has none, as when two act at once."""
    try:
        referral.status = next_state(REFERRAL, referral.standing, verb)
    except WrongMove:
        raise WrongState from None


def answer(referral: Referral, verb: str, *, reason: str = "", result: str = "") -> None:
    """Move on an answer; a refusal shuts what was shared. The caller saves."""
    move(referral, verb)
    if verb in {"accept", "decline"}:
        referral.answered_at = timezone.now()
    if verb == "decline":
        referral.decline_reason = reason
        end_grants(referral.consent.ref)
    if verb in {"finish", "fail"}:
        referral.result = result
    finish_tasks(referral)


def note_step(
    actor: Actor, referral: Referral, verb: str, *, reason: str = "", report: Item | None = None
) -> None:
    ReferralStep.objects.create(
        referral=referral, desk=actor.desk, by=actor.user, verb=verb, reason=reason, report=report
    )


def subject_of(referral: Referral) -> str:
    return f"assistance.referral:{referral.pk}"


def finish_tasks(referral: Referral) -> None:
    """What was to be done about its answer is done, at whichever desk; such tasks name nobody."""
    kinds = ("answer_referral", "escalation")
    with wall.acting(None, scope="all"):
        rows = Task.objects.open().filter(subject=subject_of(referral), kind__in=kinds)
        rows.update(done_at=timezone.now())


def default_end() -> date:
    return timezone.localdate() + timedelta(days=DAYS)
