"""The machine in general terms: what a reader needs to compare, and no name."""

import os
import platform
import sqlite3
import subprocess
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.postgres import NoPostgres, programs


def described() -> str:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    parts = [
        f"{os.cpu_count()} cores ({processor()})",
        f"{pages * size / 2**30:.0f} GB of memory",
        f"Python {platform.python_version()}",
        f"Django {version('django')}",
        f"SQLite {sqlite3.sqlite_version}",
        postgresql(),
    ]
    return f"{date.today():%d %B %Y}, {', '.join(parts)}."  # noqa: DTZ011 - the day on this machine


def processor() -> str:
    """The maker's name for it, where the system tells."""
    text = Path("/proc/cpuinfo")
    lines = text.read_text().splitlines() if text.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def postgresql() -> str:
    try:
        told = subprocess.run(
            [programs() / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except NoPostgres:
        return "no PostgreSQL"
    return f"PostgreSQL {told.stdout.split()[2]}"


def load() -> str:
    """How busy the machine was, as the tables' reader should know."""
    return f"Load of the last five minutes: {os.getloadavg()[1]:.1f}."
