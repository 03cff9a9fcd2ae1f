"""The test databases are what the tests rely on: two, put back after a commit, behind the second wall."""

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from kamkor.base import wall
from kamkor.base.models import AuditEvent
from tests.databases import ON_POSTGRESQL

BOTH = ["default", "keys"]


def current(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True, databases=BOTH)
@pytest.mark.parametrize("repeated", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(repeated: int) -> None:
    AuditEvent.objects.add(verb="test.commit")
    with wall.acting(None, scope="all"):
        assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
def test_records_and_keys_are_two_databases() -> None:
    names = {connections[alias].settings_dict["NAME"] for alias in BOTH}
    assert len(names) == 2


@pytest.mark.django_db
@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no roles")
def test_the_tests_run_as_the_role_of_the_application() -> None:
    assert current("SELECT current_user") == "kamkor_app"
    assert (
        current("SELECT rolsuper OR rolbypassrls OR rolcreatedb FROM pg_roles WHERE rolname = current_user")
        is False
    )
    assert current("SELECT pg_has_role('kamkor_owner', 'MEMBER')") is False
    with pytest.raises(ProgrammingError), transaction.atomic():
        current("CREATE TABLE mine (id int)")
