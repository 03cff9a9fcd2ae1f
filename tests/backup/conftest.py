"""An officer's key, a place for the archives, and settings that keep both apart from everything else."""

from pathlib import Path
from typing import NamedTuple

import pyrage
import pytest
from pytest_django import Settings


class Officer(NamedTuple):
    identity: str
    public: str


def new_officer() -> Officer:
    identity = pyrage.x25519.Identity.generate()
    return Officer(str(identity), str(identity.to_public()))


@pytest.fixture
def officer() -> Officer:
    return new_officer()


@pytest.fixture
def place(tmp_path: Path, settings: Settings) -> Path:
    """A folder of its own for keys, lists and archives."""
    settings.BACKUP_KEY_FILE = tmp_path / "keys" / "backup_key"
    settings.SEAL_KEY_FILE = tmp_path / "keys" / "seal_key"
    settings.HOST_KEY_FILE = tmp_path / "keys" / "host_key"
    settings.BACKUP_LIST_FILE = tmp_path / "backups.jsonl"
    settings.ERASURE_REGISTER_FILE = tmp_path / "erased.jsonl"
    settings.SEAL_COPY_FILE = tmp_path / "seals.jsonl"
    return tmp_path
