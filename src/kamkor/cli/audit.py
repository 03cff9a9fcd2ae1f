"""Seals the access log and finds what was changed after sealing."""

import sys
from pathlib import Path

import click
from django.conf import settings

from kamkor.base import wall
from kamkor.vault import seals

MEANINGS = {
    "changed": "was changed after it was sealed",
    "missing": "was removed after it was sealed",
    "altered": "is not the seal that was signed",
    "forged": "is not signed with this installation's key",
    "broken": "does not follow the seal before it",
    "cut": "is in the copy and no longer in the log",
    "no copy": "There is no copy to compare with.",
}


@click.group()
def audit() -> None:
    """Seal the access log and verify its seals."""


@audit.command()
def seal() -> None:
    """Seal every entry that is not yet sealed."""
    rows = 0
    with wall.acting(None, scope="all"):
        while batch := seals.seal_batch():
            rows += batch.rows
    click.echo(f"Sealed {rows} entries.")


@audit.command()
@click.option(
    "--copy", type=click.Path(path_type=Path), help="Another copy of the seals than the one kept here."
)
def verify(copy: Path | None) -> None:
    """Look for entries and seals that were changed or removed; fails when there are any."""
    with wall.acting(None, scope="all"):
        findings = seals.verify(copy or settings.SEAL_COPY_FILE)
    for finding in findings:
        click.echo(describe(finding))
    if findings:
        sys.exit(1)
    click.echo("The access log is as it was sealed.")


def describe(finding: seals.Finding) -> str:
    place = f"seal {finding.seal}" if finding.row is None else f"entry {finding.row} of seal {finding.seal}"
    return f"{place} {MEANINGS[finding.kind]}" if finding.seal else MEANINGS[finding.kind]
