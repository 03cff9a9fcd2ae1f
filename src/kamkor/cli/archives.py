"""What the commands about archives have in common: their arguments, and how a bad archive is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
archive_files = click.argument("archives", nargs=-1, required=True, type=FILE)
identity_file = click.option(
    "--identity", type=FILE, required=True, help="The age identity of an officer to whom it is encrypted."
)
trusted = click.option(
    "--signer",
    "signers",
    multiple=True,
    help="The key that `kamkor backup` printed; without it, this installation's own.",
)


@contextmanager
def told() -> Iterator[None]:
    """Why an archive is refused, without a trace of the program."""
    from kamkor.base.problems import Problem
    from kamkor.vault.archives import BadArchive

    try:
        yield
    except BadArchive as error:
        raise click.ClickException(f"Refused. {error}") from error
    except Problem as error:
        raise click.ClickException(str(error.title)) from error
