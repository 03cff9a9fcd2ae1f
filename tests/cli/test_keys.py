"""`kamkor keys`: state, turning and recovering without a browser."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kamkor.cli.keys import keys
from kamkor.vault import desks, host, resealing
from kamkor.vault.keyring import Keyring
from tests import ready
from tests.databases import ON_POSTGRESQL
from tests.world import PASSPHRASE, World


@pytest.fixture(autouse=True)
def _own_key_file(tmp_path: Path, settings: Settings) -> None:
    settings.HOST_KEY_FILE = tmp_path / "host_key"


@pytest.fixture
def phrase(tmp_path: Path) -> str:
    file = tmp_path / "phrase"
    file.write_text(f"{PASSPHRASE}\n")
    return str(file)


@pytest.fixture
def head(phrase: str) -> list[str]:
    return ["--as", "centre", "--desk", "centre", "--passphrase-file", phrase]


def test_the_desks_key_is_turned_and_all_is_sealed_anew(
    world: World, head: list[str], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    world.person()
    desk = world.desks["centre"].holder
    with django_capture_on_commit_callbacks(execute=True):
        turned = CliRunner().invoke(keys, ["rotate", *head])
    assert turned.exit_code == 0, turned.output
    assert desk.current().epoch == 2
    assert not resealing.old_keys(desk).exists()
    again = CliRunner().invoke(keys, ["rotate", "--resume", *head])
    assert again.exit_code == 0, again.output
    assert desk.current().epoch == 2
    state = CliRunner().invoke(keys, ["status", *head]).output
    assert "epoch 2" in state
    assert "under earlier epochs: 0 of" in state
    assert "Recovery sheet: no" in state
    assert "Custody: staff" in state


def test_the_hosts_key_is_turned_by_whoever_runs_the_server(world: World, head: list[str]) -> None:
    desks.set_custody(world.rings["centre"], world.desks["centre"].holder, "host")
    turned = CliRunner().invoke(keys, ["rotate", "--host"])
    assert turned.exit_code == 0, turned.output
    assert "Desks turned: 1 of 1" in turned.output
    assert host.keyring().opens(world.desks["centre"].holder)
    assert "Key of the host: epoch 2" in CliRunner().invoke(keys, ["status", *head]).output


def test_the_printed_words_open_the_desk_to_somebody_who_works_there(
    world: World, head: list[str], tmp_path: Path
) -> None:
    desk, member = world.desks["centre"].holder, world.users["centre"].holder
    assert member is not None
    sheet = tmp_path / "words"
    sheet.write_text(desks.make_recovery(world.rings["centre"], desk))
    desks.reset_member(member, PASSPHRASE)
    assert not Keyring.unlock(member, PASSPHRASE).opens(desk)
    wrong = tmp_path / "wrong"
    wrong.write_text("no such words")
    run = CliRunner().invoke
    assert "does not open this desk" in run(keys, ["recover", "--words-file", str(wrong), *head]).output
    assert run(keys, ["recover", "--words-file", str(sheet), *head]).exit_code == 0
    assert Keyring.unlock(member, PASSPHRASE).opens(desk)


def test_strangers_and_other_desks_get_nothing(world: World, head: list[str], tmp_path: Path) -> None:
    sheet = tmp_path / "words"
    sheet.write_text(desks.make_recovery(world.rings["centre"], world.desks["centre"].holder))
    stranger = ["--as", "stranger", "--desk", "centre", *head[4:]]
    run = CliRunner().invoke
    for command in (["status"], ["rotate"], ["recover", "--words-file", str(sheet)]):
        answer = run(keys, [*command, *stranger])
        assert answer.exit_code != 0
        assert "does not work at this desk" in answer.output
    assert world.desks["centre"].holder.current().epoch == 1


DESKS = 40
MAKE = f"""
import django
django.setup()
from kamkor.vault import desks
for _ in range({DESKS}):
    holder, ring = desks.new_desk(custody="host")
    ring.write(ring.new_file(holder), "note", "a text")
"""
READ = """
import django
django.setup()
from kamkor.vault import host
from kamkor.vault.models import Holder, Item
ring = host.keyring()
print(sum(ring.read(item) == "a text" for item in Item.objects.all()), host.turning(), host.pair()[0].epoch)
print(sum(ring.opens(desk) for desk in Holder.objects.filter(kind="desk")))
"""


@pytest.mark.skipif(ON_POSTGRESQL, reason="one real process on a database of its own is enough")
def test_killed_in_the_middle_of_turning_the_hosts_key_the_same_command_goes_on(tmp_path: Path) -> None:
    """By SIGKILL, from outside: nothing of the process runs afterwards."""
    home = tmp_path / "home"
    shutil.copytree(ready.migrated(), home)

    def run(*command: str) -> str:
        done = subprocess.run(
            command, env=ready.environment(home), capture_output=True, text=True, check=True
        )
        return done.stdout

    run(sys.executable, "-c", MAKE)
    rotate = [*ready.RUN, "keys", "rotate", "--host"]
    behind = ["nice", "-n", "5", *rotate]  # so that on a busy machine too it is not done before it is killed
    with subprocess.Popen(behind, env=ready.environment(home), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while "turned: 2 of" not in process.stdout.readline():
            assert process.poll() is None
        process.kill()
    assert process.returncode == -signal.SIGKILL
    begins = run(*rotate).splitlines()[0]
    left = int(begins.removeprefix("Desks turned: 0 of "))
    assert 0 < left < DESKS
    assert run(sys.executable, "-c", READ).split() == [str(DESKS), "False", "2", str(DESKS)]
