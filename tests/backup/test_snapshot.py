"""A backup is of one moment, holds nobody up, and brings each kind of value back as it was."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from kamkor.backup import making
from kamkor.backup.contents import Part
from kamkor.backup.stores import SqliteStore, records
from kamkor.base.models import CodeRelease
from kamkor.vault.archives import BadArchive
from tests.backup.conftest import Officer
from tests.databases import ON_POSTGRESQL, database_name, server
from tests.world import World


@pytest.fixture
def shared(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[SqliteStore]:
    """A database in a file, as an installation has it; those of the tests live in memory."""
    path = tmp_path / "used.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT, sealed BLOB)")
        made.execute("INSERT INTO note (text, sealed) VALUES ('first' || char(10) || 'ө', x'00ff0a')")
    made.close()
    connections.databases["shared"] = {**connections.databases["default"], "NAME": str(path)}
    with django_db_blocker.unblock():
        yield SqliteStore("shared")
        connections["shared"].close()
    del connections["shared"], connections.databases["shared"]


def test_a_backup_holds_nobody_up_and_is_of_one_moment(shared: SqliteStore) -> None:
    writer = sqlite3.connect(shared.connection.settings_dict["NAME"], timeout=0)
    with shared.moment():
        columns = shared.columns("note")
        before = list(shared.rows("note", columns))
        with writer:
            writer.execute("INSERT INTO note (text) VALUES ('second')")
        assert list(shared.rows("note", columns)) == before
    with shared.moment():
        assert list(shared.rows("note", columns)) != before
    writer.close()


def test_every_kind_of_value_comes_back_as_it_was(shared: SqliteStore) -> None:
    with shared.moment():
        columns, rows = shared.columns("note"), list(shared.rows("note", shared.columns("note")))
        sequences = shared.sequences()
    halves = [half for row in rows for half in (row[:7], row[7:])]
    with shared.emptied():
        assert list(shared.rows("note", columns)) == []
        shared.fill(Part("note", columns, halves))
        shared.set_sequences(sequences)
    assert list(shared.rows("note", columns)) == rows
    with shared.cursor() as cursor:
        cursor.execute("SELECT text, sealed FROM note")
        assert cursor.fetchall() == [("first\nө", b"\x00\xff\n")]


def test_nobody_writes_keys_between_the_two_beginnings(shared: SqliteStore) -> None:
    writer = sqlite3.connect(shared.connection.settings_dict["NAME"], timeout=0)
    with shared.held(), pytest.raises(sqlite3.OperationalError, match="locked"):
        writer.execute("INSERT INTO note (text) VALUES ('second')")
    writer.execute("INSERT INTO note (text) VALUES ('third')")
    writer.close()


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
@pytest.mark.skipif(not ON_POSTGRESQL, reason="of PostgreSQL")
def test_on_postgresql_too(place: Path, officer: Officer) -> None:
    store, other = records(), connection.copy()
    with making.both_at_once() as (rows, _):
        before = list(rows.rows("base_coderelease", rows.columns("base_coderelease")))
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO base_coderelease (digest, at, rows) VALUES ('a', now(), 1)")
        assert list(rows.rows("base_coderelease", rows.columns("base_coderelease"))) == before
    other.close()
    assert CodeRelease.objects.filter(digest="a").exists()
    assert store.sequences()


@pytest.mark.skipif(not ON_POSTGRESQL, reason="of PostgreSQL")
def test_a_wall_that_would_hide_rows_stops_the_backup(world: World, place: Path) -> None:
    store = records()
    store.check_readable()
    with server().admin(database_name()) as owner:
        owner.execute("CREATE TABLE hidden (id int)")
        owner.execute("ALTER TABLE hidden ENABLE ROW LEVEL SECURITY")
    try:
        with pytest.raises(BadArchive, match="hides rows of hidden"):
            store.check_readable()
    finally:
        with server().admin(database_name()) as owner:
            owner.execute("DROP TABLE hidden")
