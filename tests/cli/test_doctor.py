"""The doctor names what is missing and how to mend it, and fails only for what running needs."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from kamkor.cli import doctor as module
from kamkor.cli import main
from kamkor.cli.doctor import OPTIONAL, RUN, TEST, Check, doctor


def examine(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> tuple[int, str]:
    monkeypatch.setattr("kamkor.cli.doctor.CHECKS", list(checks))
    result = CliRunner().invoke(doctor)
    return result.exit_code, result.output


def check(needed: str, found: str | None) -> Check:
    return Check("A thing", needed, lambda: found, "apt-get install thing")


def test_a_healthy_machine_can_run(monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = examine(monkeypatch, check(RUN, "1.0"), check(TEST, "2.0"))
    assert code == 0
    assert "Kamkor can run." in output
    assert "missing" not in output


@pytest.mark.parametrize(("needed", "expected"), [(RUN, 1), (TEST, 0), (OPTIONAL, 0)])
def test_what_is_missing_is_told_with_its_mend(
    monkeypatch: pytest.MonkeyPatch, needed: str, expected: int
) -> None:
    code, output = examine(monkeypatch, check(needed, None))
    assert code == expected
    assert "missing" in output
    assert "apt-get install thing" in output


def test_a_broken_program_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise OSError("not executable")

    code, output = examine(monkeypatch, Check("A thing", RUN, broken, "mend it"))
    assert code == 1
    assert "mend it" in output


def test_every_real_check_answers() -> None:
    for real in module.CHECKS:
        assert real.found() != ""
        assert real.mend


def test_an_old_node_is_not_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho v18.20.1\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert module.node() is None


def test_an_outdated_catalogue_counts_as_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECKOUT", tmp_path)
    assert module.catalogues() is None


def test_a_folder_that_may_not_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAMKOR_HOME", str(tmp_path / "new" / "home"))
    assert module.writable()
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert module.writable() is None


def test_the_list_of_commands_needs_no_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "no.such.settings")
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "doctor" in result.output
