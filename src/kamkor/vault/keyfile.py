"""Keys that live outside every database, each in a file that its user alone can read."""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept_key(path: Path, new: Callable[[], bytes]) -> bytes:
    """The key in this file, which is made on first need. Two that need it first at once get the same."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(path, b64encode(new()))
    return b64decode(path.read_bytes())


def _write_once(path: Path, text: bytes) -> None:
    """Written aside and then linked, so that nobody ever reads half a key."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(aside, path)
    aside.unlink()
