"""What time alone brings about; run it every few minutes."""

import click
from django.utils import timezone

from kamkor.access import sessions, tokens
from kamkor.assistance import escalation, retention
from kamkor.base import throttle
from kamkor.base.once import forget_marks
from kamkor.cli import feeds
from kamkor.crossborder import retention as _requests  # noqa: F401 - says what of its records is old
from kamkor.identification.actions.contacts import forget_hashes
from kamkor.prevention.retention import forget_adverts
from kamkor.statistics.returns import remind
from kamkor.statistics.unusual import watch
from kamkor.surveys import retention as _submissions  # noqa: F401 - the same
from kamkor.webhooks import delivering
from kamkor.webhooks.models import Delivery
from kamkor.website import retention as _door  # noqa: F401 - the same


@click.command()
def tick() -> None:
    """End what has run out, and pass on what is late."""
    done = escalation.tick()
    now = timezone.now()
    forgotten, marks = forget_hashes(now), forget_marks(now)
    throttle.forget(now)
    unusual, reminded = watch(now), remind(now)
    sessions.forget_expired()
    ended = tokens.end_expired(now)
    kept = retention.tick(now)
    adverts = forget_adverts(now.date())
    read = feeds.work(now)
    told = delivering.work()
    click.echo(
        f"Referrals ended: {done['expired']}. Late answers passed on: {done['escalated']}. "
        f"Shared items shut: {done['shut']}. Files locked away: {done['left']}. "
        f"Callers' hashes forgotten: {forgotten}. Marks of sent forms dropped: {marks}. "
        f"Records warned of: {kept['warned']}. Records erased by age: {kept['erased']}. "
        f"Unusual look-ups reported: {unusual}. Late returns reminded of: {reminded}. "
        f"Old adverts dropped: {adverts}. Adverts read: {read}. "
        f"Systems whose access ended: {ended}. Messages delivered: {told[Delivery.State.SENT]}, "
        f"failed: {told[Delivery.State.WAITING] + told[Delivery.State.DEAD]}."
    )
