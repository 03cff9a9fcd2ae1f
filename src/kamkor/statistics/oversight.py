"""What a coordinator sees across desks: codes of referrals, desks and hours. Nobody's name, file or text."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.assistance.models import Referral
from kamkor.base.templatetags.names import name

LIMIT = 200
LOOK_BACK = timedelta(days=90)
SHOWN = ("code", "status", "sent_at", "due_at", "answered_at", "escalated_at", "receiver", "outside")


@dataclass(frozen=True)
class LateReferral:
    """One answer that is overdue."""

    code: str
    desk: str
    hours: int
    escalated: bool


@dataclass
class Receiver:
    """How one receiving desk answers; listed by name, never by rank."""

    desk: str
    waiting: int = 0
    late: int = 0
    escalated: int = 0
    hours: list[float] = field(default_factory=list)

    @property
    def median_hours(self) -> int | None:
        return round(median(self.hours)) if self.hours else None


def referrals(actor: Actor, now: datetime) -> list[Referral]:
    """Those that wait, and those sent in the last ninety days, with the columns that may be shown alone."""
    rows = Referral.objects.visible_to(actor).exclude(sent_at=None)
    recent = rows.filter(sent_at__gte=now - LOOK_BACK) | rows.filter(status__in=Referral.WAITING)
    related = recent.select_related("receiver", "outside")
    columns = ["receiver__code", "receiver__names", "outside__code", "outside__names"]
    return list(related.only(*SHOWN, *columns).order_by("due_at", "pk"))


def late(rows: Iterable[Referral], now: datetime) -> list[LateReferral]:
    """The longest overdue first."""
    found = [
        LateReferral(row.code, name(row.provider), hours(row.due_at, now), row.escalated_at is not None)
        for row in rows
        if row.late and row.due_at is not None
    ]
    return found[:LIMIT]


def by_receiver(rows: Iterable[Referral]) -> list[Receiver]:
    """In the order of names."""
    desks: defaultdict[tuple[str, int], list[Referral]] = defaultdict(list)
    for row in rows:
        desks["desk" if row.receiver_id else "outside", row.provider.pk].append(row)
    return sorted((_receiver(held) for held in desks.values()), key=lambda receiver: receiver.desk)


def _receiver(rows: list[Referral]) -> Receiver:
    receiver = Receiver(name(rows[0].provider))
    for row in rows:
        receiver.waiting += row.status in Referral.WAITING
        receiver.late += row.late
        receiver.escalated += row.escalated_at is not None
        if row.answered_at is not None and row.sent_at is not None:
            receiver.hours.append((row.answered_at - row.sent_at) / timedelta(hours=1))
    return receiver


def hours(since: datetime, now: datetime | None = None) -> int:
    return int(((now or timezone.now()) - since) / timedelta(hours=1))
