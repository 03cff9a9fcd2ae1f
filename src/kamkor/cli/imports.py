"""Takes tables of persons, cases, organisations or contacts over."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from kamkor.access.actor import Actor
from kamkor.assistance.actions import imports as actions
from kamkor.assistance.imports import checking, fields, incoming, report
from kamkor.assistance.imports.incoming import Sent
from kamkor.assistance.imports.understanding import PEOPLE, Setup
from kamkor.assistance.models import ImportMapping, TableImport
from kamkor.base import wall
from kamkor.base.actions import Refused
from kamkor.base.problems import Problem
from kamkor.cli.acting import FILE, actor_of, phrase, refused, where, who

KINDS = click.Choice(sorted(fields.FIELDS))


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--kind", required=True, type=KINDS, help="What is in the rows.")
@click.option("--sheet", default="", help="Of a workbook; otherwise the first.")
@click.option("--mapping", metavar="NAME|FILE", help="Remembered at the desk, or JSON: heading to field.")
@click.option("--everybody-agreed", is_flag=True, help="All of these people agreed to a file here.")
@click.option("--likely", type=click.Choice(TableImport.Likely.values), help="Who may be here already.")
@click.option("--dry-run", is_flag=True, help="Only check every row.")
@click.option("--keep-good", is_flag=True, help="Take the good rows though others are bad.")
@click.option("--again", is_flag=True, help="Take a file that was taken before.")
@who
@where
@phrase
def import_table(file: Path, *, kind: str, sheet: str, **options: Any) -> None:
    """Take the rows of FILE (CSV or XLSX): all of them or none. Bad rows are listed as file:row: what to do.
    A mapping file may also say "consent" (row, all), "consent_on" and "case_kind" beside its "fields"."""
    actor = actor_of(options["user"], options["desk"], options["passphrase_file"], f"import.{kind}")
    try:
        imported = _steps(actor, Sent(kind, file.name, file.read_bytes(), sheet), options)
    except Problem as problem:
        raise click.ClickException(f"{problem.title}. {problem.mend}") from problem
    except Refused as refusal:
        raise refused(actor, refusal) from refusal
    if imported.bad:
        sys.exit(1)


def _steps(actor: Actor, sent: Sent, options: dict[str, Any]) -> TableImport:
    """Each in a transaction of its own, as on the page: what was interrupted waits there."""
    with wall.acting(actor.desk_id):
        imported = actions.receive(actor, actor.desk, sent=sent)
    imported = _run(actor, imported)
    with wall.acting(actor.desk_id):
        chosen = _setup(actor, imported, options)
        actions.match(actor, imported, chosen=chosen)
    imported = _run(actor, imported)
    _tell(actor, imported, sent.name)
    if options["dry_run"] or (imported.bad and not options["keep_good"]):
        if not options["dry_run"]:
            click.echo("Nothing was taken. Mend these rows, or use --keep-good.", err=True)
        with wall.acting(actor.desk_id):
            actions.drop(actor, imported)
        return imported
    chosen_likely = options["likely"] or ""
    with wall.acting(actor.desk_id):
        actions.take(
            actor, imported, keep_good=options["keep_good"], likely=chosen_likely, again=options["again"]
        )
    imported = _run(actor, imported)
    click.echo(f"Taken over: {imported.taken} rows. Undo it on the page of table {imported.pk}.")
    return imported


def _run(actor: Actor, imported: TableImport) -> TableImport:
    """Until the pass is over, with the share of it that is done."""
    while True:
        with wall.acting(actor.desk_id):
            now = TableImport.objects.get(pk=imported.pk)
            if not now.running:
                return now
            if broken := actions.step(actor, now, seen=now.done):
                raise broken
            click.echo(f"\r{now.state} {now.done * 100 // max(now.pieces, 1)} %", nl=False, err=True)


def _setup(actor: Actor, imported: TableImport, options: dict[str, Any]) -> Setup:
    headings = incoming.heading(actor, imported).headings
    given = _given(actor, imported.kind, options["mapping"])
    if given:
        unknown = set(given["fields"].values()) - {"", *fields.by_name(imported.kind)}
        if unknown:
            raise click.UsageError(f"The mapping names unknown fields: {', '.join(sorted(unknown))}.")
        targets = [given["fields"].get(heading, "") for heading in headings]
    else:
        targets = fields.propose(imported.kind, headings)
    for heading, target in zip(headings, targets, strict=True):
        click.echo(f"{heading}: {target or '(left out)'}", err=True)
    consent = "all" if options["everybody_agreed"] else given.get("consent", "row")
    if imported.kind in PEOPLE and consent == "row" and "consent" not in targets:
        raise click.UsageError("Say who agreed: a column for consent, or --everybody-agreed.")
    kept = {name: given[name] for name in ("consent_on", "case_kind") if given.get(name)}
    return Setup(imported.kind, tuple(targets), consent=consent, **kept)


def _given(actor: Actor, kind: str, mapping: str | None) -> dict[str, Any]:
    if not mapping:
        return {}
    if Path(mapping).is_file():
        try:
            found = json.loads(Path(mapping).read_text("utf-8"))
            assert isinstance(found, dict)
        except (ValueError, AssertionError) as error:
            raise click.UsageError("The mapping file must be JSON: heading to field.") from error
        return found if "fields" in found else {"fields": found}
    row = ImportMapping.objects.visible_to(actor).filter(kind=kind, name=mapping).first()
    if row is None:
        raise click.UsageError("There is no such file, and no mapping of this name at the desk.")
    kept: dict[str, Any] = json.loads(actor.keyring.read(row.setup))
    return kept


def _tell(actor: Actor, imported: TableImport, name: str) -> None:
    click.echo(f"\n{imported.rows} rows: {imported.good} good, {imported.bad} bad.")
    with wall.acting(actor.desk_id):
        labels = fields.by_name(imported.kind)
        for row in checking.bad_rows(actor, imported):
            click.echo(f"{name}:{row.number}: {' '.join(report.in_sentences(row.wrong, labels))}", err=True)
        likely = imported.likely_rows.count()
    if likely:
        click.echo(f"{likely} rows are about people who are probably here already: say --likely.")
