"""The test databases on SQLite, in memory: copies of migrated ones, put back after a test that commits."""

import sqlite3
from collections.abc import Generator

import pytest
from django.db import connections
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import ready


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """What pytest-django makes is written over at once, so it need not be migrated."""
    for connection in connections.all():
        connection.settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[None]:
    """Django would empty the tables after a test that commits, which append-only tables refuse."""
    pristine = {
        alias: sqlite3.connect(ready.migrated() / file, check_same_thread=False)
        for alias, file in ready.STORES.items()
    }

    def put_back() -> None:
        for alias, copy in pristine.items():
            connections[alias].ensure_connection()
            copy.backup(connections[alias].connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: put_back())
        with django_db_blocker.unblock():
            put_back()
        yield
    for copy in pristine.values():
        copy.close()
