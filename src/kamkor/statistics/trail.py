"""The access log of a desk, as its head reads it: who looked or changed, when, and what, in words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from kamkor.access.actor import Actor
from kamkor.access.models import User
from kamkor.base.models import AuditEvent
from kamkor.base.pages import OPENED
from kamkor.statistics.verbs import in_words

CODED = {
    "people.person": "person",
    "assistance.case": "case",
    "assistance.event": "event",
    "assistance.referral": "referral",
    "assistance.handover": "handover",
    "identification.packet": "packet",
}  # what has a code of its own, and the page that shows it


@dataclass(frozen=True)
class Entry:
    """One line of the log. What the reader may not see has neither code nor address."""

    at: datetime
    who: str
    did: str
    code: str
    href: str
    refused: bool


def events(
    actor: Actor, *, verb: str = "", user: int | None = None, day: date | None = None
) -> QuerySet[AuditEvent]:
    """What was done at the actor's own desk, newest first."""
    rows = AuditEvent.objects.filter(desk_id=actor.desk_id).order_by("-at", "-pk")
    if verb:
        rows = rows.filter(verb=verb)
    if user is not None:
        rows = rows.filter(actor_id=user)
    return rows.filter(at__date=day) if day else rows


def read(actor: Actor, rows: Iterable[AuditEvent]) -> list[Entry]:
    """The events in words; a few queries however many they are."""
    rows = list(rows)
    users = User.objects.in_bulk({row.actor_id for row in rows if row.actor_id})
    codes = _codes(actor, {row.subject for row in rows})
    return [
        Entry(
            at=row.at,
            who=str(users.get(row.actor_id or 0, "")),
            did=in_words(row.verb, opened=row.reason == OPENED),
            code=codes.get(row.subject, ("", ""))[0],
            href=codes.get(row.subject, ("", ""))[1],
            refused=row.outcome == "refused",
        )
        for row in rows
    ]


def _codes(actor: Actor, subjects: set[str]) -> dict[str, tuple[str, str]]:
    """Code and address of those subjects that the actor may see."""
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for subject in subjects:
        kind, _, pk = subject.partition(":")
        if kind in CODED and pk.isdigit():
            wanted[kind].append(int(pk))
    found = {}
    for kind, pks in wanted.items():
        manager = apps.get_model(kind)._default_manager
        rows = manager.visible_to(actor).filter(pk__in=pks)
        for pk, code in rows.values_list("pk", "code"):
            found[f"{kind}:{pk}"] = code, address(CODED[kind], pk)
    return found


def address(page: str, pk: int) -> str:
    try:
        return reverse(page, args=[pk])
    except NoReverseMatch:
        return ""
