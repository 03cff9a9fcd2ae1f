"""Rows for the indicators, read from live records: codes, numbers and dates, never who somebody is.

Counting the country looks over all desks; a desk that counts itself sees what it may see. Each source is read
once and counted for several periods. Files of one person within an organisation are one (see `counts.Book`).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.models import Case, Exploitation, FollowUp, Need, Referral, ServiceGiven, Stay
from kamkor.directory.models import SHELTERS, Offer
from kamkor.directory.places import oblast, rayon
from kamkor.identification.models import Contact, Fact
from kamkor.methods.indicators import ARROW, UNKNOWN, Period, Row
from kamkor.people.models import Person
from kamkor.statistics.claimed import claims
from kamkor.statistics.counts import Book, age_at, answer, group
from kamkor.statistics.coverage import GROUPS, reaches
from kamkor.statistics.returns import signed_rows

FORMS = {
    "ForcedLabour": "labour", "ChildLabour": "labour", "Servitude": "labour", "Slavery": "labour",
    "SexualExploitation": "sexual", "OrganRemoval": "organs",
}  # fmt: skip
FINDERS = {"own_word": "self", "self": "self", "ngo": "ngo"}
STATE = {
    "police", "border", "consulate", "health", "education", "commission", "prosecutor", "court",
    "ministry_labour", "child_protection",
}  # fmt: skip


VIOLENCE = "gender_based_violence"


class Records:
    """What is counted, from the whole country, or as `actor` sees it at their own desk."""

    def __init__(self, periods: Iterable[Period], actor: Actor | None = None) -> None:
        self.periods = list(periods)
        self.actor = actor
        self._read: dict[str, list[Row]] = {}

    def rows(self, source: str) -> list[Row]:
        """The rows of one source; read at the first call."""
        if source not in self._read:
            self._read[source] = list(SOURCES[source](self))
        return self._read[source]

    def of(self, model: type[Model]) -> QuerySet[Any]:
        """Every row of a table for counting, or those that the actor may see."""
        if self.actor is None:
            return model._base_manager.all()
        rows: QuerySet[Any] = model._default_manager.visible_to(self.actor)  # type: ignore[attr-defined]
        return rows.filter(desk_id=self.actor.desk_id)  # not what others have referred to the desk

    @property
    def years(self) -> Q:
        """Dates of facts that fall into one of the periods."""
        held = Q()
        for period in self.periods:
            held |= Q(on__startswith=str(period.year))
        return held

    def within(self, field: str) -> Q:
        """Days and moments within the years asked for."""
        years = [period.year for period in self.periods]
        return Q(**{f"{field}__year__gte": min(years), f"{field}__year__lte": max(years)})

    @cached_property
    def book(self) -> Book:
        return Book()

    @cached_property
    def desks(self) -> dict[int, tuple[dict[str, str], bool]]:
        """Of each desk where it is and whether it is of a state body."""
        rows = Desk._base_manager.values_list("pk", "place", "organisation__state")
        return {pk: ({"oblast": oblast(place), "rayon": rayon(place)}, state) for pk, place, state in rows}

    @cached_property
    def cases(self) -> dict[int, int]:
        """From the case to the file that stands for the person."""
        return {pk: self.book.root(person) for pk, person in self.of(Case).values_list("pk", "person_id")}

    @cached_property
    def people(self) -> dict[int, dict[str, Any]]:
        """By file: what a person is told apart by. What was never asked is not known."""
        found = {}
        columns = ("pk", "sex", "age", "birth_year", "citizenships", "home_place")
        for pk, sex, age, born, citizenships, home in self.of(Person).values_list(*columns):
            seen = int(self.book.first_seen.get(pk, str(timezone.localdate().year))[:4])
            own = "own" if "KG" in citizenships else "foreign" if citizenships else UNKNOWN
            found[pk] = {
                "group": group(sex, age_at(age, born, seen)),
                "citizenship": own,
                "home": oblast(home),
            }
        for root, facts in self._exploited():
            if root in found:
                start, end = found[root]["home"], facts.pop("country", "")
                found[root] |= facts | {"route": f"{start}{ARROW}{end}" if start and end else ""}
        return found

    def _exploited(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Of each person the form, place and age of the first exploitation that says it."""
        said: dict[int, dict[str, str]] = {}
        columns = ("case_id", "purposes", "country", "age_then")
        for case, purposes, country, age in self.of(Exploitation).order_by("pk").values_list(*columns):
            root = self.cases.get(case)
            if root is None:
                continue
            facts = {
                "form": next((FORMS.get(purpose, "other") for purpose in purposes), ""),
                "where": ("internal" if country == "KG" else "abroad") if country else "",
                "country": country,
                "age_then": "" if age is None else "under_18" if age < 18 else "adult",
            }
            held = said.setdefault(root, {})
            held.update({name: value for name, value in facts.items() if value and name not in held})
        return iter(said.items())

    def row(self, person: int, desk: int, on: str, **facts: Any) -> Row:
        """A row of a person who is counted at a desk."""
        root = self.book.root(person)
        return {"person": root, "on": on, **self.desks[desk][0], **self.people.get(root, {}), **facts}


