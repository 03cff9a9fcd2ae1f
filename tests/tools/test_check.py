"""The checks go on after a failure, name what failed, and never pass over PostgreSQL in silence."""

import os
import sys
from concurrent.futures import Future

import pytest

from tests.postgres import Cluster, NoPostgres
from tests.ready import SERVER
from tools import check
from tools.check import Step, run, start_postgresql


def test_every_step_runs_and_the_failed_ones_are_named(capfd: pytest.CaptureFixture[str]) -> None:
    broken = Step("Broken", [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"])
    silent = Step("Silent", [sys.executable, "-c", "print('not shown')"])
    assert run([broken, silent]) == ["Broken"]
    printed = capfd.readouterr().out
    assert "the reason" in printed
    assert "2/2 Silent … ok" in printed
    assert "not shown" not in printed


def test_what_was_begun_beside_the_others_is_told_in_its_turn(capfd: pytest.CaptureFixture[str]) -> None:
    broken: Future[bool] = Future()
    broken.set_result(False)
    assert run([Step("Begun", ["no-such-program"], begun=broken)]) == ["Begun"]
    assert "1/1 Begun … FAILED" in capfd.readouterr().out


def test_the_last_line_is_that_of_the_last_tests(capfd: pytest.CaptureFixture[str]) -> None:
    run([Step("Tests", [sys.executable, "-c", "print('3 passed in 0.1s')"], loud=True)])
    assert capfd.readouterr().out.endswith("3 passed in 0.1s\n")


@pytest.mark.parametrize(("second", "failed"), [(0, []), (1, ["Tests"])])
def test_what_fails_twice_has_failed_and_what_fails_once_is_named_unsteady(
    capfd: pytest.CaptureFixture[str], second: int, failed: list[str]
) -> None:
    stumbles = [sys.executable, "-c", f"import sys; sys.exit({second} if '--again' in sys.argv else 1)"]
    assert run([Step("Tests", stumbles, loud=True, failed_alone=["--again"])]) == failed
    assert "UNSTEADY" in capfd.readouterr().out


def test_a_broken_run_is_not_tried_again() -> None:
    broken = [sys.executable, "-c", "import sys; sys.exit(0 if '--again' in sys.argv else 2)"]
    assert run([Step("Tests", broken, failed_alone=["--again"])]) == ["Tests"]


@pytest.fixture
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def cluster() -> None:
        raise NoPostgres("not installed")

    monkeypatch.setattr(check, "cluster", cluster)
    monkeypatch.delenv(SERVER, raising=False)
    monkeypatch.delenv("CI", raising=False)


@pytest.mark.usefixtures("_no_server")
def test_a_missing_server_is_said_loudly(capfd: pytest.CaptureFixture[str]) -> None:
    start_postgresql()
    assert "NOT TESTED ON POSTGRESQL" in capfd.readouterr().out
    assert "Tests on PostgreSQL" not in [step.name for step in check.tests()]


@pytest.mark.usefixtures("_no_server")
def test_a_missing_server_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit):
        start_postgresql()


def test_with_a_server_there_is_a_run_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVER, "")
    monkeypatch.setattr(check, "cluster", lambda: Cluster("postgresql://creator@localhost/postgres"))
    start_postgresql()
    assert os.environ[SERVER] == "postgresql://creator@localhost/postgres"
    assert "Tests on PostgreSQL" in [step.name for step in check.tests()]
