"""One of the two databases as a backup sees it: tables that are read in one moment and filled in one go.

Rows go by as the database writes them (COPY's text on PostgreSQL, lines of JSON on SQLite), in the order in
which they lie: so what was restored can be read again and compared by its digest.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder

from kamkor.backup.contents import Part
from kamkor.base import wall
from kamkor.vault.archives import BadArchive
from kamkor.vault.router import KEY_STORE

RECORDS = "default"
# Who restores signs in anew; which migrations there are is in the head.
SESSIONS = ("access_draft", "access_signin")  # what is written in a session goes with it
LEFT_OUT = {"django_migrations", *SESSIONS}
Row = list[Any]


class Store:
    """A database by its alias; one of the two kinds below."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.connection = connections[alias]

    def cursor(self) -> CursorWrapper:
        return self.connection.cursor()

    def tables(self) -> list[str]:
        with self.cursor() as cursor:
            found = self.connection.introspection.table_names(cursor)
        return sorted(set(found) - LEFT_OUT)

    def columns(self, table: str) -> list[str]:
        with self.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')  # noqa: S608 - names of our tables
            return [column[0] for column in cursor.description]

    def migrations(self) -> list[list[str]]:
        applied = MigrationRecorder(self.connection).applied_migrations()
        return sorted([app, name] for app, name in applied)

    def parts(self, tables: Iterable[str]) -> Iterator[Part]:
        for table in tables:
            columns = self.columns(table)
            yield Part(table, columns, self.rows(table, columns))

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Everything that is read inside is as it is now, and nothing that is done inside remains."""
        with self._transaction():
            if self.alias == RECORDS:
                with wall.acting(None, scope="all"):
                    yield
            else:
                yield

    def _transaction(self) -> AbstractContextManager[None]:
        return undone(self.alias)

    def check_readable(self) -> None:
        """Raise BadArchive if rows would be left out in silence."""

    def rows(self, table: str, columns: list[str]) -> Iterator[bytes]:
        raise NotImplementedError

    def fill(self, part: Part) -> None:
        raise NotImplementedError

    def sequences(self) -> dict[str, int]:
        raise NotImplementedError

    def set_sequences(self, last: dict[str, int]) -> None:
        raise NotImplementedError

    def emptied(self) -> AbstractContextManager[None]:
        """Inside, every table is empty and takes rows in any order; at the end all rules hold again."""
        raise NotImplementedError

    def cover(self, tables: Iterable[str]) -> None:
        """Put an empty table before each of these, seen by this connection until its transaction ends."""
        raise NotImplementedError

    def held(self) -> AbstractContextManager[None]:
        """Nobody else writes here meanwhile."""
        raise NotImplementedError


class SqliteStore(Store):
    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """A reader's transaction: Django's usual one would keep everybody else from writing."""
        self.connection.ensure_connection()
        connection: Any = self.connection  # of SQLite's own kind, which has a mode
        usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
        try:
            with undone(self.alias), self.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM sqlite_master")  # the moment begins with the first read
                yield
        finally:
            connection.transaction_mode = usual

    def rows(self, table: str, columns: list[str]) -> Iterator[bytes]:
        """A column behind a plus has no declared type, so that nobody converts what lies there."""
        listed = ", ".join(f'+"{column}"' for column in columns)
        with self.cursor() as cursor:
            cursor.execute(f'SELECT {listed} FROM "{table}" ORDER BY rowid')  # noqa: S608 - names of our tables
            yield from map(_line, cursor)  # row by row: a few pieces of documents are as large as a block

    def fill(self, part: Part) -> None:
        listed, marks = ", ".join(f'"{c}"' for c in part.columns), ", ".join("?" * len(part.columns))
        statement = f'INSERT INTO "{part.name}" ({listed}) VALUES ({marks})'  # noqa: S608 - checked names
        self.connection.ensure_connection()
        for rows in _batches(part.blocks):
            self.connection.connection.executemany(statement, rows)

    def sequences(self) -> dict[str, int]:
        with self.cursor() as cursor:
            cursor.execute("SELECT name, seq FROM sqlite_sequence")
            return dict(cursor.fetchall())

    def set_sequences(self, last: dict[str, int]) -> None:
        with self.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_sequence")
            cursor.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", list(last.items()))

    @contextmanager
    def emptied(self) -> Iterator[None]:
        with transaction.atomic(using=self.alias), self.cursor() as cursor:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            for table in [*self.tables(), *SESSIONS]:
                if table in self._present(cursor):
                    cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names of our tables
            yield
            for _, text in triggers:
                cursor.execute(text)

    def cover(self, tables: Iterable[str]) -> None:
        with self.cursor() as cursor:
            for table in tables:
                cursor.execute("SELECT sql FROM main.sqlite_master WHERE name = %s", [table])
                (text,) = cursor.fetchone()
                cursor.execute(text.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))

    @contextmanager
    def held(self) -> Iterator[None]:
        if self.connection.in_atomic_block:
            yield
            return
        other = self.connection.copy(self.alias)
        try:
            with other.cursor() as cursor:
                cursor.execute("BEGIN IMMEDIATE")
                yield
                cursor.execute("ROLLBACK")
        finally:
            other.close()

    def _present(self, cursor: CursorWrapper) -> list[str]:
        return self.connection.introspection.table_names(cursor)


class PostgresStore(Store):
    # The text of one value is the same for everybody, and rows come in the order in which they lie.
    PLAIN = (
        "SET LOCAL timezone = 'UTC'",
        "SET LOCAL datestyle = 'ISO, YMD'",
        "SET LOCAL bytea_output = 'hex'",
        "SET LOCAL extra_float_digits = 3",
        "SET LOCAL synchronize_seqscans = off",
    )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        outermost = not self.connection.in_atomic_block
        with undone(self.alias), self.cursor() as cursor:
            if outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for statement in self.PLAIN:
                cursor.execute(statement)
            yield

    def check_readable(self) -> None:
        """Each wall has to let the system through; a table whose wall does not would come out short."""
        with self.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND c.relkind = 'r'"
                " AND c.relnamespace = current_schema()::regnamespace"
                " AND pg_get_userbyid(c.relowner) <> current_user"
                " AND NOT EXISTS (SELECT 1 FROM pg_policies p WHERE p.tablename = c.relname"
                " AND p.schemaname = current_schema() AND p.qual LIKE '%%kamkor.scope%%')"
            )
            hidden = sorted(row[0] for row in cursor.fetchall())
        if hidden:
            raise BadArchive(f"Row-level security hides rows of {', '.join(hidden)} from the system.")

    def rows(self, table: str, columns: list[str]) -> Iterator[bytes]:
        listed = ", ".join(f'"{column}"' for column in columns)
        with self.cursor() as cursor, cursor.copy(f'COPY "{table}" ({listed}) TO STDOUT') as copy:
            for data in copy:
                yield bytes(data)

    def fill(self, part: Part) -> None:
        listed = ", ".join(f'"{column}"' for column in part.columns)
        with self.cursor() as cursor, cursor.copy(f'COPY "{part.name}" ({listed}) FROM STDIN') as copy:
            for block in part.blocks:
                copy.write(block)

    def sequences(self) -> dict[str, int]:
        with self.cursor() as cursor:
            cursor.execute(
                "SELECT sequencename, last_value FROM pg_sequences"
                " WHERE schemaname = current_schema() AND last_value IS NOT NULL"
            )
            return dict(cursor.fetchall())

    def set_sequences(self, last: dict[str, int]) -> None:
        with self.cursor() as cursor:
            for name, value in last.items():
                cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [name, value])

    @contextmanager
    def emptied(self) -> Iterator[None]:
        tables = [*self.tables()]
        with transaction.atomic(using=self.alias), self.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            for statement in self.PLAIN:
                cursor.execute(statement)
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            listed = ", ".join(f'"{table}"' for table in [*tables, *self._sessions(cursor)])
            cursor.execute(f"TRUNCATE {listed}")
            yield
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')

    def _sessions(self, cursor: CursorWrapper) -> list[str]:
        present = self.connection.introspection.table_names(cursor)
        return [name for name in present if name in SESSIONS]

    def cover(self, tables: Iterable[str]) -> None:
        with self.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            (schema,) = cursor.fetchone()
            for table in tables:
                cursor.execute(f'CREATE TEMP TABLE "{table}" (LIKE "{schema}"."{table}" INCLUDING ALL)')

    @contextmanager
    def held(self) -> Iterator[None]:
        if self.connection.in_atomic_block:
            yield
            return
        other = self.connection.copy(self.alias)
        try:
            other.set_autocommit(False)
            with other.cursor() as cursor:
                for table in self.tables():
                    cursor.execute(f'LOCK TABLE "{table}" IN SHARE MODE')
                yield
            other.rollback()
        finally:
            other.close()


def records() -> Store:
    return _store(RECORDS)


def key_store() -> Store:
    return _store(KEY_STORE)


def _store(alias: str) -> Store:
    return PostgresStore(alias) if connections[alias].vendor == "postgresql" else SqliteStore(alias)


@contextmanager
def undone(alias: str) -> Iterator[None]:
    """A transaction that is rolled back at its end."""
    with transaction.atomic(using=alias):
        try:
            yield
        finally:
            transaction.set_rollback(True, using=alias)


def _line(row: tuple[Any, ...]) -> bytes:
    values = [{"b": b64encode(v).decode()} if isinstance(v, bytes) else v for v in row]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _batches(blocks: Iterable[bytes]) -> Iterator[list[Row]]:
    """Rows again, whose lines may go over the border of two blocks."""
    pieces: list[bytes] = []
    for block in blocks:
        *whole, rest = block.split(b"\n")
        if whole:
            whole[0] = b"".join([*pieces, whole[0]])
            pieces = []
            yield [_row(line) for line in whole]
        pieces.append(rest)
    if b"".join(pieces):
        raise BadArchive("A row breaks off.")


def _row(line: bytes) -> Row:
    return [b64decode(v["b"]) if isinstance(v, dict) else v for v in json.loads(line)]
