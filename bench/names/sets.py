"""The two sets of people and queries, tuning and held back, the same for the same seed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bench.names.people import Person, Population
from bench.names.respell import HELD_BACK, TUNING, Query, query
from bench.names.stock import SHORT

STRANGERS = 0.1  # queries for people who are not in the file


@dataclass(frozen=True)
class Set:
    """People in a file, queries for some of them, and queries for people who are not there."""

    people: list[Person]
    queries: list[Query]
    strangers: list[Query]

    def right(self, asked: Query, number: int) -> bool:
        """Whether this person is found by name: she has every name that the query holds, however spelt, or
        the file writes her with the very names of the one who was meant. Her id need not be the same. An
        initial, or a short form, asks for no more than it says."""
        meant, found = asked.person, self.people[number]
        own = found.roots(found.shown)
        if asked.done[0] == "initials":
            return found.given[0] == meant.given[0] and meant.surname_root in own
        if asked.done[0] == "short":
            return _share_a_short_form(found, meant) and meant.surname_root in own
        if found.given_name() != meant.given_name():
            return False
        return meant.roots(asked.shown) <= own or meant.roots(meant.shown) == own


def _share_a_short_form(one: Person, other: Person) -> bool:
    return any({one.given, other.given} <= set(full.split()) for full in SHORT.values())


def make(size: int, asked: int, *, held_back: bool) -> Set:
    rng = Random(20261122 if held_back else 41)
    population = Population(rng, held_back=held_back)
    mix = HELD_BACK if held_back else TUNING
    people = [population.person(number) for number in range(size)]
    queries = [query(person, mix, rng) for person in rng.sample(people, min(asked, size))]
    names = defaultdict(list)
    for person in people:
        names[person.given_name()].append(person.roots(person.shown))
    strangers: list[Query] = []
    while len(strangers) < STRANGERS * asked:
        stranger = query(population.person(size + len(strangers)), mix, rng)
        if not _known(stranger, names[stranger.person.given_name()]):
            strangers.append(stranger)
    return Set(people, queries, strangers)


def _known(stranger: Query, names: Sequence[frozenset[str]]) -> bool:
    return any(stranger.person.roots(stranger.shown) <= own for own in names)
