"""Where answers are written: looked at before anything is computed, since hours of work may hang on it."""

import os
from collections.abc import Iterable
from pathlib import Path

import click


def check(option: str, out: Path, given: Iterable[Path | None] = ()) -> None:
    """Refuse a place where nothing can be written, and one that would overwrite what was given."""
    if not out.parent.is_dir():
        raise click.UsageError(f"{option}: there is no folder {out.parent}. Make it first.")
    if not os.access(out if out.exists() else out.parent, os.W_OK):
        raise click.UsageError(f"{option}: {out} cannot be written. Name another place.")
    for file in given:
        if file is not None and out.exists() and out.samefile(file):
            raise click.UsageError(f"{option}: {out.name} is one of the files to be read. Name another.")
