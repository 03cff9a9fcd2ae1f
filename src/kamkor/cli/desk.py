"""Begins a real desk: its organisation, its keys, its head, and the recovery key to be printed."""

import click
from django.db import transaction
from django.utils import timezone

from kamkor.access.founding import found_desk, found_member
from kamkor.access.models import Desk, Organisation, User
from kamkor.base import codelists, wall
from kamkor.cli.passwords import new_password
from kamkor.statistics import register
from kamkor.vault import desks


@click.group()
def desk() -> None:
    """The desks of this installation."""


@desk.command()
@click.option("--organisation", required=True, help="Its code; a new one is made when there is none.")
@click.option("--state", is_flag=True, help="The organisation is a state body.")
@click.option("--code", required=True, help="The desk's code, such as crisis-centre-osh.")
@click.option("--kind", required=True, help="A code of the list desk_kind.")
@click.option("--place", default="", help="The SOATE code of its oblast or rayon.")
@click.option("--name", required=True, help="The name that others see.")
@click.option("--head", required=True, help="The user name of its head, who adds everybody else.")
@click.option("--head-name", required=True, help="The name of the head that colleagues see.")
def add(
    *,
    organisation: str,
    state: bool,
    code: str,
    kind: str,
    place: str,
    name: str,
    head: str,
    head_name: str,
) -> None:
    """Begin a desk; prints the first password of its head and its recovery key, this once."""
    codelists.load()
    register.load()
    check(code=code, kind=kind, place=place, head=head)
    password = new_password()
    with wall.acting(None, scope="all"), transaction.atomic():
        body, _made = Organisation.objects.get_or_create(
            code=organisation,
            defaults={"names": {"en": organisation}, "kind": "state" if state else "ngo", "state": state},
        )
        made, ring = found_desk(body, code, kind, place=place, names={"en": name})
        found_member(
            made, ring, "supervisor", username=head.lower(), display_name=head_name, password=password
        )
        User.objects.filter(username=head.lower()).update(given_at=timezone.now())
        words = desks.make_recovery(ring, made.holder)
    click.echo(f"The desk {code} is there. {head.lower()} signs in with: {password}\n")
    click.echo(f"Recovery key of the desk; print it and lock it away, it is kept nowhere:\n\n{words}\n")


def check(*, code: str, kind: str, place: str, head: str) -> None:
    """Say what is wrong before anything is made."""
    if kind not in codelists.entries("desk_kind"):
        raise click.UsageError(f"--kind is one of {', '.join(codelists.entries('desk_kind'))}.")
    if place and place not in codelists.entries("place"):
        raise click.UsageError("--place is no code of the list place.")
    if Desk.objects.filter(code=code).exists():
        raise click.UsageError(f"There is a desk {code} already.")
    if User.objects.filter(username=head.lower()).exists():
        raise click.UsageError(f"There is an account {head.lower()} already.")
