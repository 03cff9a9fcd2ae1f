"""Interpreters: asked by code, bound by an oath at each talk, sent away when they know anybody concerned."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Membership
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.base.public import fresh_code
from kamkor.identification.models import InterpretedTalk
from kamkor.people.models import Exclusion, Person

State = InterpretedTalk.State
ENDED = (State.STEPPED_BACK, State.CANCELLED)


@action("interpreting.ask")
def ask(actor: Actor, person: Person, *, interpreters: Desk, language: str, at: datetime) -> InterpretedTalk:
    """Ask a desk for an interpreter; it learns the language, the hour and a code of the talk alone."""
    if Exclusion.bars_desk(person, interpreters):
        raise Problem(_("This desk must not receive this file"), _("Choose another desk."))
    if not Membership.objects.current().filter(desk=interpreters, role="interpreter").exists():
        raise Problem(_("This desk has no interpreter"), _("Choose another desk."))
    return InterpretedTalk.objects.create(
        desk_id=person.desk_id,
        person=person,
        code=fresh_code(),
        interpreters=interpreters,
        language=language,
        at=at,
        asked_by=actor.signed_in,
    )


@action("interpreting.cancel")
def cancel(actor: Actor, talk: InterpretedTalk) -> None:
    if talk.state not in (State.ASKED, State.TAKEN):
        raise WrongState
    talk.state = State.CANCELLED
    talk.save(update_fields=["state"])


@action("interpreting.take")
def take(actor: Actor, talk: InterpretedTalk) -> None:
    """One interpreter comes; colleagues no longer see the talk."""
    if talk.state != State.ASKED:
        raise WrongState
    talk.state, talk.taken_by = State.TAKEN, actor.signed_in
    talk.save(update_fields=["state", "taken_by"])


@action("interpreting.begin")
def begin(actor: Actor, talk: InterpretedTalk, *, sworn: bool, knows: bool) -> None:
    """Before the first word is translated: the oath, and whether anybody concerned is known. Whoever knows
    somebody steps back, and the talk is asked for anew."""
    if talk.state != State.TAKEN or talk.taken_by_id != actor.user_id:
        raise WrongState
    if not (sworn or knows):
        raise Problem(_("No talk without the promise"), _("Read it and agree to it, or step back."))
    talk.state = State.STEPPED_BACK if knows else State.BEGUN
    talk.oath_at = None if knows else timezone.now()
    talk.save(update_fields=["state", "oath_at"])
