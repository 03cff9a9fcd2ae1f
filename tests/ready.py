"""Databases made once for a whole run and copied by whoever needs one: migrated, and with the demonstration.

`make test` begins them beside its other checks (`python -m tests.ready`); without it the first test that asks
makes them.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

READY = "KAMKOR_TEST_READY"  # the folder of this run, told to every process of it
SERVER = "KAMKOR_TEST_SERVER"  # PostgreSQL's address, told by the process that started it
STORES = {"default": "kamkor.sqlite3", "keys": "keys.sqlite3"}
CHEAP_KDF = {"KAMKOR_KDF_MEMORY_KIB": "64", "KAMKOR_KDF_PASSES": "1"}
RUN = [sys.executable, "-m", "kamkor.cli"]


def environment(home: Path) -> dict[str, str]:
    """Of an instance on SQLite that lives in `home`, with nothing of the developer's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAMKOR_")}
    own = {"KAMKOR_HOME": str(home), "KAMKOR_SECRET_KEY": "only-for-journeys", "KAMKOR_SECOND_FACTOR": "no"}
    return kept | CHEAP_KDF | own | {"KAMKOR_STATIC_FROM_SOURCE": "yes"}


def migrated() -> Path:
    """The folder of two SQLite databases that are empty but for the code lists."""
    return made("migrated", lambda home: run(home, ["migrate"], ["codes", "load"]))


def demonstration() -> Path:
    """The folder of an instance as `kamkor demo` leaves it."""

    def make(home: Path) -> None:
        shutil.copytree(migrated(), home, dirs_exist_ok=True)
        run(home, ["demo"])

    return made("demonstration", make)


def made(name: str, make: Callable[[Path], None]) -> Path:
    """What `make` puts into a folder, by the first process that asks; the others wait for it."""
    home = Path(os.environ[READY]) / name
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            begun = home.with_suffix(".begun")
            shutil.rmtree(begun, ignore_errors=True)  # of a process that did not end it
            begun.mkdir()
            make(begun)
            begun.rename(home)
    return home


def run(home: Path, *commands: list[str]) -> None:
    for command in commands:
        subprocess.run([*RUN, *command], env=environment(home), check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    demonstration()
    if SERVER in os.environ:
        from tests.on_postgresql import migrate_template

        migrate_template()


if __name__ == "__main__":
    main()
