"""What time alone brings about; run it every few minutes."""

import click
from django.utils import timezone

from kamkor.assistance import escalation
from kamkor.identification.actions.contacts import forget_hashes


@click.command()
def tick() -> None:
    """End what has run out, and pass on what is late."""
    done = escalation.tick()
    forgotten = forget_hashes(timezone.now())
    click.echo(
        f"Referrals ended: {done['expired']}. Late answers passed on: {done['escalated']}. "
        f"Shared items shut: {done['shut']}. Files locked away: {done['left']}. Callers' hashes forgotten: {forgotten}."
    )
