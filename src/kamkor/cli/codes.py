"""Loads the code lists and the country pack; a second run changes nothing."""

from pathlib import Path

import click

from kamkor.base import codelists
from kamkor.codes import loaders
from kamkor.statistics import register


@click.group()
def codes() -> None:
    """The code lists and the country pack."""


@codes.command()
def load() -> None:
    """Bring the database to the released lists; rows that were edited here are kept."""
    try:
        rows, figures = codelists.load(), register.load()
    except loaders.CodeFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{rows} codes are loaded." if rows else "The code lists are up to date.")
    if figures:
        click.echo(f"{figures} published figures are new in the register.")


@codes.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Say whether a list file is right, or which row and field to mend."""
    try:
        found = loaders.read(file)
    except loaders.CodeFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file.name}: {len(found)} rows are right.")
