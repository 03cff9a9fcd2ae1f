"""Fills an empty instance with invented organisations, staff and people, so that it can be tried at once."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import click
from django.conf import settings
from django.db import transaction

from kamkor.access.actor import Actor
from kamkor.access.founding import found_desk, found_member
from kamkor.access.models import Desk, Organisation
from kamkor.base import codelists, wall
from kamkor.cli.demonstration import market, people, services
from kamkor.cli.demonstration.staff import names, rows
from kamkor.cli.passwords import new_password
from kamkor.directory import seeds
from kamkor.statistics import register
from kamkor.vault.keyring import Keyring

ACCOUNTS = Path(settings.HOME) / "demo-accounts.json"


@dataclass(frozen=True)
class Account:
    username: str
    desk: str
    role: str
    password: str


@click.command()
def demo() -> None:
    """Make the demonstration once; an instance that has organisations already is left as it is."""
    codelists.load()
    register.load()
    with wall.acting(None, scope="all"):
        seeds.load()
        if Organisation.objects.exists():
            return
        click.echo("  organisations, desks and staff …")
        with transaction.atomic():
            accounts, actors = staff()
        click.echo("  services, people and cases …")
        services.fill(actors)
        people.fill(actors)
        click.echo("  recruiters, adverts and departures …")
        market.fill(actors)
    show(accounts)


def staff() -> tuple[list[Account], dict[str, Actor]]:
    """The desks with their keys, one account for each role, and an actor for each account."""
    begun: dict[str, tuple[Desk, Keyring]] = {}
    for row in rows("organisations"):
        Organisation.objects.create(
            code=row["code"], kind=row["kind"], state=row["state"] == "yes", names=names(row)
        )
    for row in rows("desks"):
        organisation = Organisation.objects.get(code=row["organisation"])
        desk, ring = found_desk(organisation, row["code"], row["kind"], place=row["place"], names=names(row))
        begun[desk.code] = desk, ring
    actors: dict[str, Actor] = {}
    accounts: list[Account] = []
    for row in rows("staff"):
        account = Account(row["username"], row["desk"], row["role"], new_password())
        accounts.append(account)
        desk, ring = begun[account.desk]
        actors[account.username] = found_member(
            desk,
            ring,
            account.role,
            username=account.username,
            display_name=row["display_name"],
            password=account.password,
        )
    return accounts, actors


def show(accounts: list[Account]) -> None:
    """Print the passwords this once, and keep them in a file that only this user reads."""
    rows = [account.__dict__ for account in accounts]
    with os.fdopen(os.open(ACCOUNTS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(rows, file, ensure_ascii=False, indent=1)
    click.echo(f"\n  Accounts of the demonstration (kept in {ACCOUNTS.name} of the instance's folder):\n")
    for account in accounts:
        click.echo(f"  {account.username:<14} {account.role:<18} {account.desk:<18} {account.password}")
    click.echo("")
