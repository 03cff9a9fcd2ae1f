"""Two who change one file at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from pytest_django import Settings

from kamkor.base import wall
from kamkor.base.models import AuditEvent
from kamkor.vault import seals
from kamkor.vault.models import AuditSeal, File, Item, StoredKey
from tests.vault.conftest import Staffed, staffed

TIMES = 15
pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite in memory is for one thread"),
]


def together(*steps: Callable[[], object]) -> None:
    """Each step many times, all of them at once, each as a request of its own."""

    def repeat(step: Callable[[], object]) -> None:
        try:
            for _ in range(TIMES):
                with wall.acting(None, scope="all"):
                    step()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(steps)) as pool:
        for result in [pool.submit(repeat, step) for step in steps]:
            result.result()


def begun() -> tuple[Staffed, Staffed, Item]:
    with wall.acting(None, scope="all"):
        centre, clinic = staffed(), staffed()
        ring = centre.ring()
        return centre, clinic, ring.write(ring.new_file(centre.desk), "note", "first")


@pytest.mark.asvs("2.3.3")
def test_nothing_is_lost_between_writing_sharing_and_turning() -> None:
    centre, clinic, item = begun()
    together(
        lambda: centre.ring().turn(File.objects.get()),
        lambda: centre.ring().write(item.file, "note", "added"),
        lambda: centre.ring().rewrite(Item.objects.get(pk=item.pk), "again"),
        lambda: centre.ring().share(Item.objects.all(), clinic.desk, ref="referral:1"),
        lambda: centre.ring().read_many(Item.objects.all()),
    )
    with wall.acting(None, scope="all"):
        items = list(Item.objects.all())
        assert len(items) == TIMES + 1
        assert len(centre.ring().read_many(items)) == len(items)
        assert item.pk in clinic.ring().read_many(items)
        assert len(centre.ring().history(Item.objects.get(pk=item.pk))) == TIMES
        assert StoredKey.objects.count() == 1


@pytest.mark.asvs("16.4.2")
def test_two_who_seal_the_log_seal_each_entry_once_and_in_one_chain(
    settings: Settings, tmp_path: Path
) -> None:
    settings.SEAL_COPY_FILE = tmp_path / "seals.jsonl"

    def seal() -> None:
        AuditEvent.objects.create(verb="case.open")
        seals.seal_batch()

    together(seal, seal)
    with wall.acting(None, scope="all"):
        seals.seal_batch()
        assert seals.verify(settings.SEAL_COPY_FILE) == []
        assert (
            sum(AuditSeal.objects.values_list("rows", flat=True)) == AuditEvent.objects.count() == 2 * TIMES
        )
