"""Lists leave a desk encoded: by a member, on a basis, with an entry in the access log; or not at all."""

import hashlib
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kamkor.base.models import AuditEvent
from kamkor.cli.link import link
from tests.cli.test_link import HEALTH, POLICE
from tests.world import PASSPHRASE, World

BASIS = ["--basis", "law", "--reference", "Law 55, article 12"]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "police.csv").write_text(POLICE)
    (tmp_path / "health.csv").write_text(HEALTH)
    (tmp_path / "key").write_text("5" * 64)
    (tmp_path / "phrase").write_text(PASSPHRASE + "\n")
    return tmp_path


def run(files: Path, *arguments: object, name: str = "police") -> Result:
    given = [
        "encode",
        files / f"{name}.csv",
        "--key-file",
        files / "key",
        "--out",
        files / f"{name}.clk",
        *arguments,
    ]
    return CliRunner().invoke(link, [str(argument) for argument in given])


def acting(files: Path, user: str = "centre") -> list[object]:
    return ["--as", user, "--desk", "centre", "--passphrase-file", files / "phrase"]


def test_a_member_encodes_and_the_log_knows_the_file_and_its_basis(world: World, files: Path) -> None:
    done = run(files, *BASIS, *acting(files))
    assert done.exit_code == 0, done.output
    made = files / "police.clk"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    event = AuditEvent.objects.get(verb="linkage.encode", subject__startswith="linkage:")
    assert event.subject == f"linkage:{hashlib.sha256(made.read_bytes()).hexdigest()}"
    assert (event.reason, event.changed, event.role) == ("law", ["rows: 2"], "supervisor")
    assert "Law 55, article 12" in made.read_text()


@pytest.mark.parametrize("left_out", ["basis", "who"])
def test_nothing_is_encoded_without_a_basis_or_by_nobody(files: Path, left_out: str) -> None:
    done = run(files, *(acting(files) if left_out == "basis" else BASIS))
    assert done.exit_code == 2
    assert not (files / "police.clk").exists()


def test_a_stranger_makes_no_file(world: World, files: Path) -> None:
    done = run(files, *BASIS, *acting(files, user="line"))
    assert done.exit_code == 1
    assert not (files / "police.clk").exists()


def test_invented_people_are_matched_without_a_key(files: Path) -> None:
    for name in ("police", "health"):
        assert run(files, "--invented", name=name).exit_code == 0
    (files / "key").unlink()
    out = files / "overlap.csv"
    done = CliRunner().invoke(
        link,
        [
            "match-encoded",
            *(str(files / f"{name}.clk") for name in ("police", "health")),
            "--out",
            str(out),
            "--json",
        ],
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["rows"], told["clusters"]) == (4, 3)
    assert out.read_text().splitlines() == ["health,police,count", "1,1,1", "1,0,1", "0,1,1"]
