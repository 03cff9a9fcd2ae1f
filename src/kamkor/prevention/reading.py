"""What is read in adverts of a desk: with the live register, and with what the desk has seen before."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Count

from kamkor.access.actor import Actor
from kamkor.methods.adverts import pay
from kamkor.methods.adverts.clusters import clusters
from kamkor.methods.adverts.ranker import ranker
from kamkor.methods.adverts.scoring import REPEATED, UNLISTED, Flag, Reading, Scorer
from kamkor.methods.plain_markup import TURNS
from kamkor.prevention import register
from kamkor.prevention.models import Advert, AdvertContact, Recruiter
from kamkor.prevention.register import Standings

RECENT = 1_500  # adverts with which new ones are compared
ENOUGH = 2  # flagged adverts that a contact has to stand in to be remembered
SHOWN = 10_000  # letters of an advert on its page
STEPS, NETWORK = 4, 300  # how far and how many adverts a network of contacts is followed


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def read_all(actor: Actor, given: Sequence[tuple[str, date]]) -> list[Reading]:
    """Adverts in their order, remembering contacts that the desk has met in flagged ones."""
    scorer = Scorer(register.live())
    alone = [scorer.read_alone(text, day) for text, day in given]
    reached = {contact for reading in alone for contact in reading.reached}
    for contact, times in _met(actor, reached):
        for _time in range(min(times, ENOUGH)):
            scorer.remember({contact}, notable=True)
    return [scorer.recall(reading) for reading in alone]


def urgency(text: str, said: Reading) -> float:
    """The place in the queue: by the learned ranker, which orders better than the rules alone (its card says
    by how much). The signs that are shown come from the rules."""
    return ranker().score(text[:SHOWN], said)


def _met(actor: Actor, contacts: set[str]) -> Iterator[tuple[str, int]]:
    rows = AdvertContact.objects.visible_to(actor).filter(notable=True)
    asked = sorted(contacts)
    for start in range(0, len(asked), 500):
        part = rows.filter(value__in=asked[start : start + 500])
        yield from part.values_list("value").annotate(times=Count("pk"))


def first_of_kind(actor: Actor, texts: Sequence[str]) -> list[int | None]:
    """For each new text the advert that is like it: the key of one that is here (not negative), or minus one
    less the place of an earlier new one; None where it is the first of its kind."""
    recent = list(
        Advert.objects.visible_to(actor).order_by("-pk")[:RECENT].values_list("pk", "like_id", "text")
    )
    recent.reverse()
    roots = clusters([*(text for _pk, _like, text in recent), *texts])
    found: list[int | None] = []
    for place in range(len(texts)):
        root = roots[len(recent) + place]
        if root < len(recent):
            pk, like, _text = recent[root]
            found.append(like or pk)
        else:
            first = root - len(recent)
            found.append(None if first == place else -1 - first)
    return found


@dataclass(frozen=True)
class Piece:
    """Some words of an advert, and the families of the signs that they carry."""

    text: str
    codes: tuple[int, ...]


def pieces(text: str, flags: Iterable[Flag]) -> list[Piece]:
    """The text in pieces, as the signs begin and end in it."""
    text = text[:SHOWN]
    spans = [(flag.start, min(flag.end, len(text)), flag.code) for flag in flags if flag.end > flag.start]
    cuts = sorted({0, len(text), *(start for start, _end, _code in spans), *(end for _s, end, _c in spans)})
    cuts = [cut for cut in cuts if cut <= len(text)]
    found = []
    for start, end in pairwise(cuts):
        codes = {code for begin, stop, code in spans if begin <= start and end <= stop}
        found.append(Piece(text[start:end].translate(TURNS), tuple(sorted(codes))))
    return found


@dataclass(frozen=True)
class Named:
    """A firm that the advert names, and what the register says of it on the day of the advert."""

    words: str
    firm: Recruiter | None
    permits: list[Standings]


@dataclass(frozen=True)
class Now:
    """An advert read again, by the register as it stands now."""

    reading: Reading
    flags: list[Flag]
    named: list[Named]
    pay: list[tuple[str, int]]  # the words of a promise, and about how many dollars a month it is


def read_now(advert: Advert) -> Now:
    """The signs with their words; of what was remembered, what it was when the advert came."""
    reading = Scorer(register.live()).read_alone(advert.text, advert.day)
    kept = [Flag(code, start, end, "") for code, start, end in advert.flags if code == REPEATED]
    flags = [*reading.flags, *(flag for flag in kept if flag not in reading.flags)]
    unlisted = [advert.text[flag.start : flag.end] for flag in flags if flag.code == UNLISTED]
    named = [_named(words, advert.day) for words in dict.fromkeys(unlisted)]
    return Now(reading, flags, named, list(dict.fromkeys(_promised(advert.text))))


def _promised(text: str) -> Iterator[tuple[str, int]]:
    for one in pay.promises(text[:SHOWN]):
        yield text[one.start : one.end].strip(), round(one.monthly)


def network(actor: Actor, advert: Advert) -> set[int]:
    """The adverts that hang together with this one by contacts, also through others, a few steps far."""
    contacts = AdvertContact.objects.visible_to(actor)
    known = {advert.pk}
    values = set(contacts.filter(advert=advert).values_list("value", flat=True))
    for _step in range(STEPS):
        found = contacts.filter(value__in=values).exclude(advert__in=known)
        more = set(found.values_list("advert", flat=True)[:NETWORK])
        if not more:
            break
        known |= more
        values |= set(contacts.filter(advert__in=more).values_list("value", flat=True)[:NETWORK])
    return known - {advert.pk}


def _named(words: str, day: date) -> Named:
    likely = register.likely(words, Recruiter._base_manager.order_by("pk"), top=1)
    if not likely:
        return Named(words, None, [])
    permits = likely[0].permits.prefetch_related(register.events_first())
    return Named(words, likely[0], register.standings(permits, day))
