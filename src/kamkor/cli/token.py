"""Access of partner systems to a desk: given, listed, taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from django.db import transaction
from django.utils import timezone

from kamkor import api
from kamkor.access import tokens
from kamkor.access.actor import Actor
from kamkor.access.api.endpoints import offered, with_needs
from kamkor.access.models import Token
from kamkor.base import wall
from kamkor.base.actions import Refused, require
from kamkor.base.problems import Problem
from kamkor.cli.acting import actor_of, phrase, refused, where, who


@click.group()
def token() -> None:
    """Access of partner systems to a desk."""


@token.command()
@click.option("--name", required=True, help="Whose system it is.")
@click.option("--role", required=True, help="In which role it acts: one that somebody at the desk has.")
@click.option("--scope", "scopes", multiple=True, required=True, help="A verb it may do; repeat it.")
@click.option("--days", default=90, show_default=True, help="For how many days.")
@who
@where
@phrase
def make(
    *,
    name: str,
    role: str,
    scopes: tuple[str, ...],
    days: int,
    user: str | None,
    desk: str | None,
    passphrase_file: Path | None,
) -> None:
    """Give a system access; prints its token, this once."""
    if unknown := set(scopes) - set(offered()):
        verbs = ", ".join(sorted(offered()))
        raise click.UsageError(f"{api.api.title} offers no {', '.join(sorted(unknown))}. Scopes: {verbs}.")
    actor = actor_of(user, desk, passphrase_file, "token.make")
    secret = tokens.new_secret()
    with acting(actor):
        made = tokens.make(
            actor,
            actor.desk,
            secret=secret,
            name=name,
            role=role,
            scopes=with_needs(role, scopes),
            days=days,
        )
    if made.pair_id is not None:
        click.echo(f"Sealed files open once a colleague says: kamkor token grant {made.pk}", err=True)
    click.echo("Copy the token now; it is kept nowhere:", err=True)
    click.echo(secret)


@token.command("list")
@who
@where
@phrase
def list_tokens(*, user: str | None, desk: str | None, passphrase_file: Path | None) -> None:
    """The systems that have access to the desk."""
    actor = actor_of(user, desk, passphrase_file, "token.list")
    with acting(actor):
        require(actor, "token.list", actor.desk)
        for row in Token.objects.visible_to(actor).order_by("pk"):
            state = f"until {row.ends_at:%Y-%m-%d}" if row.alive else "ended"
            used = f"{row.used_at:%Y-%m-%d}" if row.used_at else "never"
            click.echo(f"{row.pk}  {row.name}  {row.role}  {state}  used {used}  {' '.join(row.scopes)}")


@token.command()
@click.argument("number", type=int)
@click.option("--refuse", is_flag=True, help="Do not agree; the system is shut out.")
@who
@where
@phrase
def grant(
    number: int, *, refuse: bool, user: str | None, desk: str | None, passphrase_file: Path | None
) -> None:
    """As the second person, give a system the key of the desk; NUMBER is the one that `list` shows."""
    actor = actor_of(user, desk, passphrase_file, tokens.GRANT)
    with acting(actor):
        (tokens.refuse if refuse else tokens.grant)(actor, _found(actor, number))
    click.echo("Refused: the system is shut out." if refuse else "It opens sealed files from now on.")


@token.command()
@click.argument("number", type=int)
@who
@where
@phrase
def revoke(number: int, *, user: str | None, desk: str | None, passphrase_file: Path | None) -> None:
    """Shut a system out at once; NUMBER is the one that `list` shows."""
    actor = actor_of(user, desk, passphrase_file, "token.revoke")
    with acting(actor):
        ended = tokens.revoke(actor, _found(actor, number))
    click.echo(f"Shut out on {timezone.localdate()}.")
    if ended.pair_id is not None:
        click.echo("It could open files. Turn the desk's key if it may have copied one.")


def _found(actor: Actor, number: int) -> Token:
    found: Token | None = Token.objects.visible_to(actor).filter(pk=number).first()
    if found is None:
        raise click.ClickException("This desk has no such token.")
    return found


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """What is done at the desk, in one transaction; refusals in words."""
    try:
        with wall.acting(actor.desk_id), transaction.atomic():
            yield
    except Problem as problem:
        raise click.ClickException(f"{problem.title}. {problem.mend}") from problem
    except Refused as refusal:
        raise refused(actor, refusal) from refusal