def contacts(records: Records) -> Iterator[Row]:
    rows = records.of(Contact).filter(records.within("started_at"), undone_at=None)
    columns = ("started_at", "desk_id", "kind", "channel", "line__code", "language", "topic")
    for at, desk, kind, channel, line, language, topic in rows.values_list(*columns).iterator():
        facts = {"kind": kind, "channel": channel, "line": line, "language": language, "topic": topic}
        yield {"on": _day(at), **records.desks[desk][0], **facts}


def presumed(records: Records) -> Iterator[Row]:
    """The first presumption of each person."""
    done: set[int] = set()
    facts = records.of(Fact).filter(kind=Fact.Kind.PRESUMED).order_by("on", "pk")
    for person, desk, on, body, ground in facts.values_list("person_id", "desk_id", "on", "body", "ground"):
        root = records.book.root(person)
        if root not in done:
            done.add(root)
            found = finder(ground, body, state=records.desks[desk][1])
            yield records.row(root, desk, on, finder=found, ground=ground)


def finder(ground: str, body: str, *, state: bool) -> str:
    """Who found it: `ngo`, `state`, `self`, or unknown; a worker's finding is that of the desk."""
    if ground == "worker_finding" and not body:
        return "state" if state else "ngo"
    said = body if body and ground in ("", "worker_finding") else ground
    return "state" if said in STATE else FINDERS.get(said, UNKNOWN)


def decided(records: Records) -> Iterator[Row]:
    facts = records.of(Fact).filter(records.years, kind=Fact.Kind.DECISION).order_by("on", "pk")
    for person, desk, on, body, value in facts.values_list("person_id", "desk_id", "on", "body", "value"):
        since = records.book.first_seen.get(records.book.root(person), "")
        yield records.row(person, desk, on, body=body, value=value, days=_days(since, on))


def waiting(records: Records) -> Iterator[Row]:
    """People without a decision at the end of a period, and for how many days."""
    decisions = records.of(Fact).filter(kind=Fact.Kind.DECISION).values_list("person_id", "on")
    first: dict[int, str] = {}
    for person, on in decisions.order_by("-on"):
        first[records.book.root(person)] = on
    for period in records.periods:
        end = min(period.last, timezone.localdate())
        for row in records.rows("presumed"):
            days = _days(row["on"], end.isoformat())
            decision = first.get(row["person"], "9999")
            if days is not None and days >= 0 and decision > end.isoformat():
                yield {**row, "on": period.last.isoformat(), "period": period.code, "days": days}


def services(records: Records) -> Iterator[Row]:
    earliest: dict[int, date] = {}
    given = list(records.of(ServiceGiven).values_list("case_id", "desk_id", "on", "kind", "stage"))
    for case, _desk, on, _kind, _stage in given:
        person = records.cases.get(case, 0)
        earliest[person] = min(on, earliest.get(person, on))
    for case, desk, on, kind, stage in given:
        if case in records.cases:
            person = records.cases[case]
            for period in records.periods:
                if period.holds(on.isoformat()):
                    new = "new" if period.holds(earliest[person].isoformat()) else "continuing"
                    facts = {"service": kind, "stage": stage, "continuing": new, "period": period.code}
                    yield records.row(person, desk, on.isoformat(), **facts)


def urgent(records: Records) -> Iterator[Row]:
    """The newly presumed with an urgent need, and whether its service came by the next day."""
    given: dict[tuple[int, str], date] = {}
    for case, kind, on in records.of(ServiceGiven).values_list("case_id", "kind", "on"):
        key = records.cases.get(case, 0), kind
        given[key] = min(on, given.get(key, on))
    needs: dict[int, tuple[date, str]] = {}
    rows = records.of(Need).filter(urgent=True).order_by("-seen_on", "-pk")
    for case, kind, seen in rows.values_list("case_id", "kind", "seen_on"):
        needs[records.cases.get(case, 0)] = seen, kind
    for row in records.rows("presumed"):
        if row["person"] in needs:
            seen, kind = needs[row["person"]]
            met = given.get((row["person"], kind))
            in_time = met is not None and (met - seen).days <= 1
            yield {**row, "met": "yes" if in_time else "no"}


def referrals(records: Records) -> Iterator[Row]:
    now = timezone.now()
    rows = records.of(Referral).filter(records.within("sent_at"), sent_at__isnull=False)
    columns = ("desk_id", "receiver__kind", "sent_at", "service", "status", "answered_at", "due_at", "result")
    for desk, asked, sent, service, status, answered, due, result in rows.values_list(*columns).iterator():
        accepted = answered is not None and status != Referral.Status.DECLINED
        yield {
            "on": _day(sent),
            **records.desks[desk][0],
            "asked": asked or "",
            "service": service,
            "answer": answer(status, answered, due, now),
            "accepted": "yes" if accepted else "no",
            "served": "yes" if status == Referral.Status.DONE and result in ("", "done", "partly") else "no",
            "hours": None if answered is None else round((answered - sent).total_seconds() / 3600, 1),
        }


