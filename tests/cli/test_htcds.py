"""Cases taken over and handed out from the command line."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from kamkor.access.models import Membership
from kamkor.assistance.actions import htcds as htcds_actions
from kamkor.assistance.models import Case, HandOut, ImportedFile
from kamkor.base.models import AuditEvent
from kamkor.cli.htcds import htcds
from kamkor.people.models import Person
from tests.htcds_files import make_file
from tests.world import PASSPHRASE, World

GOOD = "prs_FirstName,cas_Status\nErkin,Active\nTilek,Closed\n"
MIXED = GOOD + "Azamat,Actve\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "mixed.csv").write_text(MIXED)
    (tmp_path / "phrase").write_text(PASSPHRASE + "\n")
    return tmp_path


def run(*arguments: object, given: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(htcds, [str(argument) for argument in arguments], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def acting(files: Path, desk: str = "centre", user: str = "centre") -> list[object]:
    return ["--as", user, "--desk", desk, "--passphrase-file", files / "phrase"]


def test_a_dry_run_changes_nothing_and_needs_nobody(world: World, files: Path) -> None:
    code, output = run("import", files / "good.csv", "--dry-run")
    assert code == 0
    assert "2 cases, 2 good rows, 0 bad rows" in output
    assert not ImportedFile.objects.exists()
    assert not Person.objects.exists()


def test_bad_rows_are_listed_and_nothing_is_taken(world: World, files: Path) -> None:
    code, output = run("import", files / "mixed.csv", *acting(files))
    assert code == 1
    assert "mixed.csv:4: cas_Status: cas_Status: not a code" in output
    assert "Nothing was taken" in output
    assert not Person.objects.exists()


def test_the_good_rows_are_taken_when_asked(world: World, files: Path) -> None:
    code, output = run("import", files / "mixed.csv", "--keep-good", *acting(files))
    assert code == 1
    assert "Taken over: 2 cases." in output
    assert Case.objects.count() == 2


def test_the_same_file_again_is_refused(world: World, files: Path) -> None:
    assert run("import", files / "good.csv", *acting(files))[0] == 0
    code, output = run("import", files / "good.csv", *acting(files))
    assert code == 1
    assert "taken over before" in output
    assert ImportedFile.objects.count() == 1
    assert run("import", files / "good.csv", "--again", *acting(files))[0] == 0


def test_what_was_taken_over_is_handed_out(world: World, files: Path) -> None:
    raw, _ = make_file("1.0", "json", cases=5, dirt=False)
    (files / "old.json").write_bytes(raw)
    assert run("import", files / "old.json", *acting(files))[0] == 0
    out = files / "out.csv"
    assert run("export", "--out", out, *acting(files))[0] == 1  # nobody has agreed
    assert "Asked: 5 cases. When the head of line has agreed" in run("export", *acting(files))[1]
    assert run("export", "--out", out, *acting(files))[0] == 1
    assert not out.exists()
    htcds_actions.decide(world.actor("line", "supervisor"), HandOut.objects.get(), agreed=True)
    code, output = run("export", "--out", out, *acting(files))
    assert (code, "not sealed" in output) == (0, True)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "5 cases" in run("import", out, "--dry-run")[1]
    assert run("export", "--out", out, *acting(files))[0] == 1  # once
    run("export", *acting(files))
    htcds_actions.decide(world.actor("line", "supervisor"), HandOut.objects.latest("pk"), agreed=True)
    assert "is there already" in run("export", "--out", out, *acting(files))[1]  # nothing is written over
    assert run("export", "--out", files / "other.csv", *acting(files))[0] == 0  # nor is the agreement lost


def test_whoever_may_not_is_refused(world: World, files: Path) -> None:
    Membership.objects.filter(desk=world.desks["centre"]).exclude(role="worker").delete()
    code, output = run("import", files / "good.csv", *acting(files))
    assert code == 1
    assert "does not allow" in output
    assert AuditEvent.objects.filter(verb="htcds.receive", outcome="refused").exists()
    assert not Person.objects.exists()


def test_who_works_elsewhere_or_has_another_phrase_is_refused(world: World, files: Path) -> None:
    assert "does not work at this desk" in run("import", files / "good.csv", *acting(files, "clinic"))[1]
    assert "Say who acts" in run("import", files / "good.csv")[1]
    code, output = run("import", files / "good.csv", "--as", "centre", "--desk", "centre", given="wrong\n")
    assert code == 1
    assert "does not open the vault" in output


def test_a_file_that_cannot_be_read_is_named(world: World, files: Path) -> None:
    (files / "letter.csv").write_text("Dear colleagues,\nhere are the names\n")
    code, output = run("import", files / "letter.csv", "--dry-run")
    assert code == 1
    assert "letter.csv: No column of this file" in output
