"""Prepares an instance step by step, each of which may be repeated, and serves it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from socket import AF_INET, AF_UNIX, socket

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from kamkor.base import wall
from kamkor.cli.demo import ACCOUNTS

THREADS = 8  # requests at a time; most wait for the database or for Argon2


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.pass_context
def start(context: click.Context, host: str, port: int) -> None:
    """Prepare the databases, the code lists and the demonstration, then serve."""
    steps: list[tuple[str, Callable[[], None]]] = [
        ("Databases", lambda: repeat("migrate")),
        ("Styles, scripts and fonts", collect),
        ("Code lists and demonstration", lambda: repeat("demo")),
    ]
    for number, (name, step) in enumerate(steps, 1):
        click.echo(f"{number}/{len(steps)} {name} …")
        step()
    without_second_factor()
    with worker():
        context.invoke(serve, host=host, port=port)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--socket", "path", type=click.Path(path_type=Path), help="A file instead of host and port.")
def serve(host: str, port: int, path: Path | None = None) -> None:
    """Serve the pages; put a proxy with HTTPS before it where others than you shall reach it.

    At a socket nobody but its owner and its group, to which the proxy belongs, can speak with the server.
    """
    place = str(path or f"{host}:{port}")
    with socket(AF_UNIX if path else AF_INET) as probe:
        if probe.connect_ex(str(path) if path else (host, port)) == 0:  # else both would share it in silence
            raise click.ClickException(f"Something already serves at {place}. End it, or give --port.")
    if path is not None:
        path.unlink(missing_ok=True)  # of a server that was killed
    must_be_bound()
    click.echo(f"Kamkor is at {path or f'http://{place}/'} (end with Ctrl+C)")
    Granian(
        "kamkor.wsgi:application",
        address=host,
        port=port,
        uds=path,
        uds_permissions=0o660,
        interface=Interfaces.WSGI,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
    ).serve()


@contextmanager
def worker() -> Iterator[None]:
    """What is tried out on one machine also does its long work there; a server has a timer for it."""
    if not all(map(find_spec, ["numpy", "scipy"])):
        yield
        return
    child = subprocess.Popen([sys.executable, "-m", "kamkor.cli", "work"])
    try:
        yield
    finally:
        child.terminate()
        child.wait()


def without_second_factor() -> None:
    """The demonstration is tried in a minute: its accounts need no second factor, unless it is asked for."""
    if "KAMKOR_SECOND_FACTOR" not in os.environ and ACCOUNTS.exists():
        os.environ["KAMKOR_SECOND_FACTOR"] = "no"  # for the processes that serve
        settings.SECOND_FACTOR = False
    if not settings.SECOND_FACTOR:
        click.echo("The second factor is OFF here, for trying out: KAMKOR_SECOND_FACTOR=yes switches it on.")


def must_be_bound() -> None:
    """Refuse a role to which row-level security would not apply; leave the workers no connection."""
    wall.check_role()
    connections.close_all()


def repeat(command: str) -> None:
    """Run a command of ours in a process of its own: the owner of the tables never serves."""
    if subprocess.run([sys.executable, "-m", "kamkor.cli", command], check=False).returncode:
        raise click.ClickException(f"{command} failed, see above.")


def collect() -> None:
    """Copy what the front end built to where it is served from, compressed and named by content."""
    if not collected():
        call_command("collectstatic", interactive=False, verbosity=0)


def collected() -> bool:
    """Whether nothing was built since the files were last collected."""
    list_of_files = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not list_of_files.exists():
        return False
    built = settings.SOURCE / "base" / "static"
    return all(path.stat().st_mtime <= list_of_files.stat().st_mtime for path in built.rglob("*"))
