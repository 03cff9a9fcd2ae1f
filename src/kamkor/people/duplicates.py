"""Who may be here already under another file: the reasons for it, never a decision."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.methods.names import fold
from kamkor.methods.telephones import numbers_in
from kamkor.people.files import NAMES, NUMBERS, read_particulars
from kamkor.people.models import DuplicateScan, Person, SamePair
from kamkor.vault import matching

CUT = 0.8  # below this two names are not like enough, whatever else fits
ALONE = 0.93  # from here a name of two words or more is reason enough
YEARS = 1  # a year of birth is often a year off
AT_ONCE = 200  # files compared before the clock is looked at
SECONDS = 1.0
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Told:
    """What is known of somebody who may be here already."""

    names: tuple[str, ...]
    sex: str = ""
    birth_year: int | None = None
    numbers: tuple[str, ...] = ()  # in their one form


@dataclass(frozen=True)
class Likeness:
    """The file that somebody is like, and why, as codes."""

    person: int
    reasons: tuple[str, ...]
    score: float


def likely(actor: Actor, desk: Desk, told: Mapping[Key, Told]) -> dict[Key, list[Likeness]]:
    """The files of this desk that each is like, most like first. Files kept from the actor are not among
    them; the queries are the same however many are asked for."""
    scores = _scores(actor, desk, told)
    same_number = matching.by_number(
        actor.keyring, desk.holder, {key: who.numbers for key, who in told.items() if who.numbers}
    )
    ids = {pk for found in scores.values() for pk in found} | set().union(*same_number.values())
    people = Person.objects.visible_to(actor).standing().in_bulk(ids)
    found: dict[Key, list[Likeness]] = {}
    for key, who in told.items():
        numbers = same_number.get(key, set())
        near = dict.fromkeys(numbers, 0.0) | scores.get(key, {})
        compared = (
            _compare(who, people[pk], score, same_number=pk in numbers)
            for pk, score in near.items()
            if pk in people
        )
        found[key] = sorted((one for one in compared if one), key=lambda one: -one.score)
    return found


def _scores(actor: Actor, desk: Desk, told: Mapping[Key, Told]) -> dict[Key, dict[int, float]]:
    """How like the best of the names is, by person."""
    queries = {(key, name): name for key, who in told.items() for name in who.names if name}
    scores: dict[Key, dict[int, float]] = {}
    for (key, _name), found in matching.by_name(actor.keyring, desk.holder, queries, cut=CUT).items():
        best = scores.setdefault(key, {})
        for person, score in found.items():
            best[person] = max(score, best.get(person, 0.0))
    return scores


def _compare(who: Told, person: Person, score: float, *, same_number: bool) -> Likeness | None:
    """None when something speaks against it, or too little for it."""
    if {who.sex, person.sex} == {"female", "male"}:
        return None
    reasons = ["name_same" if score > 0.995 else "name_alike"] if score else []
    if who.birth_year and person.birth_year:
        apart = abs(who.birth_year - person.birth_year)
        if apart > YEARS:
            return None
        reasons.append("year_near" if apart else "year_same")
    if same_number:
        reasons.append("phone_same")
    whole = score >= ALONE and any(len(fold(name).split()) > 1 for name in who.names)
    if not (whole or (score and "year_same" in reasons) or same_number):
        return None
    return Likeness(person.pk, tuple(reasons), score + len(reasons))


def begin(actor: Actor, desk: Desk) -> DuplicateScan:
    """Compare every file of the desk with every other, as far as the actor may see them."""
    last = Person.objects.visible_to(actor).order_by("-pk").values_list("pk", flat=True).first()
    return DuplicateScan.objects.create(desk=desk, by=actor.signed_in, last=last or 0)


def go_on(actor: Actor, scan: DuplicateScan) -> None:
    """About a second of work; the files up to `position` have been compared."""
    until = monotonic() + SECONDS
    while scan.ended_at is None:
        rows = Person.objects.visible_to(actor).standing().filter(pk__gt=scan.position, pk__lte=scan.last)
        people = list(rows.order_by("pk")[:AT_ONCE])
        if people:
            scan.found += _propose(actor, scan.desk, people)
            scan.position = people[-1].pk
        else:
            scan.ended_at, scan.position = timezone.now(), scan.last
        if monotonic() > until:
            break
    scan.save()


def _propose(actor: Actor, desk: Desk, people: list[Person]) -> int:
    """Keep the new pairs; one that somebody has decided about is not proposed again."""
    known = read_particulars(actor, people)
    told = {person.pk: told_of(person, known.get(person.pk, {})) for person in people}
    pairs = {
        (min(pk, one.person), max(pk, one.person)): one.reasons
        for pk, near in likely(actor, desk, told).items()
        for one in near
        if one.person != pk
    }
    here = Q(one__in=told) | Q(two__in=told)
    held = set(SamePair.objects.filter(here, desk=desk).values_list("one", "two"))
    fresh = [
        SamePair(desk=desk, one_id=one, two_id=two, reasons=list(reasons))
        for (one, two), reasons in pairs.items()
        if (one, two) not in held
    ]
    SamePair.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def told_of(person: Person, particulars: Mapping[str, list[str]]) -> Told:
    """What a file says that tells one person from another."""
    return Told(
        names=tuple(text for kind in NAMES for text in particulars.get(kind, [])),
        sex=person.sex,
        birth_year=person.birth_year,
        numbers=tuple(numbers(text for kind in NUMBERS for text in particulars.get(kind, []))),
    )


def numbers(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(number for text in texts for number in numbers_in(text)))
