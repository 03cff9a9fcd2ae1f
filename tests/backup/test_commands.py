"""The commands that back up and drill say what they did, or why they refuse."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from kamkor.base.models import AuditEvent
from kamkor.cli.backup import backup, drill
from kamkor.vault import archives
from tests.backup.conftest import Officer
from tests.world import PASSPHRASE, World


def test_the_commands_say_what_they_do(
    world: World, place: Path, officer: Officer, settings: Settings
) -> None:
    world.person()
    settings.BACKUP_OFFICERS = [officer.public]
    settings.BACKUP_KEY_STORE_FILE = place / "apart.kamkor"
    done = CliRunner().invoke(backup, ["--to", str(place / "records")])
    assert done.exit_code == 0, done.output
    assert archives.signer() in done.output
    assert AuditEvent.objects.filter(verb="backup.make").count() == 1
    (place / "identity").write_text(officer.identity)
    (place / "phrase").write_text(PASSPHRASE)
    given = [str(next((place / "records").glob("*.kamkor"))), str(place / "apart.kamkor")]
    given += ["--identity", str(place / "identity")]
    done = CliRunner().invoke(drill, given)
    assert "This backup would serve." in done.output
    assert "none opened: no key was given" in done.output
    who = ["--as", "centre", "--passphrase-file", str(place / "phrase"), "--sample", "3"]
    assert "3 drawn by lot, 3 opened." in CliRunner().invoke(drill, [*given, *who]).output


@pytest.mark.django_db(databases=["default", "keys"])
def test_without_officers_or_a_place_for_the_keys_the_command_refuses(place: Path, officer: Officer) -> None:
    done = CliRunner().invoke(backup, ["--to", str(place), "--officer", officer.public])
    assert "--keys-to FILE" in done.output
    done = CliRunner().invoke(backup, ["--to", str(place / "a"), "--keys-to", str(place / "b")])
    assert "Refused. No officer's key is given" in done.output
    assert not list(place.rglob("*.kamkor"))
