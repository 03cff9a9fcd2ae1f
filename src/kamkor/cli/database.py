"""Brings the databases up to date, as the role that owns the tables."""

import os

import click
import django
from django.conf import settings

from kamkor.base import wall
from kamkor.vault import router


@click.command()
def migrate() -> None:
    """Bring the records and the key store up to date.

    On PostgreSQL this connects as the owner (KAMKOR_OWNER_DATABASE, KAMKOR_OWNER_KEYS_DATABASE), which the
    application itself never does.
    """
    os.environ["KAMKOR_AS_OWNER"] = "yes"
    django.setup()
    wall.check_owner()
    for alias in settings.DATABASES:
        router.migrate(alias)
    click.echo("The databases are up to date.")
