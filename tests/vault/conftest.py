"""Two desks with a member each: what most tests of the vault begin with."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import override_settings

from kamkor.base import wall
from kamkor.vault import desks
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import Holder

PHRASE = "plain words for a test"


@dataclass
class Staffed:
    """A desk and its one member."""

    desk: Holder
    member: Holder

    def ring(self) -> Keyring:
        """As the member opens it now."""
        return Keyring.unlock(self.member, PHRASE)

    def colleague(self) -> Holder:
        member = desks.new_member(PHRASE)
        desks.admit(self.ring(), self.desk, member)
        return member


def staffed() -> Staffed:
    desk, first = desks.new_desk(custody="staff")
    member = desks.new_member(PHRASE)
    desks.admit(first, desk, member)
    return Staffed(desk, member)


@pytest.fixture(autouse=True)
def _own_key_files(tmp_path: Path) -> Iterator[None]:
    """Every test has the cheapest key derivation, and key files of its own."""
    with override_settings(
        KDF_MEMORY_KIB=64,
        HOST_KEY_FILE=tmp_path / "host_key",
        SEAL_KEY_FILE=tmp_path / "seal_key",
        SEAL_COPY_FILE=tmp_path / "seals.jsonl",
    ):
        yield


@pytest.fixture
def everything(db: None) -> Iterator[None]:
    """The system itself, which row-level security shows every row."""
    with wall.acting(None, scope="all"):
        yield


@pytest.fixture
def centre(everything: None) -> Staffed:
    return staffed()


@pytest.fixture
def clinic(everything: None) -> Staffed:
    return staffed()
