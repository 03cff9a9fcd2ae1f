"""The pytest plugin for databases: SQLite, or with KAMKOR_TEST_ENGINE=postgresql a real server.

Nothing of the developer's own instance is read: this runs before Django reads its settings.
"""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests import postgres
from tests.ready import CHEAP_KDF, READY, SERVER

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
ON_POSTGRESQL = os.environ.get("KAMKOR_TEST_ENGINE") == "postgresql"
STORES = {"KAMKOR_DATABASE": "", "KAMKOR_KEYS_DATABASE": "_keys"}
# Each core has a test at work already: threads of these for every core would wait for each other.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
KEPT = {
    "KAMKOR_TEST_ENGINE",
    "KAMKOR_TEST_DATABASE",
    "KAMKOR_SCREENSHOTS",
    "KAMKOR_LOCALE",
    "KAMKOR_QUERY_COUNTS",
    SERVER,
    READY,
}


def isolate() -> None:
    """Point the settings away from everything that is real."""
    for name in [name for name in os.environ if name.startswith("KAMKOR_") and name not in KEPT]:
        del os.environ[name]
    home = temporary()
    (Path(home) / "static").mkdir()
    if READY not in os.environ:
        os.environ[READY] = temporary()
    os.environ.update(
        CHEAP_KDF | ONE_THREAD,
        KAMKOR_HOME=home,
        KAMKOR_SECRET_KEY="only-for-tests",
        KAMKOR_STATIC_FROM_SOURCE="yes",
    )


def temporary() -> str:
    """A folder that goes when this process ends."""
    folder = tempfile.mkdtemp(prefix="kamkor-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def server() -> postgres.Cluster:
    """The server of this run, started by the first process that asks."""
    if SERVER not in os.environ:
        os.environ[SERVER] = postgres.cluster().url_admin
    return postgres.Cluster(os.environ[SERVER])


def database_name(worker: str = WORKER) -> str:
    return f"kamkor_test_{worker}"


def use_postgresql() -> None:
    """Let the settings connect to this worker's databases as the application's role."""
    for setting, suffix in STORES.items():
        os.environ[setting] = server().url(postgres.APPLICATION, database_name() + suffix)


isolate()
gc.set_threshold(20_000, 20, 50)  # garbage is looked for less often: else it takes a tenth of the time
if ON_POSTGRESQL:
    use_postgresql()


def pytest_configure(config: pytest.Config) -> None:
    # Imported now, after pytest-django: of two fixtures with one name the later wins.
    config.pluginmanager.import_plugin("tests.on_postgresql" if ON_POSTGRESQL else "tests.on_sqlite")


def pytest_report_header() -> str:
    return "databases: " + ("PostgreSQL, as the application's role" if ON_POSTGRESQL else "SQLite")
