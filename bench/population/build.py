"""Fills the database of a stage: `measure(persons)` is run once, by `bench.stage`."""

import json
import random
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connections, transaction

from bench.population.cases import Files
from bench.population.people import person
from bench.population.sealing import Cheap, Real, Sealer
from bench.population.staff import Office, offices, sign_in_here
from bench.population.tables import Loader, admin
from bench.stage import READY
from kamkor.base import codelists, wall
from kamkor.base.models import AuditEvent

AT_ONCE = 2000  # persons that are sealed and written together
WITH_CASE = 0.25
CONTACTS = 0.3  # for each person


def measure(persons: int) -> None:
    """One hundred thousand people take a minute or two, a million about ten times that."""
    begun, rng, loader = time.monotonic(), random.Random(5202), Loader()
    with wall.acting(None, scope="all"):
        codelists.load()
    unbind()
    with wall.acting(None, scope="all"), transaction.atomic():
        found = offices(loader, persons, rng)
        known = sign_in_here(found[0])
    took = [fill(loader, office, found, rng) for office in found]
    loader.hand_over()
    settle()
    known |= {
        "persons": persons,
        "counts": loader.counts,
        "seconds": round(time.monotonic() - begun),
        "largest": found[0].persons,
        "largest_seconds": round(took[0]),
    }
    (settings.HOME / READY).write_text(json.dumps(known, indent=1))


@dataclass(frozen=True)
class Hands:
    """How the texts of one desk are sealed: of those with a case, and of the others."""

    with_case: Sealer
    others: Sealer


def fill(loader: Loader, office: Office, found: list[Office], rng: random.Random) -> float:
    """One desk's files; gives the seconds that the vault took."""
    left, seconds = office.persons, 0.0
    others = [other for other in found if other is not office]
    hands: Hands | None = None
    while left:
        with wall.acting(None, scope="all"), transaction.atomic(), transaction.atomic(using="keys"):
            hands = hands or hands_of(loader, office, rng, real=office is found[0])
            number = min(left, AT_ONCE)
            begun = time.monotonic()
            some(loader, office, others, hands, rng=rng, number=number)
            hands.with_case.save()
            seconds += time.monotonic() - begun
            loader.flush()
        left -= number
    return seconds


def hands_of(loader: Loader, office: Office, rng: random.Random, *, real: bool) -> Hands:
    cheap = Cheap(loader, office.pair, rng)
    return Hands(Real(office.keyring, office.desk.holder, office.staff[-1]) if real else cheap, cheap)


def some(
    loader: Loader, office: Office, others: list[Office], hands: Hands, *, rng: random.Random, number: int
) -> None:
    """Persons, their cases, and the calls of the same days."""
    served = Files(loader, office, hands.with_case, others, rng=rng)
    log = loader[AuditEvent]
    for _ in range(number):
        with_case = rng.random() < WITH_CASE
        being = person(loader, office, hands.with_case if with_case else hands.others, rng)
        subject = f"people.person:{being.pk}"
        log.add(desk_id=office.desk.pk, role="worker", verb="person.create", subject=subject)
        if with_case:
            served.open(being)
        if rng.random() < CONTACTS:
            served.contact(hands.others)


def unbind() -> None:
    """References are right by the way they are made, and are not checked row by row."""
    for alias in connections:
        if connections[alias].vendor == "sqlite":
            with connections[alias].cursor() as cursor:
                cursor.execute("PRAGMA foreign_keys=OFF")


def settle() -> None:
    """What a server does by itself in a quiet hour."""
    for alias in connections:
        if connections[alias].vendor == "postgresql":
            with admin(alias) as connection:
                connection.execute("VACUUM (ANALYZE)")
