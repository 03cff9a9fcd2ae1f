"""Who may be here already under another file: the reasons for it, never a decision."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.methods.names import fold
from kamkor.people.models import Particular, Person
from kamkor.vault import names

CUT = 0.8  # below this two names are not like enough, whatever else fits
ALONE = 0.93  # from here a name of two words or more is reason enough
YEARS = 1  # a year of birth is often a year off
DIGITS = 9
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Told:
    """What is known of somebody who may be here already."""

    name: str
    sex: str = ""
    birth_year: int | None = None
    phones: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Likeness:
    """The file that somebody is like, and why, as codes."""

    person: int
    reasons: tuple[str, ...]
    score: float


def likely(actor: Actor, desk: Desk, told: Mapping[Key, Told]) -> dict[Key, list[Likeness]]:
    """The files of this desk that each is like, most like first. Files kept from the actor are not among
    them; the queries are the same however many are asked for."""
    matches = names.find_many(
        actor.keyring, desk.holder, {key: who.name for key, who in told.items() if who.name}, cut=CUT
    )
    people = _standing(actor, {match.id for found in matches.values() for match in found})
    phones = _phones(actor, people.values()) if any(who.phones for who in told.values()) else {}
    found: dict[Key, list[Likeness]] = {}
    for key, near in matches.items():
        who = told[key]
        compared = [
            _compare(who, match.score, people[match.id], phones) for match in near if match.id in people
        ]
        found[key] = sorted((one for one in compared if one), key=lambda one: -one.score)
    return found


def digits(phone: str) -> str:
    """The part of a number that is written the same at home and abroad."""
    return "".join(sign for sign in phone if sign.isdigit())[-DIGITS:]


def _standing(actor: Actor, ids: set[int]) -> dict[int, Person]:
    return Person.objects.visible_to(actor).standing().in_bulk(ids)


def _compare(who: Told, score: float, person: Person, phones: dict[int, set[str]]) -> Likeness | None:
    """None when something speaks against it, or too little for it."""
    reasons = ["name_same" if score > 0.995 else "name_alike"]
    if who.sex and person.sex and {who.sex, person.sex} == {"female", "male"}:
        return None
    known = who.birth_year and person.birth_year
    years = abs((who.birth_year or 0) - (person.birth_year or 0)) if known else None
    if years is not None and years > YEARS:
        return None
    if years is not None:
        reasons.append("year_near" if years else "year_same")
    if {digits(phone) for phone in who.phones} & phones.get(person.pk, set()):
        reasons.append("phone_same")
    enough = score >= ALONE and len(fold(who.name).split()) > 1
    if not (enough or "year_same" in reasons or "phone_same" in reasons):
        return None
    return Likeness(person.pk, tuple(reasons), score + len(reasons))


def _phones(actor: Actor, people: Iterable[Person]) -> dict[int, set[str]]:
    rows = list(
        Particular.objects.visible_to(actor)
        .filter(person__in=list(people), kind="phone", ended_at=None)
        .select_related("item__file")
    )
    texts = actor.keyring.read_many([row.item for row in rows])
    found: dict[int, set[str]] = {}
    for row in rows:
        if len(number := digits(texts.get(row.item_id, ""))) == DIGITS:
            found.setdefault(row.person_id, set()).add(number)
    return found
