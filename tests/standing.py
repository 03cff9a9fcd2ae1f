"""The world is left standing between tests: its rows are written once, and each test is rolled back to them.

A test that asks for the databases without the world, or that commits, takes it down first.
"""

from contextlib import ExitStack

import pytest
from django.db import connections, transaction
from pytest_django.plugin import blocking_manager_key

from tests import world

DATABASES = {"db", "transactional_db", "django_db_blocker"}  # fixtures that open them
_around = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    mark, asked = item.get_closest_marker("django_db"), set(getattr(item, "fixturenames", ()))
    if mark is None and not DATABASES & asked:
        return
    commits = "transactional_db" in asked or (mark is not None and mark.kwargs.get("transaction"))
    wanted = "world" in asked and "filled_once" not in asked and not commits
    with item.config.stash[blocking_manager_key].unblock():
        if world._stands and not (wanted and is_whole()):
            _around.close()
        if wanted and not world._stands:
            put_up()


def put_up() -> None:
    """Open a transaction around the tests that follow and put the world's rows into it.

    The first test of a process makes the world; nothing stands before.
    """
    if not world._kept:
        return
    for alias in connections:
        _around.enter_context(transaction.atomic(using=alias))
        _around.callback(transaction.set_rollback, True, using=alias)
    _around.enter_context(world.standing())


def is_whole() -> bool:
    """False where a test has closed a connection: then the rows are gone."""
    return not any(connection.closed_in_transaction for connection in connections.all())
