"""The work of the system: messages are taken one by one, sent, sent again later, or given up.

A message is taken by a lease in one statement, so that two workers never send one at once; a worker that
died gives it back when the lease is over, and one that was late has no say any more. It may then arrive
twice, under the same number. No transaction is open while something is sent.
"""

from collections import Counter
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kamkor.access.actor import NOBODY
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.escalation import ANSWER_WITHIN, head_of
from kamkor.base import wall
from kamkor.base.actions import record
from kamkor.webhooks import sending
from kamkor.webhooks.events import read_log
from kamkor.webhooks.messages import headers, message
from kamkor.webhooks.models import Delivery, Subscription

AGAIN_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
SPREAD = 0.2  # so that all that failed at once is not sent again at once
LEASE = timedelta(minutes=2)
PAUSED_AFTER = timedelta(days=3)
KEPT = timedelta(days=30)
AT_ONCE = 500  # messages in one round
WAITING = Delivery.State.WAITING
_random = SystemRandom()


def work(now: datetime | None = None) -> Counter[str]:
    """One round: what is over is ended, the log is read, what is due is sent. Gives how many ended how."""
    moment = now or timezone.now()
    _end_over(moment)
    read_log(moment)
    _forget(moment)
    done: Counter[str] = Counter()
    failing: set[int] = set()  # not asked again in this round
    for _turn in range(AT_ONCE):
        taken = take(now or timezone.now(), failing)
        if taken is None:
            break
        outcome = deliver(taken, now or timezone.now())
        done[outcome] += 1
        if outcome in {WAITING, Delivery.State.DEAD}:
            failing.add(taken.subscription_id)
    return done


def take(now: datetime, failing: set[int] | None = None) -> Delivery | None:
    """The next message that is due, held for this worker; those about one object go out in their order."""
    earlier = Delivery.objects.filter(
        subscription=OuterRef("subscription"), subject=OuterRef("subject"), pk__lt=OuterRef("pk")
    )
    running = {"subscription__paused_at": None, "subscription__ended_at": None}
    with wall.acting(None, scope="all"):
        rows = _free(now).filter(due_at__lte=now, **running).exclude(subscription__in=failing or ())
        rows = rows.exclude(Exists(earlier.filter(state=WAITING))).order_by("due_at", "pk")
        for row in rows.select_related("subscription__token__desk", "subscription__token__account")[:10]:
            row.lease, row.leased_until = uuid4(), now + LEASE
            if _free(now).filter(pk=row.pk).update(lease=row.lease, leased_until=row.leased_until):
                return row
    return None


def deliver(taken: Delivery, now: datetime) -> str:
    """Send what was taken; gives the state that it is in afterwards."""
    body = message(taken)
    if body is None:
        return _settle(taken, now, state=Delivery.State.DROPPED, done_at=now)
    subscription, key = taken.subscription, str(taken.key)
    try:
        sending.post(subscription.address, body, headers(subscription, key, body, now))
    except sending.Undelivered as problem:
        return _failed(taken, now, problem.error)
    with wall.acting(None, scope="all"), transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk).update(failing_since=None)
        return _settle(taken, now, state=Delivery.State.SENT, error="", done_at=now)


def _free(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(Q(leased_until=None) | Q(leased_until__lte=now), state=WAITING)


def _failed(taken: Delivery, now: datetime, error: str) -> str:
    with wall.acting(None, scope="all"), transaction.atomic():
        _note_failure(taken.subscription_id, now)
        if taken.tries >= len(AGAIN_AFTER):
            return _settle(taken, now, state=Delivery.State.DEAD, error=error, done_at=now)
        wait = AGAIN_AFTER[taken.tries] * _random.uniform(1 - SPREAD, 1 + SPREAD)
        return _settle(taken, now, state=WAITING, error=error, due_at=now + wait)


def _settle(taken: Delivery, now: datetime, *, state: str, **columns: object) -> str:
    """Only by whoever still holds it."""
    with wall.acting(None, scope="all"):
        held = Delivery.objects.filter(pk=taken.pk, lease=taken.lease, state=WAITING)
        held.update(state=state, tries=taken.tries + 1, lease=None, leased_until=None, **columns)
    return state


def _note_failure(pk: int, now: datetime) -> None:
    """An address that has failed for three days is left in peace until the head of the desk has looked."""
    Subscription.objects.filter(pk=pk, failing_since=None).update(failing_since=now)
    over = Subscription.objects.filter(pk=pk, paused_at=None, failing_since__lte=now - PAUSED_AFTER)
    for subscription in over.select_related("desk"):
        subscription.paused_at = now
        subscription.save(update_fields=["paused_at"])
        new_task(
            subscription.desk,
            "system_unreachable",
            now + ANSWER_WITHIN,
            subject=subscription.subject,
            assignee=head_of(subscription.desk),
        )
        record(NOBODY, "webhook.pause", subscription)


def _end_over(now: datetime) -> None:
    """Subscriptions end with their tokens."""
    with wall.acting(None, scope="all"), transaction.atomic():
        over = Q(token__ended_at__isnull=False) | Q(token__ends_at__lte=now) | Q(token__desk__active=False)
        for subscription in Subscription.objects.running().filter(over):
            end(subscription, now)


def _forget(now: datetime) -> None:
    """What has arrived or was dropped, after a month; only once the log has been read further."""
    with wall.acting(None, scope="all"):
        done = Delivery.objects.filter(state__in=(Delivery.State.SENT, Delivery.State.DROPPED))
        done.filter(done_at__lt=now - KEPT).delete()


def end(subscription: Subscription, now: datetime) -> None:
    """Nothing more goes out to it."""
    subscription.ended_at = now
    subscription.save(update_fields=["ended_at"])
    left = subscription.deliveries.filter(state__in=(WAITING, Delivery.State.DEAD))
    left.update(state=Delivery.State.DROPPED, done_at=now, lease=None, leased_until=None)
