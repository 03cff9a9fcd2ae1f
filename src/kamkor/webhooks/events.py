"""From the access log to messages: what has happened since the log was last read, for whom it matters.

The log is append-only, and a row may be committed after rows with higher numbers. So besides the new rows
those of the last minutes before the last reading are looked at again; that nobody is told of an event twice
is for the database to say.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Max, Q

from kamkor.base import wall
from kamkor.base.actions import lock
from kamkor.base.models import AuditEvent
from kamkor.base.pages import OPENED
from kamkor.webhooks.kinds import BY_VERB, parts
from kamkor.webhooks.models import Delivery, LogPosition, Subscription

LONGEST_TRANSACTION = timedelta(minutes=15)
LATE = 20_000  # how many numbers back a row may still turn up


def read_log(now: datetime) -> None:
    """Make a message of each event for each subscription that asks for it."""
    with wall.acting(None, scope="all"), transaction.atomic():
        position = lock(_position(now))
        newest: int = AuditEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
        Delivery.objects.bulk_create(_deliveries(_events(position), now), ignore_conflicts=True)
        position.last_id, position.at = max(newest, position.last_id), now
        position.save()


def _position(now: datetime) -> LogPosition:
    """Whoever reads the log for the first time begins where it ends: nobody had asked before."""
    newest = AuditEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return LogPosition.objects.get_or_create(pk=1, defaults={"last_id": newest, "at": now})[0]


def _events(position: LogPosition) -> list[AuditEvent]:
    recent = Q(pk__gt=position.last_id) | Q(at__gte=position.at - LONGEST_TRANSACTION)
    rows = AuditEvent.objects.filter(recent, pk__gt=position.last_id - LATE, outcome="done")
    rows = rows.filter(verb__in={verb for verb, _model in BY_VERB})
    return list(rows.exclude(reason=OPENED).order_by("pk"))


def _deliveries(events: list[AuditEvent], now: datetime) -> Iterator[Delivery]:
    """For the desks that have to do with the object; a system does not hear of what it did itself."""
    found = _objects(events)
    asking = defaultdict(list)
    for one in Subscription.objects.running().select_related("token"):
        asking[one.desk_id].append(one)
    for event in events:
        thing, pk = parts(event.subject)
        row = found.get((thing.model, pk)) if thing else None
        kind = BY_VERB.get((event.verb, thing.model)) if thing else None
        if thing is None or row is None or kind is None:
            continue
        for subscription in (one for desk in sorted(thing.desks(row)) for one in asking[desk]):
            own = event.actor_id is not None and event.actor_id == subscription.token.account_id
            if kind in subscription.kinds and event.at >= subscription.made_at and not own:
                yield Delivery(
                    subscription=subscription,
                    desk_id=subscription.desk_id,
                    event=event.pk,
                    kind=kind,
                    subject=event.subject,
                    at=event.at,
                    due_at=now,
                )


def _objects(events: Iterable[AuditEvent]) -> dict[tuple[type[models.Model], int], models.Model]:
    """What the events are about, read for all desks: only which desks it concerns is asked of it."""
    wanted = defaultdict(set)
    for event in events:
        thing, pk = parts(event.subject)
        if thing is not None:
            wanted[thing.model].add(pk)
    return {
        (model, pk): row
        for model, pks in wanted.items()
        for pk, row in model._base_manager.in_bulk(pks).items()
    }
