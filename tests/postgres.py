"""A throw-away PostgreSQL for the tests: Debian's server in a temporary folder, or a given one."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

OWNER = "kamkor_owner"
APPLICATION = "kamkor_app"
PASSWORD = "only-for-tests"
MARK = "made by Kamkor's tests"
ALONE = "-c listen_addresses=''"
# Nothing here has to survive a crash, and what autovacuum learns of rows that were rolled back misleads the
# planner: that tables are empty, in which a test then has thousands of rows.
UNSAFE = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
SERVER_OPTIONS = f"{ALONE} {UNSAFE} -c autovacuum=off"

Connection = psycopg.Connection[tuple[object, ...]]


class NoPostgres(Exception):
    """There is neither a server to use nor the programs to start one."""


@dataclass(frozen=True)
class Cluster:
    """A running server: `url_admin` may create databases and roles; the tests use the two roles."""

    url_admin: str

    def url(self, role: str, database: str) -> str:
        parts = urlsplit(self.url_admin)
        server = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{role}:{PASSWORD}@{server}", path=f"/{database}"))

    def admin(self, database: str = "") -> Connection:
        """A connection that commits each statement, as CREATE DATABASE demands."""
        address = urlsplit(self.url_admin)
        place = urlunsplit(address._replace(path=f"/{database}")) if database else self.url_admin
        return psycopg.connect(place, autocommit=True)

    def create_roles(self) -> None:
        """The owner of the tables, and the application, which owns nothing and is under row security."""
        with self.admin() as connection:
            create_role(connection, OWNER, "CREATEDB")
            create_role(connection, APPLICATION, "NOCREATEDB")

    def create_database(self, name: str, template: str | None = None) -> None:
        """A database of the owner's; the application may read and write what the owner will create."""
        self.drop_database(name)
        with self.admin() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template0")
                )
            )
        if template is None:
            with self.admin(name) as connection:
                for right in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
                    connection.execute(
                        f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT {right} TO {APPLICATION}".encode()
                    )
                connection.execute(f"ALTER SCHEMA public OWNER TO {OWNER}".encode())

    def drop_database(self, name: str) -> None:
        with self.admin() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def create_role(connection: Connection, role: str, right: LiteralString) -> None:
    """Create `role`, or use the one of an earlier run; a role that somebody else made is never touched."""
    found = connection.execute(
        "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", [role]
    ).fetchone()
    if found is not None and found[0] != MARK:
        raise NoPostgres(f"The server has a role {role} of its own: give the tests a server to themselves.")
    name = sql.Identifier(role)
    if found is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(name))
        connection.execute(sql.SQL("COMMENT ON ROLE {} IS {}").format(name, sql.Literal(MARK)))
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS {} PASSWORD {}").format(
            name, sql.SQL(right), sql.Literal(PASSWORD)
        )
    )


def cluster() -> Cluster:
    """The server at KAMKOR_TEST_DATABASE, or one that lives in a temporary folder until this process ends."""
    url = os.environ.get("KAMKOR_TEST_DATABASE")
    found = Cluster(url or start())
    found.create_roles()
    return found


def programs() -> Path:
    """The newest folder of PostgreSQL's server programs."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    for folder in reversed(folders):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgres(
        "PostgreSQL's server is missing: apt-get install postgresql, or set KAMKOR_TEST_DATABASE."
    )


def start(given: str = SERVER_OPTIONS) -> str:
    """Start a server and return its administrator's URL."""
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="kamkor-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    # Registered first: a start that fails half-way is cleared away too.
    stop_at_exit(binaries, folder)
    options = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
    run(binaries / "initdb", "-D", folder / "data", *options)
    server = f"{given} -c unix_socket_directories={folder}"
    run(binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", server, "start")
    return f"postgresql://postgres@/postgres?{urlencode({'host': folder})}"


def run(*command: str | Path) -> None:
    """Run a server program, as the user postgres where we are root: it refuses to run as root."""
    root = os.getuid() == 0
    as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if root else []
    # The server keeps what it inherits open, so nothing is captured: a pipe would never end.
    done = subprocess.run([*as_postgres, *command], stdout=subprocess.DEVNULL, cwd="/", check=False)
    if done.returncode:
        raise NoPostgres(f"{Path(command[0]).name} failed.")


def stop_at_exit(binaries: Path, folder: Path) -> None:
    """Stop the server and delete its folder when this process ends, by itself or by a signal."""
    process = os.getpid()

    def stop() -> None:
        if os.getpid() != process or not folder.exists():
            return
        if (folder / "data" / "postmaster.pid").exists():
            run(binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, frame: sys.exit(128 + received))
