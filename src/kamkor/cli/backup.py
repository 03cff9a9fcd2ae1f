"""Makes a backup, and drills the restoring of one: what is read and written is told, never whose."""

import sys
from functools import partial
from pathlib import Path

import click
from django.conf import settings

from kamkor.access.models import Desk, User
from kamkor.backup import drilling, making
from kamkor.cli.archives import FILE, archive_files, identity_file, told, trusted
from kamkor.people import erasure
from kamkor.vault import archives as sealed
from kamkor.vault import desks
from kamkor.vault.keyring import Keyring


@click.command()
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), required=True, help="Folder of the backups of records."
)
@click.option(
    "--officer", "given", multiple=True, help="An age key (age1…) that will open it; more than one is good."
)
@click.option("--officers", type=FILE, help="A file with one age key in each line.")
@click.option(
    "--keys-to",
    type=click.Path(path_type=Path),
    help="The one copy of the key store, written over each time.",
)
def backup(folder: Path, given: tuple[str, ...], officers: Path | None, keys_to: Path | None) -> None:
    """Back up the records, and write over the one copy of the key store, while the server runs."""
    keys = keys_to or settings.BACKUP_KEY_STORE_FILE
    if keys is None:
        raise click.UsageError("Say where the one copy of the key store lies: --keys-to FILE.")
    with told():
        lines = [*given, *(officers.read_text().splitlines() if officers else [])]
        officers_keys = sealed.read_officers(lines or settings.BACKUP_OFFICERS)
        made = making.make(folder, keys, officers_keys)
        erasure.export_register(folder / erasure.REGISTER)
        show(made)
        click.echo(f"Signed with {sealed.signer()} (keep this line where this machine is not).")


def show(made: making.Made) -> None:
    rows = sum(count["rows"] for count in made.of_records.values())
    size = made.records.stat().st_size / 2**20
    click.echo(
        f"Backup {made.number}: {rows} rows in {len(made.of_records)} parts, {size:.1f} MiB, {made.records}."
    )
    click.echo(f"Key store: {made.of_keys['vault_storedkey']['rows']} keys in {made.keys}, the only copy.")


@click.command()
@archive_files
@identity_file
@trusted
@click.option("--as", "user", metavar="USER", help="Open the sample with this colleague's pass phrase.")
@click.option("--passphrase-file", type=FILE, help="Holds the pass phrase.")
@click.option("--desk", metavar="CODE", help="Open the sample with this desk's printed recovery key.")
@click.option("--recovery-file", type=FILE, help="Holds the words of the recovery key.")
@click.option("--sample", default=20, show_default=True, help="How many sealed items are opened.")
def drill(
    archives: tuple[Path, ...],
    identity: Path,
    signers: tuple[str, ...],
    *,
    user: str | None,
    passphrase_file: Path | None,
    desk: str | None,
    recovery_file: Path | None,
    sample: int,
) -> None:
    """Restore into nothing, and say whether the backup would serve: counts, the log's chain, some seals."""
    opener = None
    if user and passphrase_file:
        opener = partial(of_member, user, passphrase_file.read_text().strip())
    elif desk and recovery_file:
        opener = partial(of_desk, desk, recovery_file.read_text().strip())
    with told():
        report = drilling.drill(archives, identity.read_text(), signers, opener=opener, sample=sample)
    click.echo(
        f"{report.rows} rows of {report.tables} tables read as they did; {report.seals} seals of the log."
    )
    click.echo(
        f"{report.sealed_items} sealed items, {report.without_key} of them without a key (erased since)."
    )
    how = f"{report.opened} opened" if opener else "none opened: no key was given"
    click.echo(f"{report.looked_at} drawn by lot, {how}.")
    for wrong in report.wrong:
        click.echo(f"WRONG: {wrong}")
    if report.wrong:
        sys.exit(1)
    click.echo("This backup would serve.")


def of_member(user: str, passphrase: str) -> Keyring:
    """The keyring of a colleague as the backup knows them."""
    holder = User.objects.select_related("holder").get(username__iexact=user).holder
    assert holder is not None
    return Keyring.unlock(holder, passphrase)


def of_desk(code: str, words: str) -> Keyring:
    return desks.recover(Desk.objects.select_related("holder").get(code=code).holder, words)
