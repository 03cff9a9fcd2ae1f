"""Where a run takes place: a small disk of its own, databases on it, and the server."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests import postgres

ROOT = Path(__file__).parent.parent.parent
SIZE = 400  # megabytes of the small disk
SERVER = f"{postgres.ALONE} -c max_connections=200"  # and all that PostgreSQL does by itself to lose nothing
STORES = {"DATABASE": "kamkor", "KEYS_DATABASE": "kamkor_keys"}
YOUNG = 5.7  # seconds: Granian gives up when a worker dies so soon after it was begun


@dataclass
class Place:
    """One engine's databases and the server that uses them."""

    engine: str
    folder: Path
    own_disk: bool
    workers: int
    port: int = 0
    cluster: postgres.Cluster | None = None
    server: subprocess.Popen[bytes] | None = None
    born: dict[int, float] = field(default_factory=dict)

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    @property
    def ballast(self) -> Path:
        return self.folder / "ballast"

    @property
    def log(self) -> Path:
        """What the server writes, beside the small disk: it is read when that is full."""
        return self.folder.with_suffix(".log")

    def failures(self) -> Counter[str]:
        """What the server has written of failures, without the number of the line."""
        lines = (line.partition("kamkor.failure ")[2] for line in self.log.read_text().splitlines())
        told = (json.loads(line) for line in lines if line)
        return Counter(f"{one['error'].rpartition('.')[2]} in {one['at'].partition(':')[0]}" for one in told)

    def environment(self, *, owner: bool = False) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("KAMKOR_")}
        own |= {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "kamkor.settings",
            "KAMKOR_HOME": str(self.folder / "home"),
            "KAMKOR_SECRET_KEY": "only-for-the-bench",
            "KAMKOR_KDF_MEMORY_KIB": "64",
            "KAMKOR_STATIC_FROM_SOURCE": "yes",
            "KAMKOR_WEBHOOKS_LOCAL": "yes",
            "BENCH_CLOCK": str(self.clock),
            "BENCH_WORKERS": str(self.workers),
            "BENCH_PORT": str(self.port),
        }
        if self.cluster is not None:
            role = postgres.OWNER if owner else postgres.APPLICATION
            for name, database in STORES.items():
                own[f"KAMKOR_{'OWNER_' if owner else ''}{name}"] = self.cluster.url(role, database)
        return own

    def command(self, *words: str, owner: bool = False) -> "subprocess.Popen[str]":
        """Begin a command of Kamkor's own."""
        return subprocess.Popen(
            [sys.executable, "-m", "kamkor.cli", *words],
            cwd=ROOT,
            env=self.environment(owner=owner),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str, owner: bool = False) -> str:
        with self.command(*words, owner=owner) as begun:
            said, _none = begun.communicate()
        if begun.returncode:
            raise SystemExit(f"kamkor {' '.join(words)} failed: {said}")
        return said

    # The server

    def serve(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.clock.write_text("0")
        program = [sys.executable, "-m", "bench.faults.server"]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                program, cwd=ROOT, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit("The server did not begin.")

    def stop(self) -> None:
        if self.server is not None and self.server.poll() is None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()

    def ripe(self) -> list[int]:
        """The workers that may be killed now."""
        assert self.server is not None
        if self.server.poll() is not None:
            raise SystemExit("The server gave up.")
        listed = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
        now = time.monotonic()
        begun = now if self.born else 0.0  # the first ones may be killed at once
        self.born = {int(worker): self.born.get(int(worker), begun) for worker in listed}
        return [worker for worker, born in self.born.items() if now - born > YOUNG]

    # The disk and the database

    def fill_up(self) -> None:
        """Leave not a byte."""
        with self.ballast.open("wb", buffering=0) as file:
            for size in (2**20, 2**12, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def make_room(self) -> None:
        self.ballast.unlink(missing_ok=True)

    def restart_database(self) -> None:
        """As when the machine loses its power: nothing is shut down."""
        assert self.cluster is not None
        folder = Path(parse_qs(urlsplit(self.cluster.url_admin).query)["host"][0])
        options = f"{SERVER} -c unix_socket_directories={folder}"
        where: list[str | Path] = ["-D", folder / "data", "-w", "-l", folder / "log"]
        postgres.run(postgres.programs() / "pg_ctl", *where, "-m", "immediate", "-o", options, "restart")


@contextmanager
def place(engine: str, workers: int, databases: Path | None = None) -> Iterator[Place]:
    """A place of its own; with `databases`, a folder with empty ones of SQLite that are ready."""
    folder = Path(tempfile.mkdtemp(prefix="kamkor-faults-"))
    mounted = mount(folder)
    here = Place(engine, folder, mounted, workers)
    try:
        (folder / "home").mkdir()
        if engine == "postgresql":
            here.cluster = cluster(folder, small=mounted)
        if databases is None:
            here.run("migrate", owner=True)
            here.run("codes", "load")
        else:
            shutil.copytree(databases, folder / "home", dirs_exist_ok=True)
        yield here
    finally:
        here.stop()
        if mounted:
            subprocess.run(["umount", "--lazy", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)
        here.log.unlink(missing_ok=True)


def mount(folder: Path) -> bool:
    """A disk of some megabytes, where this process may make one."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=755", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def cluster(folder: Path, *, small: bool) -> postgres.Cluster:
    """A server that keeps what it has committed; its tables lie on the small disk, its log does not."""
    made = postgres.Cluster(postgres.start(SERVER))
    made.create_roles()
    for database in STORES.values():
        made.create_database(database)
    with made.admin() as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            shown = connection.execute(f"SHOW {name}".encode()).fetchone()
            assert shown == ("on",), "a server that forgets what it has said to be kept"
        if small:
            tables = folder / "tables"
            tables.mkdir()
            shutil.chown(tables, "postgres", "postgres")
            connection.execute(f"CREATE TABLESPACE small LOCATION '{tables}'".encode())
            connection.execute(b"ALTER DATABASE kamkor SET TABLESPACE small")
    return made
