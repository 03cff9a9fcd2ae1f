"""The test databases on SQLite: pytest-django's own, put back as they were after a test that commits."""

import sqlite3
from collections.abc import Generator

import pytest
from django.db import connections
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from kamkor.base import codelists


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[None]:
    """Django would empty the tables after a test that commits, which append-only tables refuse."""
    pristine = {alias: sqlite3.connect(":memory:", check_same_thread=False) for alias in connections}
    with django_db_blocker.unblock():
        codelists.load()
        for alias, copy in pristine.items():
            connections[alias].ensure_connection()
            connections[alias].connection.backup(copy)

    def put_back(case: TransactionTestCase) -> None:
        for alias, copy in pristine.items():
            connections[alias].ensure_connection()
            copy.backup(connections[alias].connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield
    for copy in pristine.values():
        copy.close()
