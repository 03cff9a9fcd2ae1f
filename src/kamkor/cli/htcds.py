"""Takes cases over from other systems, and hands them out, in the HTCDS format."""

import os
import sys
from pathlib import Path

import click
from django.db import transaction
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.assistance.actions import htcds as actions
from kamkor.assistance.htcds.incoming import Sent
from kamkor.assistance.htcds.report import Report, report
from kamkor.assistance.htcds.wording import say, say_file
from kamkor.assistance.models import HandOut
from kamkor.base import codelists, wall
from kamkor.base.actions import Refused
from kamkor.base.problems import Problem
from kamkor.cli.acting import FILE, actor_of, phrase, refused, where, who
from kamkor.methods.htcds import FileError, Reading
from kamkor.methods.htcds.standard import VERSIONS


@click.group()
def htcds() -> None:
    """Take over and hand out cases in the HTCDS format."""


@htcds.command("import")
@click.argument("file", type=FILE)
@click.option("--version", type=click.Choice(VERSIONS), help="Of HTCDS; without it the file tells.")
@click.option("--dry-run", is_flag=True, help="Only say what the file holds.")
@click.option("--keep-good", is_flag=True, help="Take the good rows though others are bad.")
@click.option("--again", is_flag=True, help="Take a file that was taken before.")
@who
@where
@phrase
def import_file(
    file: Path,
    *,
    version: str | None,
    dry_run: bool,
    keep_good: bool,
    again: bool,
    user: str | None,
    desk: str | None,
    passphrase_file: Path | None,
) -> None:
    """Take the cases of FILE.csv or FILE.json: all of them or none. Bad rows are listed as
    file:row: field: what to do."""
    sent = Sent(file.name, file.read_bytes(), version or "")
    reading = _read(sent)
    found = report(reading)
    _tell(found)
    _list_bad(reading)
    if not dry_run and (keep_good or not reading.errors):
        actor = actor_of(user, desk, passphrase_file, "htcds.import")
        _take(actor, sent, reading, keep_good=keep_good, again=again)
        click.echo(f"Taken over: {found.cases} cases.")
    elif not dry_run:
        click.echo("Nothing was taken. Mend these rows, or use --keep-good.", err=True)
    if reading.errors:
        sys.exit(1)


@htcds.command("export")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Once a second person agreed.")
@click.option("--format", "layout", type=click.Choice(["csv", "json"]), default="csv")
@click.option("--reason", default="own_copy", help="A code of the list export_reason.")
@who
@where
@phrase
def export_file(
    *,
    out: Path | None,
    layout: str,
    reason: str,
    user: str | None,
    desk: str | None,
    passphrase_file: Path | None,
) -> None:
    """Without --out, ask a second person for a file with every case of the desk. With --out, write the newest
    one that was agreed to, once. The file is not sealed: keep it as you would keep the keys."""
    if reason not in codelists.entries("export_reason"):
        raise click.UsageError(f"--reason is one of {', '.join(codelists.entries('export_reason'))}.")
    actor = actor_of(user, desk, passphrase_file, actions.EXPORT)
    try:
        with wall.acting(actor.desk_id), transaction.atomic():
            _ask(actor, layout, reason) if out is None else _hand_out(actor, out)
    except Problem as problem:
        raise click.ClickException(f"{problem.title}. {problem.mend}") from problem
    except Refused as refusal:
        raise refused(actor, refusal) from refusal


def _ask(actor: Actor, layout: str, reason: str) -> None:
    wanted = actions.ask(actor, actor.desk, layout=layout, reason=reason)
    where = f"the head of {wanted.decider.code}" if wanted.decider else "a colleague"
    click.echo(
        f"Asked: {wanted.count} cases. When {where} has agreed, within 24 hours, name a file with --out."
    )


def _hand_out(actor: Actor, out: Path) -> None:
    """For the eyes of its owner alone; a file that is there already is not written over."""
    own = HandOut.objects.visible_to(actor).filter(asked_by=actor.user_id, made_at=None, agreed=True)
    wanted = own.order_by("-asked_at").first()
    if wanted is None:
        raise click.ClickException("Nothing that you asked for has been agreed to by a second person.")
    content = actions.export(actor, wanted)
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(content)
    except FileExistsError as error:
        raise click.ClickException(f"{out} is there already. Name another file.") from error
    click.echo(f"Written on {timezone.localdate()}. The file is not sealed.")


def _read(sent: Sent) -> Reading:
    try:
        return sent.read()
    except FileError as error:
        raise click.ClickException(f"{error.file}: {say_file(error)}") from error


def _tell(found: Report) -> None:
    click.echo(f"HTCDS {found.version}: {found.cases} cases, {found.good} good rows, {found.bad} bad rows.")
    for notice in found.notices:
        click.echo(notice)


def _list_bad(reading: Reading) -> None:
    for error in reading.errors:
        click.echo(f"{error.file}:{error.row}: {error.field}: {say(error.message, error.filling)}", err=True)


def _take(actor: Actor, sent: Sent, reading: Reading, *, keep_good: bool, again: bool) -> None:
    try:
        with wall.acting(actor.desk_id), transaction.atomic():
            kept = actions.receive(actor, actor.desk, sent=sent, reading=reading)
            actions.take(actor, kept, keep_good=keep_good, again=again)
    except Problem as problem:
        raise click.ClickException(f"{problem.title}. {problem.mend}") from problem
    except Refused as refusal:
        raise refused(actor, refusal) from refusal
