"""What the first release wrote, this one reads: its database is brought up to date and its files opened."""

import gzip
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.upgrade.make import HERE, STORES, environment

RELEASES = sorted(path.name[len("worker-") : -len(".json")] for path in HERE.glob("worker-*.json"))

READ = """
import json, sys, django
django.setup()
from kamkor.access.actor import Actor
from kamkor.access.models import Membership
from kamkor.assistance.models import Case
from kamkor.base import codelists
from kamkor.people import files
from kamkor.people.models import Person
from kamkor.vault.keyring import Keyring
username, password = sys.stdin.read().split()
membership = Membership.objects.select_related("user__holder", "desk__holder").get(user__username=username)
ring = Keyring.unlock(membership.user.holder, password)
actor = Actor(membership=membership, keys=ring, user=membership.user)
codelists.load()
people = list(Person.objects.visible_to(actor))
known = files.read_particulars(actor, people)
names = [files.shown_name(known.get(person.pk, {}), person) for person in people]
print(json.dumps({"names": names, "cases": Case.objects.visible_to(actor).count()}))
"""


@pytest.mark.parametrize("release", RELEASES)
def test_the_database_of_a_release_is_brought_up_to_date(release: str, tmp_path: Path) -> None:
    for store, file in STORES.items():
        with sqlite3.connect(tmp_path / file) as connection:
            connection.executescript(
                gzip.decompress((HERE / f"{store}-{release}.sql.gz").read_bytes()).decode()
            )
        connection.close()
    migrate = [sys.executable, "-m", "kamkor.cli", "migrate"]
    subprocess.run(migrate, env=environment(tmp_path), check=True, stdout=subprocess.DEVNULL)
    worker = json.loads((HERE / f"worker-{release}.json").read_text())
    read = subprocess.run(
        [sys.executable, "-c", READ],
        env=environment(tmp_path),
        input=f"{worker['username']} {worker['password']}",
        capture_output=True,
        text=True,
        check=False,
    )
    assert read.returncode == 0, read.stderr[-2000:]
    found = json.loads(read.stdout)
    assert "Айгүл" in found["names"]
    assert found["cases"] == len(found["names"]) >= 4


def test_there_is_a_release_to_upgrade_from() -> None:
    assert RELEASES
