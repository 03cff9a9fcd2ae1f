"""Starting says what it does, and never shares a port with another server in silence."""

import os
import subprocess
from contextlib import nullcontext
from pathlib import Path
from socket import AF_UNIX, socket

import pytest
from click import ClickException
from click.testing import CliRunner
from django.conf import settings

from kamkor.cli import start as module
from kamkor.cli.start import repeat, serve, start


class Served(Exception):
    """Stands for the server that would run until it is stopped."""


def test_a_port_that_is_taken_is_told() -> None:
    with socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = CliRunner().invoke(serve, ["--port", str(port)])
    assert result.exit_code == 1
    assert f"Something already serves at 127.0.0.1:{port}" in result.output


def test_a_socket_is_taken_over_from_a_server_that_was_killed_and_from_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def granian(*arguments: object, **options: object) -> None:
        assert (options["uds"], options["uds_permissions"]) == (at, 0o660)
        raise Served

    at = tmp_path / "socket"
    monkeypatch.setattr(module, "must_be_bound", lambda: None)
    monkeypatch.setattr(module, "Granian", granian)
    with socket(AF_UNIX) as other:
        other.bind(str(at))
        other.listen()
        refused = CliRunner().invoke(serve, ["--socket", str(at)])
        assert refused.exit_code == 1
        assert f"Something already serves at {at}" in refused.output
    assert at.exists()
    assert isinstance(CliRunner().invoke(serve, ["--socket", str(at)]).exception, Served)
    assert not at.exists()


def test_each_step_is_named_before_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def granian(*arguments: object, **options: object) -> None:
        raise Served

    monkeypatch.setattr(module, "repeat", done.append)
    monkeypatch.setattr(module, "collect", lambda: done.append("collect"))
    monkeypatch.setattr(module, "worker", nullcontext)
    monkeypatch.setattr(module, "must_be_bound", lambda: done.append("bound"))
    monkeypatch.setattr(module, "Granian", granian)
    result = CliRunner().invoke(start, ["--port", "1"])
    assert isinstance(result.exception, Served)
    assert done == ["migrate", "collect", "demo", "bound"]
    assert "1/3 Databases …\n2/3 Styles" in result.output


@pytest.mark.parametrize("demonstration", [True, False])
@pytest.mark.parametrize("said", ["", "yes", "no"])
def test_the_demonstration_alone_is_served_without_a_second_factor_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    *,
    demonstration: bool,
    said: str,
) -> None:
    accounts = tmp_path / "accounts.json"
    if demonstration:
        accounts.touch()
    monkeypatch.setattr(module, "ACCOUNTS", accounts)
    monkeypatch.setattr(settings, "SECOND_FACTOR", said != "no")
    monkeypatch.setenv("KAMKOR_SECOND_FACTOR", said)
    if not said:
        monkeypatch.delenv("KAMKOR_SECOND_FACTOR")
    module.without_second_factor()
    off = said == "no" or (demonstration and not said)
    assert settings.SECOND_FACTOR is not off
    assert ("The second factor is OFF" in capsys.readouterr().out) is off
    assert os.environ.get("KAMKOR_SECOND_FACTOR", "") == ("no" if off else said)


def test_a_step_that_fails_ends_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess[str]([], 1)
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: failed)
    with pytest.raises(ClickException, match="migrate failed"):
        repeat("migrate")
