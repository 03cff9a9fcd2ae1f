"""The access log is sealed and verified from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from kamkor.base.models import AuditEvent
from kamkor.cli.audit import audit, describe
from kamkor.vault import seals
from kamkor.vault.seals import Finding

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture(autouse=True)
def _copy(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_COPY_FILE = tmp_path / "seals.jsonl"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(audit, arguments)
    return result.exit_code, result.output


def test_what_was_sealed_is_verified() -> None:
    AuditEvent.objects.create(verb="case.open")
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
