"""A register of erasures of one's own."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def own_register(db: None, tmp_path: Path, settings: Settings) -> None:
    settings.ERASURE_REGISTER_FILE = tmp_path / "erasures.jsonl"