def declined(records: Records) -> Iterator[Row]:
    rows = records.of(Referral).filter(records.within("answered_at"), status=Referral.Status.DECLINED)
    columns = ("desk_id", "answered_at", "service", "decline_reason")
    for desk, at, service, reason in rows.values_list(*columns).iterator():
        shelter = "yes" if service in SHELTERS else "no"
        place = records.desks[desk][0]
        yield {"on": _day(at), **place, "service": service, "reason": reason, "shelter": shelter}


def needs(records: Records) -> Iterator[Row]:
    """Needs that were open at the end of a period, and for how many days."""
    rows = list(records.of(Need).values_list("desk_id", "kind", "stage", "seen_on", "ended_on"))
    for period in records.periods:
        end = min(period.last, timezone.localdate())
        for desk, kind, stage, seen, ended in rows:
            if seen <= end and (ended is None or ended > end):
                facts = {"need": kind, "stage": stage, "days": (end - seen).days}
                at_end = {"on": period.last.isoformat(), "period": period.code}
                yield {**at_end, **records.desks[desk][0], **facts}


def unreached(records: Records) -> Iterator[Row]:
    """Rayons from which no provider of a service can be reached today; the rayon stands for the person."""
    today = timezone.localdate().isoformat()
    offers = list(Offer._base_manager.filter(Q(desk=None) | Q(desk__active=True), ended_on=None))
    for whom in GROUPS:
        for reach in reaches(offers, whom):
            for place in reach.unreached:
                facts = {"service": reach.service, "for": whom, "oblast": oblast(place), "rayon": place}
                yield {"person": place, "on": today, **facts}


def nights(records: Records) -> Iterator[Row]:
    rows = list(records.of(Stay).values_list("case_id", "desk_id", "since", "until"))
    today = timezone.localdate()
    for period in records.periods:
        for case, desk, since, until in rows:
            spent = period.nights(since, until or today)
            if spent and case in records.cases:
                yield records.row(
                    records.cases[case], desk, period.last.isoformat(), nights=spent, period=period.code
                )


def stays(records: Records) -> Iterator[Row]:
    rows = records.of(Stay).filter(records.within("until"))
    for case, desk, since, until in rows.values_list("case_id", "desk_id", "since", "until"):
        if case in records.cases:
            yield records.row(records.cases[case], desk, until.isoformat(), days=(until - since).days)


def returns(records: Records) -> Iterable[Row]:
    """Signed numbers of bodies; a desk that counts itself sees its own."""
    rows = signed_rows(records.periods)
    if records.actor is None:
        return rows
    return [row for row in rows if row["desk"] == records.actor.desk_id]


def follow_ups(records: Records) -> Iterator[Row]:
    rows = records.of(FollowUp).filter(
        records.within("due_on"), months__in=(6, 12), due_on__lte=timezone.localdate()
    )
    columns = ("desk_id", "due_on", "months", "reached", "outcomes")
    for desk, due, months, reached, outcomes in rows.values_list(*columns):
        facts = {"months": str(months), "reached": reached, "outcome": outcomes}
        yield {"on": due.isoformat(), **records.desks[desk][0], **facts}


def violence(records: Records) -> Iterator[Row]:
    """Persons with a case of gender-based violence that was opened."""
    rows = records.of(Case).filter(records.within("opened_on"), kind=VIOLENCE)
    for person, desk, on in rows.order_by("opened_on", "pk").values_list("person_id", "desk_id", "opened_on"):
        yield records.row(person, desk, on.isoformat())


def violence_services(records: Records) -> Iterator[Row]:
    """Services given in such cases."""
    rows = records.of(ServiceGiven).filter(records.within("on"), case__kind=VIOLENCE)
    columns = ("case__person_id", "desk_id", "on", "kind", "stage")
    for person, desk, on, kind, stage in rows.order_by("on", "pk").values_list(*columns):
        yield records.row(person, desk, on.isoformat(), service=kind, stage=stage)


SOURCES: dict[str, Callable[[Records], Iterable[Row]]] = {
    function.__name__: function
    for function in (
        contacts, presumed, decided, waiting, services, urgent, referrals, declined, needs, unreached, nights,
        stays, follow_ups, returns, violence, violence_services, claims,
    )
}  # fmt: skip


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()


def _days(since: str, until: str) -> int | None:
    """Between two dates that are known to the day."""
    if len(since) < 10 or len(until) < 10:
        return None
    return (date.fromisoformat(until[:10]) - date.fromisoformat(since[:10])).days
