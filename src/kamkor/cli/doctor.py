"""Looks for what running or testing Kamkor needs, and says how to mend what is missing."""

import ctypes.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import click

CHECKOUT = Path(__file__).parents[3]
LANGUAGES = ("ky", "ru", "uz", "uz_Cyrl")
GIB = 2**30
RUN, TEST, OPTIONAL = "to run", "for tests", "optional"


@dataclass(frozen=True)
class Check:
    """Something that is there or not; `found` says what there is, or nothing."""

    name: str
    needed: str
    found: Callable[[], str | None]
    mend: str


@click.command()
def doctor() -> None:
    """Say what is missing and how to mend it; fails when Kamkor cannot run."""
    missing = [check for check in CHECKS if not report(check)]
    for check in missing:
        click.echo(f"\n{check.name} ({check.needed}): {check.mend}")
    if any(check.needed == RUN for check in missing):
        sys.exit(1)
    click.echo("\nKamkor can run.")


def report(check: Check) -> bool:
    """Print one line of the table."""
    try:
        found = check.found()
    except (OSError, subprocess.SubprocessError) as problem:
        found = None
        click.echo(f"{problem}", err=True)
    click.echo(f"{'ok' if found else 'missing':8} {check.needed:10} {check.name:24} {found or ''}".rstrip())
    return found is not None


def home() -> Path:
    return Path(os.environ.get("KAMKOR_HOME", CHECKOUT / "var"))


def python() -> str | None:
    return sys.version.split()[0] if sys.version_info >= (3, 11) else None


def program(*names: str) -> Callable[[], str | None]:
    return lambda: next(filter(None, map(shutil.which, names)), None)


def library(name: str) -> Callable[[], str | None]:
    return lambda: ctypes.util.find_library(name)


def module(name: str, needs: str) -> Callable[[], str | None]:
    return lambda: name if find_spec(name) and find_spec(needs) else None


def node() -> str | None:
    """Node's version when it is new enough."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return None
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    major = re.match(r"v(\d+)", version)
    return version if major and int(major[1]) >= 20 else None


def postgresql() -> str | None:
    """The newest folder of PostgreSQL's server programs."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    folders = sorted((path.parent for path in found), key=lambda folder: int(folder.parent.name))
    return str(folders[-1]) if folders else None


def writable() -> str | None:
    """The folder of this instance, if what lies nearest to it may be written to."""
    nearest = next(path for path in (home(), *home().absolute().parents) if path.exists())
    return str(home()) if os.access(nearest, os.W_OK | os.X_OK) else None


def space() -> str | None:
    nearest = next(path for path in (home(), *home().absolute().parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    return f"{free / GIB:.0f} GiB free" if free >= GIB else None


def front_end() -> str | None:
    built = Path(__file__).parents[1] / "base" / "static" / "kamkor" / "kamkor.css"
    return str(built.relative_to(CHECKOUT)) if built.exists() else None


def catalogues() -> str | None:
    """The languages, if each catalogue is compiled and not older than its translations."""
    for language in LANGUAGES:
        translations = CHECKOUT / "locale" / language / "LC_MESSAGES" / "django.po"
        compiled = translations.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < translations.stat().st_mtime:
            return None
    return ", ".join(LANGUAGES)


def migrations() -> str | None:
    """Whether every migration is applied, asked of Django in a process of its own."""
    return "applied" if all(unapplied(alias) == 0 for alias in ("default", "keys")) else None


def unapplied(alias: str) -> int:
    command = [sys.executable, "-m", "django", "migrate", "--check", "--database", alias]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kamkor.settings", "KAMKOR_AS_OWNER": "yes"}
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


def checks() -> Iterator[Check]:
    yield Check("Python 3.11", RUN, python, "apt-get install python3 (Debian 12 or newer)")
    yield Check("python3-venv", RUN, module("venv", "ensurepip"), "apt-get install python3-venv")
    yield Check("gettext", RUN, program("msgfmt"), "apt-get install gettext")
    yield Check(
        "Node 20 with npm", RUN, node, "install Node 20 or newer: Debian 13's nodejs, or nodejs.org's"
    )
    yield Check(
        "Folder of this instance", RUN, writable, f"let this user write to {home()}, or set KAMKOR_HOME"
    )
    yield Check("Disk space", RUN, space, f"make room: less than 1 GiB is free for {home()}")
    yield Check("Front end", RUN, front_end, "make setup")
    yield Check("Message catalogues", RUN, catalogues, "make setup")
    yield Check("Databases", RUN, migrations, "kamkor migrate (kamkor start does it too)")
    yield Check("Chromium", TEST, program("chromium", "chromium-browser"), "apt-get install chromium")
    yield Check("PostgreSQL server", TEST, postgresql, "apt-get install postgresql")
    yield Check("xgettext", TEST, program("xgettext"), "apt-get install gettext")
    yield Check("Pango", OPTIONAL, library("pango-1.0"), "apt-get install libpango-1.0-0 (for PDF)")


CHECKS = list(checks())
