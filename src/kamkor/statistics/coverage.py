"""Which service has a provider where, and for whom; and where nobody can be reached."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kamkor.access.actor import Actor
from kamkor.base import codelists
from kamkor.directory.models import Offer
from kamkor.directory.places import oblast
from kamkor.directory.search import nearness

GROUPS: dict[str, Callable[[Offer], bool]] = {
    "women": lambda offer: offer.adults and (not offer.sexes or "female" in offer.sexes),
    "men": lambda offer: offer.adults and (not offer.sexes or "male" in offer.sexes),
    "children": lambda offer: offer.children,
}


@dataclass(frozen=True)
class Reach:
    """One service: how many providers there are in each oblast and for the whole country."""

    service: str
    oblasts: dict[str, int]
    everywhere: int
    unreached: list[str]  # rayons and cities from which no provider can be reached


def coverage(actor: Actor, group: str) -> list[Reach]:
    """Every service in the order of the list, for women, men or children."""
    return reaches(Offer.objects.visible_to(actor), group)


def reaches(given: Iterable[Offer], group: str) -> list[Reach]:
    """What is offered, by service."""
    offers: dict[str, list[Offer]] = {}
    for offer in given:
        if GROUPS[group](offer):
            offers.setdefault(offer.service, []).append(offer)
    places = rayons()
    return [_reach(service, offers.get(service, []), places) for service in codelists.entries("service_type")]


def oblasts() -> list[str]:
    """The places of the first level."""
    return [code for code, entry in codelists.entries("place").items() if not entry.parent]


def whole_oblasts(places: list[str]) -> list[str]:
    """The same places, where all of an oblast are among them by its own name: the oblasts first."""
    within: dict[str, set[str]] = {}
    for place in rayons():
        within.setdefault(oblast(place), set()).add(place)
    whole = [code for code in oblasts() if within[code] <= set(places)]
    return whole + [place for place in places if oblast(place) not in whole]


def rayons() -> list[str]:
    """The places of the second level, and the cities that are of the first and have no second."""
    places = codelists.entries("place")
    parents = {entry.parent for entry in places.values()}
    whole = [code for code in oblasts() if code not in parents]
    return [code for code, entry in places.items() if entry.parent in oblasts()] + whole


def _reach(service: str, offers: list[Offer], rayons: list[str]) -> Reach:
    found = {place: sum(place in _served(offer) for offer in offers) for place in oblasts()}
    unreached = [place for place in rayons if all(nearness(offer, place) is None for offer in offers)]
    return Reach(service, found, sum(not offer.area for offer in offers), unreached)


def _served(offer: Offer) -> set[str]:
    """The oblasts that an offer is in or serves: of a shelter no more than that is ever shown."""
    return {oblast(place) for place in (offer.place, *offer.area) if place}
