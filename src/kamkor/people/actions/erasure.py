"""Her wish to be forgotten, taken by one colleague and carried out by another; and what holds it up."""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access import approvals
from kamkor.access.actor import Actor
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.people import erasure as erasing
from kamkor.people.keeping import Erasure, Hold
from kamkor.people.models import Person
from kamkor.people.turning import forget_the_gone

CARRY_OUT = "erasure.carry_out"


class Held(Problem):
    title = _("A legal hold stops this")
    mend = _("Tell her so. It can be done when the hold has ended.")


def holds(person: Person) -> list[Hold]:
    """What keeps this person's file for now, whichever of her files it was set on."""
    return list(Hold.objects.in_force().filter(person__in=person.all_ids()))


@action("erasure.ask")
def ask(
    actor: Actor, person: Person, *, language: str, told_of_hold: bool = False, words: str = ""
) -> Erasure:
    """Take her wish. Where a hold stands in the way she has to be told, and the wish waits."""
    held = bool(holds(person))
    if held and not told_of_hold:
        raise Held
    reason = actor.keyring.write(person.file, "wish", words, by=actor.user_id) if words else None
    return Erasure.objects.create(
        desk_id=person.desk_id,
        person=person,
        approval=approvals.ask(actor, CARRY_OUT, person, reason=reason),
        language=language,
        due_on=timezone.localdate() + timedelta(days=settings.ERASURE_DAYS),
        told_of_hold_at=timezone.now() if held else None,
    )


@action("erasure.withdraw")
def withdraw(actor: Actor, erasure: Erasure) -> None:
    """She has thought better of it."""
    must_be_open(erasure)
    approvals.close(erasure.approval)
    _end(erasure)


@action("erasure.refuse")
def refuse(actor: Actor, erasure: Erasure, *, why: str) -> None:
    """The second person finds that it cannot be done, such as that it was not her own wish."""
    must_be_open(erasure)
    approvals.decide(actor, erasure.approval, agreed=False)
    erasure.refused = why
    _end(erasure)


@action(CARRY_OUT)
def carry_out(actor: Actor, erasure: Erasure) -> None:
    """The second person agrees, and she is erased at once. It cannot be undone by anybody."""
    must_be_open(erasure)
    person = erasure.person
    if holds(person):
        raise Held
    approvals.decide(actor, erasure.approval, agreed=True)
    approvals.use(actor, CARRY_OUT, person)
    erasing.erase(person)
    forget_the_gone(actor)
    Erasure._base_manager.filter(pk=erasure.pk).update(done_at=timezone.now())


@action("hold.set")
def hold(actor: Actor, person: Person, *, ground: str, ends_on: date | None = None, paper: str = "") -> Hold:
    """Keep the file whatever its age and her wish; the paper that asks for it is sealed."""
    item = actor.keyring.write(person.file, "hold", paper, by=actor.user_id) if paper else None
    return Hold.objects.create(
        desk_id=person.desk_id,
        person=person,
        ground=ground,
        ends_on=ends_on,
        paper=item,
        set_by=actor.signed_in,
    )


@action("hold.lift")
def lift(actor: Actor, hold: Hold) -> None:
    if hold.lifted_at is not None:
        raise WrongState
    hold.lifted_at = timezone.now()
    hold.save(update_fields=["lifted_at"])


def must_be_open(erasure: Erasure) -> None:
    if not erasure.is_open:
        raise WrongState


def _end(erasure: Erasure) -> None:
    erasure.ended_at = timezone.now()
    erasure.save(update_fields=["ended_at", "refused"])
