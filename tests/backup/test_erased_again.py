"""Who was erased since the backup is erased again by the restoring, from a real archive."""

from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kamkor.backup import restoring
from kamkor.backup.making import make
from kamkor.people import erasure
from kamkor.people.keeping import ErasedFile
from kamkor.people.models import Person
from kamkor.vault import router
from kamkor.vault.models import Item
from tests.backup.conftest import Officer
from tests.databases import ON_POSTGRESQL
from tests.world import World


@pytest.mark.skipif(ON_POSTGRESQL, reason="only the owner of the tables restores")
@pytest.mark.parametrize("beside", [True, False])
def test_a_restore_forgets_again_who_was_forgotten_since(
    world: World,
    place: Path,
    officer: Officer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    *,
    beside: bool,
) -> None:
    """With the key store's copy from before the erasure too, which the next backup would have overwritten;
    by the register of this installation or, on a new machine, by the one that lies beside the archives."""
    settings.ERASURE_REGISTER_FILE = place / "erasures.jsonl"
    monkeypatch.setattr(router, "migrate", lambda alias: None)  # the tables are as they were
    person, other = world.person(), world.person(name="Жибек Асанова")
    made = make(place / "records", place / "apart" / "keys.kamkor", [officer.public])
    with django_capture_on_commit_callbacks(execute=True):
        erasure.erase(person)
    if beside:
        erasure.export_register(made.records.parent / erasure.REGISTER)
        settings.ERASURE_REGISTER_FILE.unlink()
    for path in (made.keys, made.records):
        restoring.restore(path, officer.identity, replace=True, older=False)
    hers = Item.objects.filter(file=person.file_id)
    assert not ErasedFile.objects.exists()
    assert world.rings["centre"].__class__(world.rings["centre"]._roots).read_many(hers)
    said = restoring.finish([made.records.parent] if beside else [])
    assert said == ["People erased again, who were erased since the backup: 1."]
    assert Person._base_manager.get(pk=person.pk).erased_at is not None
    assert not hers.exclude(sealed=b"").exists()
    kept = Item.objects.filter(file=other.file_id)
    assert "Жибек Асанова" in world.rings["centre"].read_many(kept).values()
