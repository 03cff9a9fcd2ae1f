"""A stage is a full database to measure on: made once, kept in a folder, used again by the next run."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from bench.options import Options
from tests import postgres

ROOT = Path(__file__).parent.parent
HOME = Path(os.environ.get("KAMKOR_BENCH_HOME", ROOT / "var" / "bench"))
STORES = {"DATABASE": "kamkor", "KEYS_DATABASE": "kamkor_keys"}
READY = "ready.json"  # in a stage's folder: made to the end, with what the measures must know
# What is lost in a crash is made again. The memory is what an operator would give a server of this size.
SERVER = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    " -c shared_buffers=2GB -c effective_cache_size=6GB -c work_mem=16MB -c maintenance_work_mem=512MB"
    " -c max_wal_size=16GB -c wal_level=minimal -c max_wal_senders=0 -c random_page_cost=1.1"
)
ALONE = {"KAMKOR_SECRET_KEY": "only-for-the-bench", "KAMKOR_KDF_MEMORY_KIB": "64"}

AS_IN_TESTS = {"KAMKOR_STATIC_FROM_SOURCE": "yes", "KAMKOR_ALLOWED_HOSTS": "testserver"}


def on_each(module: str, options: Options) -> None:
    """Run `measure()` of a module of `bench.measures` on every stage that was asked for."""
    for engine, persons in options.sizes.items():
        with opened(engine, persons) as environment:
            inside(module, environment, options)


def inside(module: str, environment: dict[str, str], options: Options) -> None:
    """In a process of its own, as the settings are read once."""
    sys.stdout.flush()
    command = [sys.executable, "-m", "bench.inside", module, *options.arguments()]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def throw_away(module: str, options: Options) -> None:
    """Run `measure()` of a module on an empty SQLite that is gone afterwards."""
    with empty("sqlite") as environment:
        inside(module, environment, options)


def at_home(folder: Path | str) -> dict[str, str]:
    """The environment of an instance that keeps everything in this folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("KAMKOR_")}
    return own | ALONE | {"KAMKOR_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "kamkor.settings"}


@contextmanager
def empty(engine: str) -> Iterator[dict[str, str]]:
    """The environment of tables without a row, on a database of their own that is gone afterwards."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        environment = at_home(folder) | AS_IN_TESTS
        if engine == "sqlite":
            migrate(environment)
            yield environment
            return
        folder.chmod(0o755)  # the server's own user goes through it
        with server(folder / "server") as cluster:
            environment |= addresses(cluster)
            clear(folder, environment)
            migrate(environment)
            yield environment


def migrate(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "kamkor.cli", "migrate"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)


def addresses(cluster: postgres.Cluster) -> dict[str, str]:
    """Where the databases of a server are, for the application, their owner and the one above both."""
    found = {
        f"KAMKOR_{role}{setting}": cluster.url(user, database)
        for setting, database in STORES.items()
        for role, user in (("", postgres.APPLICATION), ("OWNER_", postgres.OWNER))
    }
    return found | {"BENCH_ADMIN": cluster.url_admin}


@contextmanager
def opened(engine: str, persons: int) -> Iterator[dict[str, str]]:
    """The environment in which Kamkor finds a stage; the stage is made first where it is not there yet."""
    folder = HOME / f"{engine}-{persons}"
    folder.mkdir(parents=True, exist_ok=True)
    environment = at_home(folder)
    if engine == "sqlite":
        make(folder, environment, persons)
        yield environment
        return
    with server(folder / "server") as cluster:
        environment |= addresses(cluster)
        make(folder, environment, persons)
        yield environment


def make(folder: Path, environment: dict[str, str], persons: int) -> None:
    """Bring the tables up to date; fill them unless that was done to the end before."""
    ready = folder / READY
    if not ready.exists():
        clear(folder, environment)
    # A migration that came since is run too: so an index can be tried without making the stage anew.
    steps = [
        ["-m", "kamkor.cli", "migrate"],
        ["-m", "django", "collectstatic", "--noinput", "--verbosity", "0"],
    ]
    if not ready.exists():
        steps.append(["-m", "bench.inside", "bench.population.build", "--persons", str(persons)])
    for step in steps:
        subprocess.run([sys.executable, *step], cwd=ROOT, env=environment, check=True, stdout=sys.stderr)


def clear(folder: Path, environment: dict[str, str]) -> None:
    """Begin with nothing, whatever an earlier try has left."""
    if "BENCH_ADMIN" in environment:
        cluster = postgres.Cluster(environment["BENCH_ADMIN"])
        cluster.create_roles()
        for database in STORES.values():
            cluster.create_database(database)
    for path in folder.glob("*.sqlite3*"):
        path.unlink()


@contextmanager
def server(folder: Path) -> Iterator[postgres.Cluster]:
    """A PostgreSQL of the bench's own, on a folder that stays."""
    binaries = postgres.programs()
    if not (folder / "PG_VERSION").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        options = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
        postgres.run(binaries / "initdb", "-D", folder, *options)
    on: list[str | Path] = [binaries / "pg_ctl", "-D", folder, "-w"]
    postgres.run(*on, "-l", folder / "log", "-o", f"{SERVER} -c unix_socket_directories={folder}", "start")
    try:
        yield postgres.Cluster(f"postgresql://postgres@/postgres?{urlencode({'host': folder})}")
    finally:
        postgres.run(*on, "-m", "fast", "stop")


def known(folder: Path) -> dict[str, object]:
    """What was written down when the stage was made."""
    found: dict[str, object] = json.loads((folder / READY).read_text())
    return found
