"""Rows that are there for good, on PostgreSQL: what the next borrower of a connection sees, and the owner."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import pytest
from django.apps.registry import Apps
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, connections, migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

from kamkor.base import wall
from kamkor.people.models import Person
from tests import postgres, world

pytestmark = [
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has neither wall nor pool"),
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
]
THREADS, ROUNDS, CONNECTIONS = 8, 30, 2
DESKS = ("centre", "line", "stranger")


@pytest.fixture
def people() -> Iterator[dict[str, int]]:
    """Three desks with a person each, committed; the desks' keys by name."""
    world.forget()
    with wall.acting(None, scope="all"):
        made = world.build()
        for desk in DESKS:
            made.person(desk)
    yield {desk: made.desks[desk].pk for desk in DESKS}
    world.forget()


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads begun from now on share very few connections."""
    settings = connections.settings["default"]
    few = {"pool": {"min_size": 1, "max_size": CONNECTIONS, "timeout": 60}}
    pooled = settings | {"CONN_MAX_AGE": 0, "OPTIONS": settings["OPTIONS"] | few}
    monkeypatch.setitem(connections.settings, "default", pooled)
    yield
    in_thread(connection_pool)


def connection_pool() -> None:
    connection.close_pool()  # type: ignore[attr-defined]


def in_thread(work: Callable[[], Any]) -> Any:  # whatever the work gives
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result()


def seen() -> set[int]:
    """The desks whose people a statement without any filter finds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT desk_id FROM people_person")
        return {desk for (desk,) in cursor.fetchall()}


def borrow(desk: int, choice: random.Random) -> None:
    """One request: it ends well, in an exception or in an error of the database."""
    with suppress(ValueError, ProgrammingError), wall.acting(desk):
        assert seen() == {desk}
        how = choice.choice(["well", "exception", "error", "nested"])
        if how == "nested":
            with wall.acting(None, scope="all"):
                assert len(seen()) == len(DESKS)
            assert seen() == {desk}
        elif how == "exception":
            raise ValueError
        elif how == "error":
            connection.cursor().execute("SELECT nothing")
    connection.close()  # back into the pool


def many(desks: list[int], number: int) -> int:
    choice = random.Random(number)
    for _round in range(ROUNDS):
        borrow(choice.choice(desks), choice)
        assert seen() == set(), "the next borrower, for whom nobody acts"
        connection.close()
    return ROUNDS


@pytest.mark.asvs("8.4.1")
@pytest.mark.usefixtures("pool")
def test_no_borrower_of_a_connection_sees_the_rows_of_the_one_before(people: dict[str, int]) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        done = threads.map(lambda number: many(list(people.values()), number), range(THREADS))
        assert sum(done) == THREADS * ROUNDS


@pytest.mark.usefixtures("pool")
def test_a_setting_that_outlived_its_transaction_would_be_seen(people: dict[str, int]) -> None:
    """So that the test before cannot pass because the pool cleans up after everybody."""

    everybody = Barrier(CONNECTIONS, timeout=60)

    def leave(_number: int) -> None:
        connection.cursor().execute("SELECT set_config('kamkor.scope', 'all', false)")
        everybody.wait()  # until each connection of the pool is lent to somebody
        connection.close()

    def find() -> set[int]:
        try:
            return seen()
        finally:
            connection.cursor().execute("RESET ALL")
            connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(leave, range(CONNECTIONS)))
    assert in_thread(find) == set(people.values())


@pytest.fixture
def owner(people: dict[str, int]) -> Iterator[BaseDatabaseWrapper]:
    """A connection as the owner of the tables, as migrations have it."""
    settings = connections["default"].settings_dict | {"USER": postgres.OWNER}
    connections["owner"] = type(connections["default"])(settings, alias="owner")
    yield connections["owner"]
    connections["owner"].close()
    del connections["owner"]


def birth_years(connection: BaseDatabaseWrapper) -> int:
    """A migration of data like any other; how many rows it changed."""
    changed = []

    def forwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        people = apps.get_model("people", "Person")._base_manager.using(editor.connection.alias)
        changed.append(people.update(birth_year=1991))

    with connection.schema_editor() as editor:
        state = ProjectState.from_apps(Person._meta.apps)
        migrations.RunPython(forwards).database_forwards("people", editor, state, state)
    return int(changed[0])


def test_a_migration_of_data_run_by_the_owner_changes_the_rows_of_all_desks(
    owner: BaseDatabaseWrapper,
) -> None:
    assert birth_years(owner) == len(DESKS)
    with wall.acting(None, scope="all"):
        assert set(Person.objects.values_list("birth_year", flat=True)) == {1991}


@pytest.mark.usefixtures("people")
def test_a_migration_by_anybody_else_would_change_none_and_is_refused() -> None:
    assert birth_years(connection) == 0
    with pytest.raises(ImproperlyConfigured):
        wall.check_owner()


def test_the_owner_may_migrate(owner: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall, "connection", owner)
    wall.check_owner()
    with pytest.raises(ImproperlyConfigured):
        wall.check_role()
