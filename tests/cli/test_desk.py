"""A real desk begins: its head signs in, opens the vault, and the recovery key opens it too."""

import re

import pytest
from click.testing import CliRunner

from kamkor.access.models import Desk, User
from kamkor.cli.desk import desk
from kamkor.vault import desks
from kamkor.vault.keyring import Keyring

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

GIVEN = {
    "--organisation": "ak-niet",
    "--code": "centre-naryn",
    "--kind": "crisis_centre",
    "--name": "Ak-Niet, Naryn",
    "--head": "Head",
    "--head-name": "The head",
}


def run(**changed: str) -> tuple[int, str]:
    given = GIVEN | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    result = CliRunner().invoke(desk, ["add", *(part for pair in given.items() for part in pair)])
    return result.exit_code, result.output


def test_the_head_opens_the_desk_and_so_does_the_printed_key() -> None:
    code, output = run()
    assert code == 0, output
    made = Desk.objects.get(code="centre-naryn")
    user = User.objects.get(username="head")
    password = re.search(r"signs in with: (\S+)", output)
    assert password
    assert user.check_password(password[1])
    assert user.holder is not None
    assert Keyring.unlock(user.holder, password[1]).opens(made.holder)
    words = output.split("nowhere:")[1]
    assert desks.recover(made.holder, words.strip()).opens(made.holder)


@pytest.mark.parametrize(
    ("option", "value"), [("kind", "bakery"), ("place", "0"), ("code", "centre-naryn"), ("head", "HEAD")]
)
def test_what_is_wrong_is_said_before_anything_is_made(option: str, value: str) -> None:
    if option in ("code", "head"):
        assert run()[0] == 0
    before = Desk.objects.count(), User.objects.count()
    others = {"code": "another", "head": "other"} | {option: value}
    code, output = run(**others)
    assert code == 2, output
    assert (Desk.objects.count(), User.objects.count()) == before
