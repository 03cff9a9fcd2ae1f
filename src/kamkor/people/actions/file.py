"""What is written in a person's file: sealed particulars and open facts."""

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.base.actions import action
from kamkor.base.problems import AlreadyChanged, WrongState
from kamkor.people import facts, files
from kamkor.people.models import Particular, Person


@action("particular.add")
def add(actor: Actor, person: Person, *, kind: str, text: str) -> Particular:
    return files.add_particular(actor, person, kind, text)


@action("particular.correct")
def correct(actor: Actor, particular: Particular, *, text: str, version: int) -> None:
    """Write it anew; what it said is kept. Raises ChangedMeanwhile when `version` is not the last."""
    must_stand(particular)
    actor.keyring.rewrite(particular.item, text, by=actor.user_id, expected=version)
    if particular.kind in files.FOUND_BY:
        files.index(actor, particular.person)


@action("particular.end")
def end(actor: Actor, particular: Particular) -> None:
    """It is no longer so; she is no longer found by it."""
    must_stand(particular)
    particular.ended_at = timezone.now()
    particular.save(update_fields=["ended_at"])
    if particular.kind in files.FOUND_BY:
        files.index(actor, particular.person)


@action("particular.show")
def show(actor: Actor, particular: Particular) -> str:
    """What is masked on the page; each showing is an event of its own."""
    return actor.keyring.read(particular.item)


@action("person.edit")
def edit(actor: Actor, person: Person, /, *, seen: str, **given: object) -> None:
    """Change open facts; `seen` is the version of the facts that the writer saw."""
    theirs, changed = facts.as_text(person), seen != person.version
    for name in Person.FACTS:
        setattr(person, name, given.get(name, getattr(person, name)))
    if changed:
        raise AlreadyChanged(mine=facts.as_text(person), theirs=theirs)
    person.save(update_fields=list(Person.FACTS))


@action("person.print")
def put_on_paper(actor: Actor, person: Person) -> None:
    """Changes nothing: what leaves on paper is in the access log."""


def must_stand(particular: Particular) -> None:
    if particular.ended_at is not None:
        raise WrongState
