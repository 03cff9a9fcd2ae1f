"""Unusual look-ups, counted from the access log by `kamkor tick`: many people or searches in an hour, people
from places that are not served, and looking outside the hours of the roster.

An alert says who, when, how many and of which kind, and never about whom. It goes to the head of the desk and
not to the colleague; a head's own go to the head of another desk of the organisation or to the administrator.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from kamkor.access.duty import WEEK, Alert, Region, Shift, monday
from kamkor.access.models import Desk, Membership
from kamkor.assistance.models import Event
from kamkor.base import wall
from kamkor.base.models import AuditEvent
from kamkor.base.pages import OPENED
from kamkor.directory.places import chain
from kamkor.people.models import Person

LOOK_BACK = timedelta(hours=24)
HOUR = timedelta(hours=1)
# Pages that change nothing; that of a change counts by its reason, whatever the verb (base/pages.py).
READS = (
    *("person.read", "person.print", "person.who_looked", "particular.show"),
    *("case.list", "case.read", "case.print", "case.forms", "submission.read"),
    *("note.edit", "document.read", "demand.read", "event.read", "referral.read", "match.read", "claim.read"),
)
SEARCH, FOUND = "person.search", "found_"
HEAD, ADMINISTRATOR = "supervisor", "administrator"


@dataclass(frozen=True)
class Look:
    """One event of the log that counts: when, by whom, at which desk, about whom (0: a search)."""

    at: datetime
    user: int
    desk: int
    person: int


@dataclass(frozen=True)
class Burst:
    """So many in so short a time."""

    since: datetime
    until: datetime
    times: int


class Known:
    """What looks are judged by: the rosters, the places served, and where people are from."""

    def __init__(self, looks: list[Look], since: datetime, now: datetime) -> None:
        shifts = Shift.objects.between(monday(since) - WEEK, monday(now) + 2 * WEEK)
        self.shifts: defaultdict[tuple[int, int], list[Shift]] = defaultdict(list)
        self.weeks: set[tuple[int, datetime]] = set()
        for shift in shifts:
            self.shifts[shift.desk_id, shift.user_id].append(shift)
            self.weeks.add((shift.desk_id, monday(shift.begins_at)))
        self.served: defaultdict[tuple[int, int | None], set[str]] = defaultdict(set)
        for desk, user, place in Region.objects.values_list("desk", "user", "place"):
            self.served[desk, user].add(place)
        asked = {look.person for look in looks} if self.served else set()
        self.homes = dict(Person.objects.filter(pk__in=asked).values_list("pk", "home_place"))

    def off_hours(self, look: Look) -> bool:
        """Only where the desk has a roster for that week."""
        if (look.desk, monday(look.at)) not in self.weeks:
            return False
        return not any(shift.covers(look.at) for shift in self.shifts[look.desk, look.user])

    def elsewhere(self, look: Look) -> bool:
        """Only where places are named, and for people of whom it is known where they are from."""
        places = self.served.get((look.desk, look.user)) or self.served.get((look.desk, None), set())
        home = self.homes.get(look.person, "")
        return bool(places and home) and not places & set(chain(home))


def watch(now: datetime | None = None) -> int:
    """Raise what has not been raised yet, at every desk; gives how many alerts are new."""
    moment = now or timezone.now()
    with wall.acting(None, scope="all"):
        looks = read_log(moment - LOOK_BACK, moment)
        known = Known(looks, moment - LOOK_BACK, moment)
        by_user: defaultdict[tuple[int, int], list[Look]] = defaultdict(list)
        for look in looks:
            by_user[look.user, look.desk].append(look)
        desks = Desk.objects.in_bulk({desk for _user, desk in by_user})
        return sum(
            _raise(kind, user, desks[desk], [look for look in own if counts(look)], most=most)
            for (user, desk), own in by_user.items()
            for kind, counts, most in kinds(known)
        )


def kinds(known: Known) -> list[tuple[str, Callable[[Look], bool], int]]:
    """Each kind: what of the log counts, and more than how many in an hour are unusual."""
    return [
        ("many_people", lambda look: bool(look.person), settings.UNUSUAL_PEOPLE),
        ("many_searches", lambda look: not look.person, settings.UNUSUAL_SEARCHES),
        ("foreign_region", known.elsewhere, settings.UNUSUAL_ELSEWHERE),
        ("off_hours", known.off_hours, settings.UNUSUAL_OFF_HOURS),
    ]


def read_log(since: datetime, until: datetime) -> list[Look]:
    """In the order in which it happened. By desks, as the log is indexed."""
    desks = list(Desk.objects.values_list("pk", flat=True))
    rows = AuditEvent.objects.filter(desk_id__in=desks, at__gt=since, at__lte=until, outcome="done")
    counts = Q(verb__in=(*READS, SEARCH)) | Q(reason=OPENED)
    rows = rows.filter(counts, actor_id__isnull=False).order_by("at", "pk")
    found = list(rows.values_list("at", "actor_id", "desk_id", "verb", "subject", "reason"))
    behind = persons_behind({subject for *_rest, subject, _reason in found})
    return [
        Look(at, user or 0, desk or 0, person)
        for at, user, desk, verb, subject, reason in found
        for person in (_searches(reason) if verb == SEARCH else sorted(behind[subject]))
    ]


def _searches(reason: str) -> list[int]:
    return [0] if reason.startswith(FOUND) else []


def persons_behind(subjects: Iterable[str]) -> defaultdict[str, set[int]]:
    """The persons that each subject of the log leads to by its foreign keys; all of an event."""
    keys: defaultdict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        label, _, pk = subject.partition(":")
        if pk.isdecimal():
            keys[label].add(int(pk))
    found: defaultdict[str, set[int]] = defaultdict(set)
    for label, pks in keys.items():
        for path in ways_to_person(apps.get_model(label)):
            rows = apps.get_model(label)._base_manager.filter(pk__in=pks).values_list("pk", path)
            for key, person in rows if path != "pk" else zip(pks, pks, strict=True):
                found[f"{label}:{key}"] |= {person} - {None}
    return found


def ways_to_person(model: type[models.Model], steps: int = 3) -> list[str]:
    """Its foreign keys to a person; where it has none, those of what it points to."""
    if model is Person:
        return ["pk"]
    if model is Event:
        return ["cases__person"]
    fields = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    own = [field.name for field in fields if field.related_model is Person]
    if own or not steps:
        return own
    return [f"{field.name}__{way}" for field in fields for way in _from(field, steps - 1)]


def _from(field: "models.ForeignKey[Any, Any]", steps: int) -> list[str]:
    return ways_to_person(field.remote_field.model, steps)


def first_burst(looks: list[Look], most: int) -> Burst | None:
    """The first hour in which more than `most` different people were looked at, or so many searches made,
    with what followed within the next."""
    start = 0
    for end, look in enumerate(looks):
        while look.at - looks[start].at > HOUR:
            start += 1
        if different(looks[start : end + 1]) > most:
            held = [one for one in looks[start:] if one.at - look.at <= HOUR]
            return Burst(held[0].at, held[-1].at, different(held))
    return None


def different(looks: list[Look]) -> int:
    people = {look.person for look in looks}
    return len(looks) if people == {0} else len(people)


def _raise(kind: str, user: int, about: Desk, looks: list[Look], *, most: int) -> int:
    """Say it once; what goes on within the hour is added to an alert that nobody has closed yet."""
    said = Alert.objects.filter(kind=kind, user=user, about=about).order_by("-until").first()
    fresh = [look for look in looks if said is None or look.at > said.until]
    if not fresh:
        return 0
    if said is not None and said.closed_at is None and fresh[0].at - said.until <= HOUR:
        said.times, said.until = said.times + different(fresh), fresh[-1].at
        said.save(update_fields=["times", "until"])
        return 0
    burst = first_burst(fresh, most)
    if burst is None:
        return 0
    desk, role = told(about, user)
    whose = {"desk": desk, "told": role, "about": about, "user_id": user, "kind": kind}
    Alert.objects.create(**whose, times=burst.times, since=burst.since, until=burst.until)
    return 1


def told(about: Desk, user: int) -> tuple[Desk, str]:
    """Which desk hears of it, in which role: never the colleague in person."""
    here = [(row.desk, row.role) for row in _others(user).filter(desk=about)]
    beside = _others(user).filter(desk__organisation=about.organisation_id, role=HEAD).exclude(desk=about)
    elsewhere = [(row.desk, row.role) for row in beside]
    heads = [pair for pair in here if pair[1] == HEAD]
    administrators = [pair for pair in here if pair[1] == ADMINISTRATOR]
    is_head = Membership.objects.current().filter(desk=about, user=user, role=HEAD).exists()
    order = [*elsewhere, *administrators, *heads] if is_head else [*heads, *elsewhere, *administrators]
    return order[0] if order else (about, ADMINISTRATOR)


def _others(user: int) -> QuerySet[Membership]:
    rows = Membership.objects.current().filter(role__in=(HEAD, ADMINISTRATOR)).exclude(user=user)
    return rows.select_related("desk").order_by("desk", "since", "pk")
