"""All dated things of one case, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.models import User
from kamkor.assistance.casefile import day_shown
from kamkor.assistance.models import (
    Case,
    Document,
    FollowUp,
    Goal,
    Need,
    Note,
    Referral,
    Reopening,
    ServiceGiven,
    Stay,
    Task,
)
from kamkor.base import codelists
from kamkor.identification.models import Fact
from kamkor.methods.journeys import PartialDate
from kamkor.vault.models import Item


@dataclass(frozen=True)
class Entry:
    """One thing and its day; `item` is a sealed text that the page opens."""

    day: date
    shown: str
    title: str
    by: User | None = None
    item: Item | None = None
    href: str = ""


def entries(actor: Actor, case: Case) -> list[Entry]:
    """Everything of the case that this actor may see, without opening a sealed text."""
    found = [
        *_closings(actor, case),
        *_facts(Fact.objects.visible_to(actor).filter(person=case.person_id)),
        *_care(actor, case),
        *_notes(Note.objects.visible_to(actor).filter(case=case).select_related("text__file", "recorded_by")),
        *_documents(actor, case),
        *_referrals(Referral.objects.visible_to(actor).filter(case=case, sent_at__isnull=False)),
        *_tasks(Task.objects.visible_to(actor).filter(case=case, done_at__isnull=False)),
        *_follow_ups(FollowUp.objects.visible_to(actor).filter(case=case, done_on__isnull=False)),
        _at(case.opened_on, _("Case opened")),
    ]
    return sorted(found, key=lambda entry: entry.day, reverse=True)


def _at(when: date | datetime, title: str, by: User | None = None, item: Item | None = None) -> Entry:
    day = timezone.localtime(when).date() if isinstance(when, datetime) else when
    return Entry(day, date_format(day), title, by, item)


def _closings(actor: Actor, case: Case) -> Iterator[Entry]:
    """Whether it is closed now, and each time it was closed and opened again; of one day the later first."""
    if case.closed_on:
        yield _closed(case.closed_on, case.close_reason)
    rows = Reopening.objects.visible_to(actor).filter(case=case).select_related("recorded_by")
    for row in rows.order_by("-pk"):
        yield _at(row.recorded_at, _("Case opened again"), row.recorded_by)
        yield _closed(row.closed_on, row.close_reason)


def _closed(day: date, code: str) -> Entry:
    return _at(day, _("Case closed: %(reason)s") % {"reason": codelists.label("close_reason", code)})


def _facts(rows: QuerySet[Fact]) -> Iterator[Entry]:
    names = {"decision": "decision_value", "whereabouts": "whereabouts"}
    for row in rows.select_related("recorded_by"):
        title = codelists.label("fact_kind", row.kind)
        if row.kind in names:
            title = f"{title}: {codelists.label(names[row.kind], row.value)}"
        yield Entry(PartialDate.parse(row.on).earliest, day_shown(row.on), title, row.recorded_by)


def _care(actor: Actor, case: Case) -> Iterator[Entry]:
    for need in Need.objects.visible_to(actor).filter(case=case).select_related("recorded_by"):
        kind = codelists.label("need_type", need.kind)
        yield _at(need.seen_on, _("Need: %(kind)s") % {"kind": kind}, need.recorded_by)
        if need.ended_on:
            how = codelists.label("need_end", need.ended_how)
            yield _at(need.ended_on, _("Need ended: %(kind)s, %(how)s") % {"kind": kind, "how": how})
    for goal in Goal.objects.visible_to(actor).filter(case=case).select_related("text__file", "recorded_by"):
        yield _at(goal.recorded_at, _("Goal"), goal.recorded_by, goal.text)
        for day, title in ((goal.reached_on, _("Goal reached")), (goal.dropped_on, _("Goal dropped"))):
            if day:
                yield _at(day, title, None, goal.text)
    for given in ServiceGiven.objects.visible_to(actor).filter(case=case).select_related("recorded_by"):
        kind = codelists.label("service_type", given.kind)
        yield _at(given.on, _("Service: %(kind)s") % {"kind": kind}, given.recorded_by)
    for stay in Stay.objects.visible_to(actor).filter(case=case).select_related("recorded_by"):
        yield _at(stay.since, _("Stay in a shelter began"), stay.recorded_by)
        if stay.until:
            yield _at(stay.until, _("Stay in a shelter ended"))


def _notes(rows: Iterable[Note]) -> Iterator[Entry]:
    for row in rows:
        item = None if row.expired_at else row.text
        href = reverse("note", args=[row.pk])
        title = codelists.label("note_kind", row.kind)
        yield Entry(row.on, date_format(row.on), title, row.recorded_by, item, href)


def _documents(actor: Actor, case: Case) -> Iterator[Entry]:
    rows = Document.objects.visible_to(actor).filter(case=case).select_related("title__file", "recorded_by")
    for row in rows:
        kind = codelists.label("document_type", row.kind)
        yield _at(row.recorded_at, _("Document: %(kind)s") % {"kind": kind}, row.recorded_by, row.title)


def _referrals(rows: QuerySet[Referral]) -> Iterator[Entry]:
    for row in rows.select_related("created_by"):
        about = {"code": row.code, "service": codelists.label("service_type", row.service)}
        assert row.sent_at is not None
        yield _at(row.sent_at, _("Referral %(code)s sent: %(service)s") % about, row.created_by)
        if row.answered_at:
            status = codelists.label("referral_status", row.status)
            answered = {"code": row.code, "status": status}
            yield _at(row.answered_at, _("Referral %(code)s: %(status)s") % answered)


def _tasks(rows: Iterable[Task]) -> Iterator[Entry]:
    for row in rows:
        assert row.done_at is not None
        kind = codelists.label("task_kind", row.kind)
        yield _at(row.done_at, _("Task done: %(kind)s") % {"kind": kind})


def _follow_ups(rows: QuerySet[FollowUp]) -> Iterator[Entry]:
    for row in rows.select_related("recorded_by"):
        assert row.done_on is not None
        reached = codelists.label("follow_up_reached", row.reached)
        title = _("Asked how the person is: %(reached)s") % {"reached": reached}
        yield _at(row.done_on, title, row.recorded_by)
