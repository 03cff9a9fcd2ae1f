"""Puts what an archive holds into an empty database, or with consent over a living one: all of it or nothing.

What was written is read again before it is committed: each table has to give the digest that it had, and the
access log the chain that was signed. Then the register of erasures is applied again.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.migrations.executor import MigrationExecutor

from kamkor.access.models import User
from kamkor.backup.contents import Contents, Count
from kamkor.backup.making import ERASED, FILE, SEAL_COPY, key_files, newest_known
from kamkor.backup.stores import Store, key_store, records
from kamkor.base import wall
from kamkor.base.models import AuditEvent
from kamkor.people import erasure
from kamkor.vault import archives, router, seals
from kamkor.vault.archives import BadArchive, Checked


@dataclass
class Restored:
    """What one archive gave."""

    checked: Checked
    head: dict[str, Any]
    counts: dict[str, dict[str, Any]]
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(count["rows"] for name, count in self.counts.items() if not name.startswith(FILE))


def check(path: Path, identity: str, signers: Iterable[str] = ()) -> Restored:
    """Read all of an archive, and write nothing."""
    checked = archives.check(path, signers)
    with archives.contents(checked, identity) as stream:
        contents = Contents(stream)
        for _ in contents:
            pass
    return Restored(checked, contents.head, contents.counts)


def restore(
    path: Path, identity: str, signers: Iterable[str] = (), *, replace: bool, older: bool
) -> Restored:
    """Restore an archive of the records or of the keys; raises BadArchive, and has then changed nothing."""
    checked = archives.check(path, signers)
    if checked.title.number < newest_known() and not older:
        raise BadArchive(
            f"This is backup {checked.title.number}, and {newest_known()} was made here since."
            " Take the newest, or give --older."
        )
    store = store_of(checked)
    if alive(store) and not replace:
        raise BadArchive("There are people's records here already. Give --replace to write over them.")
    with archives.contents(checked, identity) as stream:
        contents = Contents(stream)
        prepare(store, contents.head)
        restored = _fill(store, contents, checked)
    _put_back(restored)
    return restored


def order(path: Path) -> bool:
    """For sorting: the keys come first, for a file without its key would be lost."""
    with path.open("rb") as file:
        return archives.read_title(file)[0].kind == "records"


def finish(folders: Iterable[Path] = ()) -> list[str]:
    """Bring the tables up to date, note the restoring in the log, and erase again who was erased since the
    backup, by the register of this installation and those that lie beside the archives; in words."""
    for alias in settings.DATABASES:
        router.migrate(alias)
    AuditEvent.objects.add(verb="backup.restore", subject="backup", role="system")
    registers = [folder / erasure.REGISTER for folder in dict.fromkeys(folders)]
    again = erasure.apply_register(*registers)
    return [f"People erased again, who were erased since the backup: {again}."]


def store_of(checked: Checked) -> Store:
    """The database that this archive is for."""
    store = key_store() if checked.title.kind == "keys" else records()
    if store.connection.vendor != checked.title.engine:
        raise BadArchive(
            f"It was made on {checked.title.engine}, and this installation is on {store.connection.vendor}."
        )
    return store


def alive(store: Store) -> bool:
    """Whether there is something in it that somebody may miss."""
    with store.cursor() as cursor:
        present = store.connection.introspection.table_names(cursor)
        held = User._meta.db_table if store.alias == "default" else "vault_storedkey"
        if held not in present:
            return False
        cursor.execute(f'SELECT 1 FROM "{held}" LIMIT 1')  # noqa: S608 - one of these two names
        return cursor.fetchone() is not None


def prepare(store: Store, head: dict[str, Any]) -> None:
    """Bring the tables of an empty database to what they were when the backup was made."""
    wanted = {(app, name) for app, name in head["migrations"]}
    executor = MigrationExecutor(store.connection)
    nodes = executor.loader.graph.node_map
    if unknown := sorted(wanted - set(nodes)):
        first = ".".join(unknown[0])
        raise BadArchive(f"A newer version of Kamkor made it ({head['version']}): {first} is not known here.")
    if not executor.loader.applied_migrations:
        last = [node for node in sorted(wanted) if not {child.key for child in nodes[node].children} & wanted]
        executor.migrate(last)
    check_state(store, head)


def check_state(store: Store, head: dict[str, Any]) -> None:
    if store.migrations() != head["migrations"]:
        raise BadArchive(
            f"Its tables are those of version {head['version']}, and here they are others."
            " Restore it into an empty installation, which is then brought up to date."
        )


def _fill(store: Store, contents: Contents, checked: Checked) -> Restored:
    restored = Restored(checked, contents.head, contents.counts)
    with store.emptied():
        restored.files = fill(store, contents)
        compare(store, contents.counts)
        if checked.title.kind == "records" and (findings := log_findings(restored)):
            raise BadArchive(f"Its access log is not as it was sealed ({len(findings)} findings).")
        store.set_sequences(contents.head["sequences"])
    return restored


def fill(store: Store, contents: Contents) -> dict[str, bytes]:
    """Put every table into the database, and give the files."""
    files = {}
    for part in contents:
        if part.name.startswith(FILE):
            files[part.name] = b"".join(part.blocks)
        elif part.name not in store.tables() or sorted(part.columns) != sorted(store.columns(part.name)):
            raise BadArchive(f"The table {part.name} has other columns here.")
        else:
            store.fill(part)
    return files


def log_findings(restored: Restored) -> list[seals.Finding]:
    """What in the log is not as it was sealed, by the key that the signed head names."""
    signer = restored.head["log_key"]
    with wall.acting(None, scope="all"):
        found = seals.verify(signer=signer)
        copy = restored.files.get(SEAL_COPY, b"").decode(errors="replace")
        return [*found, *seals.check_copy(copy, bytes.fromhex(signer))]


def compare(store: Store, counts: dict[str, dict[str, Any]]) -> None:
    """What lies in the database now must read as what was read when the backup was made."""
    for name, expected in counts.items():
        if name.startswith(FILE):
            continue
        count = Count()
        for block in store.rows(name, store.columns(name)):
            count.add(block)
        if count.said() != expected:
            raise BadArchive(f"The table {name} does not read as it did when the backup was made.")
    if missing := set(store.tables()) - set(counts):
        raise BadArchive(f"It has no table {', '.join(sorted(missing))}.")


def _put_back(restored: Restored) -> None:
    """The keys outside the database, and the copy of the log's seals."""
    places = {FILE + name: path for name, path in key_files().items()}
    places |= {SEAL_COPY: settings.SEAL_COPY_FILE, ERASED: settings.ERASURE_REGISTER_FILE}
    for name, content in restored.files.items():
        path = places.get(name)
        if path is None or (name == ERASED and path.exists()):
            continue  # the register that is here knows of more than one that comes from a backup
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_name(f"{path.name}.restored")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        aside.replace(path)
