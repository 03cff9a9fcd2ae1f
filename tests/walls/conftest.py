"""The filled world of a walk, made once for all the tests of a module."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction
from django.utils import translation
from pytest_django import DjangoDbBlocker

from kamkor.base import wall
from tests.walls.records import Records, fill
from tests.world import build


@pytest.fixture(scope="module")
def filled_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Records]:
    """The world with a record of each kind, in a transaction around all tests of the module."""
    with django_db_blocker.unblock(), transaction.atomic(), transaction.atomic(using="keys"):
        with wall.acting(None, scope="all"), translation.override("en"):
            records = fill(build())
            with django_db_blocker.block():
                yield records
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")


@pytest.fixture
def filled(filled_once: Records, db: None) -> Records:
    """A copy for one test, whose changes are taken back after it. No test of such a module asks for `world`
    beside it: those would be the same rows again."""
    return deepcopy(filled_once)
