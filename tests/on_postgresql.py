"""Test databases on PostgreSQL: the owner migrates a template, each worker has a copy as the application.

So row security and missing grants show in every test; pytest-django's own creation needs an owner's rights.
"""

import os
import subprocess
import sys
from collections.abc import Generator

import pytest
from django.db import connections
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import postgres
from tests.databases import STORES, database_name, server
from tests.ready import READY

RUN = os.environ[READY]
TEMPLATE = database_name("template")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no database is tested together with SQLite; it would be the same test again."""
    pure = [item for item in items if not asks_for_database(item)]
    config.hook.pytest_deselected(items=pure)
    items[:] = [item for item in items if asks_for_database(item)]


def asks_for_database(item: pytest.Item) -> bool:
    """A mark asks for one, or a fixture: all of ours, like `world`, ask pytest-django's own in their turn."""
    fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Generator[None]:
    migrate_template()
    copy_template()
    with pytest.MonkeyPatch.context() as patch:
        # Django would empty the tables, which the application's role and append-only tables refuse.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: copy_template())
        yield
    with django_db_blocker.unblock():
        connections.close_all()
    for suffix in STORES.values():
        server().drop_database(database_name() + suffix)


def copy_template() -> None:
    """Make this worker's databases anew."""
    from tests import world

    world.forget()
    connections.close_all()
    for suffix in STORES.values():
        server().create_database(database_name() + suffix, TEMPLATE + suffix)


def migrate_template() -> None:
    """Make the two template databases as their owner, unless another worker of this run has made them."""
    with server().admin() as connection:
        connection.execute("SELECT pg_advisory_lock(5202)")  # held until the connection closes
        made_by = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [TEMPLATE]
        ).fetchone()
        if made_by == (RUN,):
            return
        owner = {"KAMKOR_AS_OWNER": "yes"}
        for setting, suffix in STORES.items():
            server().create_database(TEMPLATE + suffix)
            owner[setting.replace("KAMKOR_", "KAMKOR_OWNER_")] = server().url(
                postgres.OWNER, TEMPLATE + suffix
            )
        for command in (["migrate"], ["codes", "load"]):
            program = [sys.executable, "-m", "kamkor.cli", *command]
            subprocess.run(program, env={**os.environ, **owner}, check=True, stdout=subprocess.DEVNULL)
        connection.execute(f"COMMENT ON DATABASE {TEMPLATE} IS '{RUN}'".encode())
