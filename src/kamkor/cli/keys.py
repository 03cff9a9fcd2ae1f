"""The keys of a desk and of the host: how they stand, turned, recovered."""

from pathlib import Path

import click

from kamkor.access import actions
from kamkor.access import keys as desk_keys
from kamkor.access.actor import NOBODY, Actor
from kamkor.base import wall
from kamkor.base.actions import record, require
from kamkor.cli.acting import FILE, actor_of, phrase, where, who
from kamkor.cli.token import acting
from kamkor.vault import host, resealing


@click.group()
def keys() -> None:
    """The keys of a desk and of the host."""


@keys.command()
@who
@where
@phrase
def status(*, user: str | None, desk: str | None, passphrase_file: Path | None) -> None:
    """How the keys of the desk stand."""
    actor = actor_of(user, desk, passphrase_file, "desk.keys")
    with acting(actor):
        require(actor, "desk.keys", actor.desk)
        record(actor, "desk.keys", actor.desk)
        now = desk_keys.status(actor.desk)
    click.echo(f"Key of the desk: epoch {now.epoch}, since {now.since:%Y-%m-%d}")
    click.echo(f"Files under earlier epochs: {now.under_older} of {now.files}; due to turn: {now.turn_due}")
    click.echo(f"Members who open it: {now.admitted}")
    click.echo(f"Recovery sheet: {'yes' if now.recovery else 'no'}")
    click.echo(f"Custody: {now.custody}")
    click.echo(f"Standing seals given to: {' '.join(map(str, now.read_by)) or 'nobody'}")
    click.echo(f"Standing seals held on: {' '.join(map(str, now.reads)) or 'nobody'}")
    left = f"; being turned, desks left: {len(host.waiting())}" if host.turning() else ""
    click.echo(f"Key of the host: epoch {host.pair()[0].epoch}{left}")


@keys.command()
@click.option("--host", "of_host", is_flag=True, help="The host's key; needs no user, but its key file.")
@click.option("--resume", is_flag=True, help="Turn no key again: only seal on what was left.")
@who
@where
@phrase
def rotate(
    *, of_host: bool, resume: bool, user: str | None, desk: str | None, passphrase_file: Path | None
) -> None:
    """Turn the key of the desk and seal all its files anew, or turn the key of the host.

    Both go on while people work. What breaks off goes on with the same command, for a desk with --resume.
    """
    if of_host:
        rotate_host()
        return
    actor = actor_of(user, desk, passphrase_file, "desk.turn")
    if not resume:
        with acting(actor):
            actions.turn(actor, actor.desk)
        click.echo("The desk has a new key.")
    seal_anew(actor)


def seal_anew(actor: Actor) -> None:
    """Step by step, each in a transaction of its own."""
    position: int | None = 0
    while position is not None:
        with acting(actor):
            position = desk_keys.reseal(actor, actor.desk, after=position).position
            now = desk_keys.status(actor.desk)
        click.echo(f"Files under earlier epochs: {now.under_older} of {now.files}")


def rotate_host() -> None:
    with wall.acting(None, scope="all"):
        record(NOBODY, "host.turn", "vault.host")
    for done, of in resealing.turn_host():
        click.echo(f"Desks turned: {done} of {of}")
    click.echo(
        f"The host has a new key, epoch {host.pair()[0].epoch}. Copies of the old file open nothing new."
    )


@keys.command()
@click.option("--words-file", type=FILE, help="Holds the printed words; without it, they are asked for.")
@who
@where
@phrase
def recover(
    *, words_file: Path | None, user: str | None, desk: str | None, passphrase_file: Path | None
) -> None:
    """Open the desk to USER, who works there, with its printed recovery key."""
    actor = actor_of(user, desk, passphrase_file, "desk.use")
    words = (
        words_file.read_text("utf-8")
        if words_file
        else click.prompt("Recovery key", hide_input=True, err=True)
    )
    with acting(actor):
        desk_keys.recover(actor, words)
    click.echo(f"{user} opens the desk {desk} from now on.")
