"""Restores a backup, as the role that owns the tables; every check comes before anything is written."""

import os
from pathlib import Path

import click
import django

from kamkor.cli.archives import archive_files, identity_file, told, trusted

ELSEWHERE = ("DATABASE", "KEYS_DATABASE", "OWNER_DATABASE", "OWNER_KEYS_DATABASE", "KEY_FOLDER")


@click.command()
@archive_files
@identity_file
@trusted
@click.option("--verify", is_flag=True, help="Read all of it and check it, and write nothing.")
@click.option(
    "--into", type=click.Path(path_type=Path), help="Restore into another, empty KAMKOR_HOME (SQLite)."
)
@click.option("--replace", is_flag=True, help="Write over the records that are here; stop the server first.")
@click.option("--older", is_flag=True, help="Take it although a newer one was made here.")
def restore(
    archives: tuple[Path, ...],
    identity: Path,
    signers: tuple[str, ...],
    *,
    verify: bool,
    into: Path | None,
    replace: bool,
    older: bool,
) -> None:
    """Restore archives of the records, of the key store, or both. All of an archive is taken, or nothing."""
    if verify and into:
        raise click.UsageError("--verify writes nothing: leave out --into.")
    begin(into)
    from kamkor.backup import restoring

    secret = identity.read_text()
    with told():
        if verify:
            for path in archives:
                say(
                    path,
                    restoring.check(path, secret, signers).rows,
                    "read; it is whole and as it was signed",
                )
            return
        # The keys first: a key without a file harms nobody, a file without its key is lost.
        for path in sorted(archives, key=restoring.order):
            done = restoring.restore(path, secret, signers, replace=replace, older=older)
            say(path, done.rows, "restored, and compared with what was signed")
        for line in restoring.finish([path.parent for path in archives]):
            click.echo(line)


def say(path: Path, rows: int, what: str) -> None:
    click.echo(f"{path.name}: {rows} rows {what}.")


def begin(into: Path | None) -> None:
    """Connect as the owner; with `into`, leave everything that belongs to the present installation alone."""
    if into:
        for name in ELSEWHERE:
            os.environ.pop(f"KAMKOR_{name}", None)
        os.environ["KAMKOR_HOME"] = str(into)
    os.environ["KAMKOR_AS_OWNER"] = "yes"
    django.setup()
