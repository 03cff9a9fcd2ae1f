"""The checks go on after a failure, name what failed, and never pass over PostgreSQL in silence."""

import sys

import pytest

from tests.postgres import NoPostgres
from tools import check
from tools.check import Step, has_postgresql, run


def test_every_step_runs_and_the_failed_ones_are_named(capfd: pytest.CaptureFixture[str]) -> None:
    broken = Step("Broken", [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"])
    silent = Step("Silent", [sys.executable, "-c", "print('not shown')"])
    assert run([broken, silent]) == ["Broken"]
    printed = capfd.readouterr().out
    assert "the reason" in printed
    assert "2/2 Silent … ok" in printed
    assert "not shown" not in printed


def test_the_last_line_is_that_of_the_last_tests(capfd: pytest.CaptureFixture[str]) -> None:
    run([Step("Tests", [sys.executable, "-c", "print('3 passed in 0.1s')"], loud=True)])
    assert capfd.readouterr().out.endswith("3 passed in 0.1s\n")


@pytest.fixture
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def programs() -> None:
        raise NoPostgres("not installed")

    monkeypatch.setattr(check, "programs", programs)
    monkeypatch.delenv("KAMKOR_TEST_DATABASE", raising=False)
    monkeypatch.delenv("CI", raising=False)


@pytest.mark.usefixtures("_no_server")
def test_a_missing_server_is_said_loudly(capfd: pytest.CaptureFixture[str]) -> None:
    assert not has_postgresql()
    assert "NOT TESTED ON POSTGRESQL" in capfd.readouterr().out


@pytest.mark.usefixtures("_no_server")
def test_a_missing_server_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit):
        has_postgresql()


@pytest.mark.usefixtures("_no_server")
def test_a_given_server_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAMKOR_TEST_DATABASE", "postgresql://creator@localhost/postgres")
    assert has_postgresql()
