"""The long work that waits: estimates of the hidden number, computed apart from the pages."""

import time

import click
from django.db import close_old_connections


@click.command()
@click.option("--every", default=10, show_default=True, help="Seconds between two rounds.")
@click.option("--once", is_flag=True, help="One round, then stop.")
def work(*, every: int, once: bool) -> None:
    """Compute what waits, again and again. Several may run at once, on several machines."""
    from kamkor.statistics.estimates import working

    if not working.ready():
        raise click.ClickException("The packages for figures are not installed. Mend: make science")
    while True:
        if done := working.work():
            click.echo(f"Estimates computed: {done}.")
        if once:
            return
        close_old_connections()
        time.sleep(every)
