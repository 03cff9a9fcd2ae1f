"""The bench of faults itself, in small: real workers are killed at work, and nothing is lost or doubled."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, connections

KILLS = 5


@pytest.mark.skipif(connection.vendor == "postgresql", reason="`make faults` does it on PostgreSQL")
@pytest.mark.django_db(databases=["default", "keys"])
def test_killed_workers_lose_and_double_nothing(tmp_path: Path) -> None:
    for alias, name in (("default", "kamkor"), ("keys", "keys")):
        connections[alias].ensure_connection()  # its backup would wait for the test's own transaction
        (tmp_path / f"{name}.sqlite3").write_bytes(connections[alias].connection.serialize())
    words = ["--engine", "sqlite", "--kills", str(KILLS), "--short", "--databases", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.faults", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["scenes"]["kill"]["times"] == KILLS
    assert found["wrong"] == []
    assert found["acknowledged"] == found["deeds"] > 0
    assert found["log"] == "as it was sealed"


def test_a_worker_knows_all_pages_before_its_first_request() -> None:
    """Threads that import them at once would leave it broken."""
    asked = "import sys, kamkor.wsgi; sys.exit('kamkor.identification.views.contacts' not in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
