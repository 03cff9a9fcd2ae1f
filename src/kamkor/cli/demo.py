"""Fills an empty instance with invented organisations, staff and people, so that it can be tried at once."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import click
from django.conf import settings
from django.db import transaction

from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Membership, Organisation, User
from kamkor.base import codelists, wall
from kamkor.cli.demonstration import people, services
from kamkor.cli.demonstration.staff import names, rows
from kamkor.directory import seeds
from kamkor.vault import desks
from kamkor.vault.keyring import Keyring

ACCOUNTS = Path(settings.HOME) / "demo-accounts.json"
WORDS = (
    "almond apron basket birch bottle bridge butter candle carpet cherry circle clover copper cotton "
    "cradle dune eagle ember falcon feather field flute forest garden ginger glacier grape harbour "
    "hazel honey island ivory jasmine kettle ladder lantern lemon linen maple meadow melon mint mirror "
    "monsoon moss needle nettle oasis olive orchard otter paper pebble pepper pillow pine plum pocket "
    "pond poplar quilt raisin reed ribbon river saddle saffron salt sesame shell silk spoon spring "
    "stone summit swallow thread thyme timber tulip velvet village violet walnut water willow window "
    "winter wool yarrow"
).split()


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
    show(accounts)


def staff() -> tuple[list[Account], dict[str, Actor]]:
    """The desks with their keys, one account for each role, and an actor for each account."""
    rings: dict[str, Keyring] = {}
    for row in rows("organisations"):
        Organisation.objects.create(
            code=row["code"], kind=row["kind"], state=row["state"] == "yes", names=names(row)
        )
    for row in rows("desks"):
        holder, rings[row["code"]] = desks.new_desk(custody="staff")
        Desk.objects.create(
            organisation=Organisation.objects.get(code=row["organisation"]),
            code=row["code"],
            kind=row["kind"],
            place=row["place"],
            names=names(row),
            holder=holder,
        )
    actors: dict[str, Actor] = {}
    accounts: list[Account] = []
    for row in rows("staff"):
        password = "-".join(secrets.choice(WORDS) for _ in range(5))
        account = Account(row["username"], row["desk"], row["role"], password)
        accounts.append(account)
        actors[account.username] = member(account, row["display_name"], rings[account.desk])
    return accounts, actors


def member(account: Account, display_name: str, ring: Keyring) -> Actor:
    desk = Desk.objects.select_related("holder", "organisation").get(code=account.desk)
    holder = desks.new_member(account.password)
    user = User(username=account.username, display_name=display_name, holder=holder, language="ky")
    user.set_password(account.password)
    user.save()
    desks.admit(ring, desk.holder, holder)
    membership = Membership.objects.create(user=user, desk=desk, role=account.role)
    return Actor(membership=membership, keys=ring, user=user)


def show(accounts: list[Account]) -> None:
    """Print the passwords this once, and keep them in a file that only this user reads."""
    rows = [account.__dict__ for account in accounts]
    with os.fdopen(os.open(ACCOUNTS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(rows, file, ensure_ascii=False, indent=1)
    click.echo(f"\n  Accounts of the demonstration (kept in {ACCOUNTS.name} of the instance's folder):\n")
    for account in accounts:
        click.echo(f"  {account.username:<14} {account.role:<18} {account.desk:<18} {account.password}")
    click.echo("")
