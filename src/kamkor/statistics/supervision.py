"""What the head of a desk looks at: what is late and with whom, what stands still, what nobody offers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import User
from kamkor.assistance.models import Case, FollowUp, Need, Note, Referral, ServiceGiven, Task
from kamkor.directory.models import Offer
from kamkor.directory.search import Wanted, fits
from kamkor.identification.models import Contact, Talk
from kamkor.people.exclusions import Try, tries
from kamkor.people.models import Consent, Exclusion

LIMIT = 50
LONG = timedelta(days=30)
LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True)
class Late:
    """What is late with one worker; `user` is None for what is nobody's yet."""

    user: User | None
    tasks: int
    follow_ups: int
    referrals: int


@dataclass(frozen=True)
class Unserved:
    """A service that is needed and that nobody offers to such a person there."""

    service: str
    place: str
    sex: str
    age: str
    needs: int


def late_by_worker(actor: Actor, now: datetime) -> list[Late]:
    """In the order of names; those with whom nothing is late are left out."""
    tasks = Task.objects.visible_to(actor).open().filter(due_at__lt=now)
    follow_ups = FollowUp.objects.visible_to(actor).filter(done_on=None, due_on__lt=timezone.localdate(now))
    referrals = Referral.objects.visible_to(actor).filter(desk_id=actor.desk_id, due_at__lt=now)
    counted = [
        _by(tasks, "assignee"),
        _by(follow_ups.filter(case__closed_on__isnull=False), "case__worker"),
        _by(referrals.filter(status__in=Referral.WAITING), "created_by"),
    ]
    who = set().union(*counted)
    users = User.objects.in_bulk([pk for pk in who if pk is not None])
    rows = [Late(users.get(pk or 0), *(counter[pk] for counter in counted)) for pk in who]
    return sorted(rows, key=lambda row: row.user.display_name if row.user else "")


def _by(rows: "QuerySet[Task] | QuerySet[FollowUp] | QuerySet[Referral]", column: str) -> Counter[int | None]:
    pairs = rows.order_by().values(column).annotate(times=Count("pk")).values_list(column, "times")
    return Counter(dict(pairs))


def without_contact(actor: Actor, now: datetime) -> QuerySet[Case]:
    """Open cases in which for thirty days nobody has given anything, written anything or spoken to her."""
    since = now - LONG
    day = timezone.localdate(since)
    ours, hers = {"case": OuterRef("pk")}, {"person": OuterRef("person")}
    rows = Case.objects.visible_to(actor).open().filter(opened_on__lt=day)
    rows = rows.exclude(Exists(ServiceGiven.objects.filter(on__gte=day, **ours)))
    rows = rows.exclude(Exists(Note.objects.filter(on__gte=day, **ours)))
    rows = rows.exclude(Exists(Talk.objects.filter(at__gte=since, **hers)))
    rows = rows.exclude(Exists(Contact.objects.filter(started_at__gte=since, **hers)))
    return rows.select_related("worker").order_by("opened_on")[:LIMIT]


def open_needs(actor: Actor, now: datetime) -> QuerySet[Need]:
    """Needs of open cases that were seen over thirty days ago and have not ended."""
    rows = Need.objects.visible_to(actor).filter(ended_on=None, case__closed_on=None)
    rows = rows.filter(seen_on__lt=timezone.localdate(now - LONG))
    return rows.select_related("case__worker").order_by("seen_on")[:LIMIT]


def unserved(actor: Actor) -> list[Unserved]:
    """Open needs for which no offer fits: by service, her rayon (else the desk's), sex and age."""
    needs = Need.objects.visible_to(actor).filter(ended_on=None, case__closed_on=None)
    columns = ("kind", "case__person__home_place", "case__person__sex", "case__person__age")
    groups = needs.order_by().values(*columns).annotate(times=Count("pk")).values_list(*columns, "times")
    offers: dict[str, list[Offer]] = {}
    for offer in Offer.objects.visible_to(actor):
        offers.setdefault(offer.service, []).append(offer)
    found: Counter[tuple[str, str, str, str]] = Counter()
    for service, home, sex, age, times in groups:
        place = home or actor.desk.place
        if not _offered(offers.get(service, []), place, sex, age):
            found[service, place, sex, age] += times
    return [Unserved(*key, times) for key, times in sorted(found.items())]


def _offered(offers: Iterable[Offer], place: str, sex: str, age: str) -> bool:
    wanted = Wanted(place=place, sex=sex)
    child = age in {"child", "doubt"}
    return any(fits(offer, wanted) and (offer.children if child else offer.adults) for offer in offers)


def emergencies(actor: Actor, now: datetime) -> QuerySet[Consent]:
    """What was done without the usual consent in the last ninety days, those still to be reviewed first."""
    rows = Consent.objects.visible_to(actor).exclude(ground=Consent.Ground.CONSENT)
    rows = rows.filter(desk_id=actor.desk_id, given_at__gte=now - LOOK_BACK)
    return rows.select_related("person", "taken_by", "reviewed_by").order_by("-review_due")[:LIMIT]


def exclusion_tries(actor: Actor) -> list[Try]:
    """Who has tried to open a file that is kept from them."""
    kept = Exclusion.objects.visible_to(actor).values_list("person_id", flat=True).distinct()
    return tries(list(kept))[:LIMIT]
