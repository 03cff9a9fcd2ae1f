"""Rows in bulk: whole tables by COPY on PostgreSQL, by one prepared statement on SQLite."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, models
from psycopg import sql

from tests.postgres import Cluster

Row = list[Any]  # one value of each column, of whatever type it has


class Table:
    """Rows of one model, kept until they are flushed; a column that is not given has the model's default."""

    def __init__(self, model: type[models.Model], *, alias: str = "default") -> None:
        self.model, self.alias = model, alias
        # The vault fills the key store at the same time: there the database gives the numbers.
        self.numbered = isinstance(model._meta.pk, models.AutoField) and alias == "default"
        fields = [
            field
            for field in model._meta.concrete_fields
            if not (field.primary_key and isinstance(field, models.AutoField) and not self.numbered)
        ]
        self.columns = [str(field.column) for field in fields]
        self._place = {field.attname: place for place, field in enumerate(fields)}
        fresh = model()
        self._usual = [bulk(getattr(fresh, field.attname)) for field in fields]
        self.last = 0
        self.rows: list[Row] = []

    def add(self, **values: Any) -> int:
        """Put one row in and give its number."""
        row = self._usual.copy()
        if self.numbered:
            self.last += 1
            row[self._place["id"]] = self.last
        for name, value in values.items():
            row[self._place[name]] = value
        self.rows.append(row)
        return self.last


def bulk(value: Any) -> Any:
    """A value as it is written in bulk: lists and mappings as JSON."""
    return json.dumps(value) if isinstance(value, list | dict) else value


class Loader:
    """All tables of a stage, written together whenever enough rows have gathered."""

    def __init__(self) -> None:
        self._tables: dict[type[models.Model], Table] = {}
        self.counts: dict[str, int] = {}

    def __getitem__(self, model: type[models.Model]) -> Table:
        if model not in self._tables:
            alias = "keys" if getattr(model, "key_store", False) else "default"
            table = self._tables[model] = Table(model, alias=alias)
            if table.numbered:
                table.last = model._base_manager.using(alias).aggregate(last=models.Max("pk"))["last"] or 0
        return self._tables[model]

    def flush(self) -> None:
        for table in self._tables.values():
            if table.rows:
                write(table)
                name = table.model._meta.label
                self.counts[name] = self.counts.get(name, 0) + len(table.rows)
                table.rows = []

    def hand_over(self) -> None:
        """Write what is left, and let the next row that the product makes get the next number."""
        self.flush()
        for table in self._tables.values():
            if table.numbered and connections[table.alias].vendor == "postgresql":
                name = table.model._meta.db_table
                with admin(table.alias) as connection:
                    connection.execute(
                        "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [name, table.last]
                    )


def write(table: Table) -> None:
    connection = connections[table.alias]
    name = table.model._meta.db_table
    if connection.vendor == "postgresql":
        with admin(table.alias) as server, server.cursor() as cursor:
            names: list[sql.Composable] = [sql.Identifier(column) for column in table.columns]
            columns = sql.SQL(", ").join(names)
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), columns)
            with cursor.copy(statement) as copy:
                for row in table.rows:
                    copy.write_row(row)
        return
    columns_text = ", ".join(f'"{column}"' for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    with connection.cursor() as cursor:
        # The driver's own cursor: Django's would look for %s.
        cursor.connection.executemany(
            f'INSERT INTO "{name}" ({columns_text}) VALUES ({marks})',
            ([stored(value) for value in row] for row in table.rows),
        )


def stored(value: Any) -> Any:
    """A value as Django stores it in SQLite."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")  # every moment of a stage is in UTC
    if isinstance(value, date):
        return value.isoformat()
    return value


_open: dict[str, psycopg.Connection[tuple[object, ...]]] = {}


@contextmanager
def admin(alias: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The server's administrator, to whom neither row security nor the checks of references apply."""
    if alias not in _open:
        database = str(connections[alias].settings_dict["NAME"])
        _open[alias] = Cluster(os.environ["BENCH_ADMIN"]).admin(database)
        _open[alias].execute("SET session_replication_role = replica")
    yield _open[alias]
