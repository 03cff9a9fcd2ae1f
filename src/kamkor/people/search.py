"""Search before create: who of this desk's own people it may be, by a name in any spelling, by a
telephone number or by a code."""

from dataclasses import dataclass

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import record
from kamkor.methods.public_codes import normalise, valid
from kamkor.methods.telephones import as_number
from kamkor.people.files import read_particulars
from kamkor.people.models import Person
from kamkor.people.turning import file_anew, forget_the_gone
from kamkor.vault import names

SHOWN = 10
ASKED = 50  # more than are shown, since some may be hidden from the actor or merged into one


@dataclass(frozen=True)
class Found:
    """One file of this desk, with no more than tells it apart from another."""

    person: Person
    call_name: str
    name: str


def find(actor: Actor, desk: Desk, text: str, *, birth_year: int | None = None) -> list[Found]:
    """The best ten, best first. Persons kept from the actor are not among them; the log gets the count."""
    forget_the_gone(actor)
    file_anew(actor)
    people = _standing(actor, _ids(actor, desk, text))
    if birth_year is not None:
        people = [person for person in people if person.birth_year in {None, birth_year}]
    people = people[:SHOWN]
    known = read_particulars(actor, people)
    record(actor, "person.search", desk, reason=f"found_{len(people)}")
    return [
        Found(person, _last(known.get(person.pk, {}), "call_name"), _last(known.get(person.pk, {}), "name"))
        for person in people
    ]


def _ids(actor: Actor, desk: Desk, text: str) -> list[int]:
    if valid(text):
        return list(
            Person.objects.visible_to(actor).filter(code=normalise(text)).values_list("pk", flat=True)
        )
    if number := as_number(text):
        return names.find_number(actor.keyring, desk.holder, number)
    return [match.id for match in names.find(actor.keyring, desk.holder, text, top=ASKED)]


def _standing(actor: Actor, ids: list[int]) -> list[Person]:
    """The standing files of these persons, in the same order; one query more for each step of merging."""
    held = Person.objects.visible_to(actor).in_bulk(ids)
    while (
        unseen := {person.merged_into_id for person in held.values() if person.merged_into_id} - held.keys()
    ):
        fresh = Person.objects.visible_to(actor).in_bulk(unseen)
        if not fresh:
            break
        held |= fresh
    ends = [_end(held, pk) for pk in ids]
    return list({person.pk: person for person in ends if person is not None}.values())


def _end(held: dict[int, Person], pk: int) -> Person | None:
    person = held.get(pk)
    while person is not None and person.merged_into_id is not None:
        person = held.get(person.merged_into_id)
    return person


def _last(particulars: dict[str, list[str]], kind: str) -> str:
    return particulars.get(kind, [""])[-1]
