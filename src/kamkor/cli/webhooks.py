"""Messages to partner systems, sent as they come up."""

import time

import click
from django.db import close_old_connections


@click.group()
def webhooks() -> None:
    """Messages to partner systems."""


@webhooks.command()
@click.option("--every", default=30, show_default=True, help="Seconds between two rounds.")
@click.option("--once", is_flag=True, help="One round, then stop.")
def run(*, every: int, once: bool) -> None:
    """Send what is due, again and again. `kamkor tick` does one round too; several may run at once."""
    from kamkor.webhooks.delivering import work

    while True:
        done = work()
        if done:
            click.echo(", ".join(f"{state}: {number}" for state, number in sorted(done.items())))
        if once:
            return
        close_old_connections()
        time.sleep(every)
