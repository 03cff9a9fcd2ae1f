"""Finding who offers what she needs, nearest and emptiest first; desks and others together."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from kamkor.access.actor import Actor
from kamkor.directory.models import Offer, OfferQuerySet
from kamkor.directory.places import chain, oblast

ROOM_ORDER = {Offer.Room.CAN_TAKE: 0, Offer.Room.ASK: 1, Offer.Room.FULL: 2}
HERE, SERVED, NEARBY, EVERYWHERE = range(4)


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is left empty does not matter."""

    service: str = ""
    place: str = ""
    language: str = ""
    sex: str = ""
    age: str = ""  # adult, child or doubt: in doubt somebody is a child
    free: bool = False  # leave out those that are full


def find(actor: Actor, wanted: Wanted) -> list[Offer]:
    """The offers that fit, nearest and emptiest first."""
    return among(Offer.objects.visible_to(actor).select_related("desk__holder"), wanted)


def find_for_anybody(wanted: Wanted) -> list[Offer]:
    """The same for the public door, without shelters: a place there is found by telephone."""
    return among(Offer.objects.for_anybody(), wanted)


def among(offers: OfferQuerySet, wanted: Wanted) -> list[Offer]:
    rows = offers.select_related("desk__organisation", "outside")
    if wanted.service:
        rows = rows.filter(service=wanted.service)
    if wanted.age:
        rows = rows.filter(Q(adults=True) if wanted.age == "adult" else Q(children=True))
    return ordered((offer for offer in rows if fits(offer, wanted)), wanted.place)


def fits(offer: Offer, wanted: Wanted) -> bool:
    """What no database of ours can ask of a list in a column."""
    if wanted.language and wanted.language not in offer.languages:
        return False
    if wanted.sex in {"female", "male"} and offer.sexes and wanted.sex not in offer.sexes:
        return False
    if wanted.free and offer.room_now == Offer.Room.FULL:
        return False
    return not wanted.place or nearness(offer, wanted.place) is not None


def nearness(offer: Offer, place: str) -> int | None:
    """How near an offer is to a place; None for one that is neither near nor serves it. Of a shelter no more
    counts than is shown, else the order of what is found would tell where it lies."""
    if offer.shown_place == place:
        return HERE
    if set(offer.area) & set(chain(place)):
        return SERVED
    if offer.shown_place and oblast(offer.shown_place) == oblast(place):
        return NEARBY
    return EVERYWHERE if not offer.area else None


def ordered(offers: Iterable[Offer], place: str) -> list[Offer]:
    return sorted(offers, key=lambda offer: rank(offer, place))


def rank(offer: Offer, place: str) -> tuple[int, int, str, int]:
    """Where an offer stands among others: no two stand at the same."""
    near = nearness(offer, place) if place else None
    return near or 0, ROOM_ORDER[Offer.Room(offer.room_now)], offer.service, offer.pk
