"""Imports: a large table of people taken over in pieces, looked through for doubles, and undone."""

import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from bench.options import Options, options
from bench.stage import ALONE, ROOT, inside

ROWS = 100_000


def main(given: Options) -> None:
    """On SQLite, in a database of its own; `--persons` says how many rows."""
    rows = min(given.sizes.get("sqlite", ROWS), ROWS)
    print("## Imports\n")
    print(
        "A CSV of persons as people keep it (eight columns, four ways to write a date, 1 % bad rows), by "
        "the same actions as the page, in requests of about a second each. What the process held at most is "
        "the memory.\n",
        flush=True,
    )
    with TemporaryDirectory() as folder:
        own = {name: value for name, value in os.environ.items() if not name.startswith("KAMKOR_")}
        environment = own | ALONE | {"KAMKOR_HOME": folder, "DJANGO_SETTINGS_MODULE": "kamkor.settings"}
        for database in ("default", "keys"):
            command = [sys.executable, "-m", "django", "migrate", "-v0", "--database", database]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
        inside("bench.measures.imports", environment, Options(given.sizes, rows))


if __name__ == "__main__":
    main(options())
