"""Keeps a copy of what a release's database looks like: `python -m tests.upgrade.make 0.1.0`, once a release.

The copy is the demonstration on SQLite, with its invented people, as plain statements.
"""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
STORES = {"records": "kamkor.sqlite3", "keys": "keys.sqlite3"}


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAMKOR_")}
    return kept | {
        "KAMKOR_HOME": str(home),
        "KAMKOR_SECRET_KEY": "only-for-tests",
        "KAMKOR_KDF_MEMORY_KIB": "64",
        "DJANGO_SETTINGS_MODULE": "kamkor.settings",
    }


def make(release: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for command in ("migrate", "demo"):
            program = [sys.executable, "-m", "kamkor.cli", command]
            subprocess.run(program, env=environment(home), check=True, stdout=subprocess.DEVNULL)
        for store, file in STORES.items():
            with sqlite3.connect(home / file) as connection:
                text = "\n".join(connection.iterdump())
            (HERE / f"{store}-{release}.sql.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
        accounts = json.loads((home / "demo-accounts.json").read_text())
        worker = next(row for row in accounts if row["username"] == "worker")
        (HERE / f"worker-{release}.json").write_text(json.dumps(worker, indent=1) + "\n")


if __name__ == "__main__":
    make(sys.argv[1])
