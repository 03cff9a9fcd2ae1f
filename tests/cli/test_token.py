"""`kamkor token`: access given, listed and taken back without a browser."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from kamkor.access.models import Token
from kamkor.cli.token import token
from tests.api.calling import Partner
from tests.people.stories import colleague
from tests.world import PASSPHRASE, World


@pytest.fixture
def head(tmp_path: Path) -> list[str]:
    phrase = tmp_path / "phrase"
    phrase.write_text(f"{PASSPHRASE}\n")
    return ["--as", "centre", "--desk", "centre", "--passphrase-file", str(phrase)]


def test_access_is_given_listed_and_taken_back(world: World, head: list[str]) -> None:
    run, person = CliRunner().invoke, world.person()
    new = ["make", "--name", "Partner", "--role", "worker", "--days", "30"]
    made = run(token, [*new, "--scope", "person.read", "--scope", "case.list", *head])
    assert made.exit_code == 0, made.output
    row = Token.objects.get()
    ours = Partner(row, made.stdout.strip())
    colleague(world)
    assert "yourself" in run(token, ["grant", str(row.pk), *head]).output
    granted = run(token, ["grant", str(row.pk), "--as", "second", *head[2:]])
    assert granted.exit_code == 0, granted.output
    assert ours.get(f"people/{person.pk}").status_code == 200
    listed = run(token, ["list", *head])
    assert "Partner" in listed.output
    assert ours.secret not in listed.output
    gone = run(token, ["revoke", str(row.pk), *head])
    assert "Turn the desk's key" in gone.output
    assert ours.get("cases").status_code == 401


def test_what_is_wrong_is_said(world: World, head: list[str]) -> None:
    run = CliRunner().invoke
    new = ["make", "--name", "Partner", "--role", "worker", *head]
    assert "Scopes:" in run(token, [*new, "--scope", "desk.turn"]).output
    assert "at the latest" in run(token, [*new, "--scope", "case.list", "--days", "999"]).output
    assert "no such token" in run(token, ["revoke", "7", *head]).output
    stranger = [*head[:3], "stranger", *head[4:]]
    assert "does not work at this desk" in run(token, ["list", *stranger]).output
