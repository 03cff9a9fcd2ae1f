"""The access log is sealed and verified from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from pytest_django import Settings

from kamkor.base.models import AuditEvent
from kamkor.cli.audit import audit, describe
from kamkor.vault import seals
from kamkor.vault.models import AuditSeal
from kamkor.vault.seals import Finding

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _copy(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_COPY_FILE = tmp_path / "seals.jsonl"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(audit, arguments)
    return result.exit_code, result.output


def test_what_was_sealed_is_verified() -> None:
    AuditEvent.objects.add(verb="case.open")
    assert run("seal") == (0, "Sealed 1 entries.\n")
    assert run("verify") == (0, "The access log is as it was sealed.\n")


def test_a_copy_that_is_not_there_is_told(tmp_path: Path) -> None:
    code, output = run("verify", "--copy", str(tmp_path / "elsewhere"))
    assert code == 1
    assert output == "There is no copy to compare with.\n"


def test_each_finding_says_what_and_where(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Finding("changed", 3, 71), Finding("cut", 4)]
    monkeypatch.setattr(seals, "verify", lambda copy: found)
    code, output = run("verify")
    assert code == 1
    assert "entry 71 of seal 3 was changed after it was sealed" in output
    assert "seal 4 is in the copy and no longer in the log" in output
    assert all(describe(finding) in output for finding in found)


@pytest.fixture
def unguarded() -> None:
    """As whoever owns the database file can make it: without the triggers that keep the log."""
    if connection.vendor != "sqlite":
        pytest.skip("the application's role cannot tamper: the triggers belong to the owner")
    with connection.cursor() as cursor:
        for verb in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER base_auditevent_no_{verb}")


@pytest.mark.usefixtures("unguarded")
def test_a_changed_entry_is_found() -> None:
    event = AuditEvent.objects.create(verb="person.read", subject="people.person:1")
    assert run("seal")[0] == 0
    AuditEvent.objects.filter(pk=event.pk).update(subject="people.person:2")
    code, output = run("verify")
    assert code == 1
    assert f"entry {event.pk} of seal" in output
    assert "was changed after it was sealed" in output


@pytest.mark.usefixtures("unguarded")
def test_a_tail_that_was_cut_off_is_found_beside_the_copy() -> None:
    for number in (1, 2):
        AuditEvent.objects.create(verb="person.read", subject=f"people.person:{number}")
        assert run("seal")[0] == 0
    last = AuditSeal.objects.order_by("pk").last()
    assert last is not None
    AuditEvent.objects.filter(pk=last.last_id).delete()
    last.delete()
    code, output = run("verify")
    assert code == 1
    assert "is in the copy and no longer in the log" in output
