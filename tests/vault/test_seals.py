import json
import stat
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kamkor.base.models import AuditEvent
from kamkor.vault import crypto, seals
from kamkor.vault.models import AuditSeal
from kamkor.vault.seals import Finding

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"]),
    pytest.mark.usefixtures("everything"),
]
# On PostgreSQL the application's role cannot even try: the triggers belong to the owner.
tampering = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets the tests tamper")


def seen(number: int = 3, **columns: object) -> list[AuditEvent]:
    return [
        AuditEvent.objects.create(verb="person.read", subject=f"person:{n}", changed=["name"], **columns)
        for n in range(number)
    ]


def sealed(number: int = 3) -> tuple[list[AuditEvent], AuditSeal]:
    events, seal = seen(number), seals.seal_batch()
    assert seal is not None
    return events, seal


@pytest.fixture
def unguarded() -> None:
    """As whoever owns the database file can make it: without the triggers that keep the log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def copied(capture: DjangoCaptureOnCommitCallbacks, settings: Settings) -> Path:
    """Three seals and their copy."""
    for _ in range(3):
        with capture(execute=True):
            sealed()
    path: Path = settings.SEAL_COPY_FILE
    return path


def test_a_sealed_log_verifies() -> None:
    assert seals.verify() == []
    events, first = sealed()
    _, second = sealed(2)
    assert (first.first_id, first.last_id, first.rows) == (events[0].pk, events[-1].pk, 3)
    assert second.previous == first.digest
    assert seals.seal_batch() is None
    assert seals.verify() == []


def test_a_batch_has_an_end() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seals, "BATCH", 2)
        seen(5)
        sizes = []
        while seal := seals.seal_batch():
            sizes.append(seal.rows)
    assert sizes == [2, 2, 1]
    assert seals.verify() == []


def test_a_row_committed_late_is_sealed_by_the_next_batch() -> None:
    last = seen(1)[0].pk
    AuditEvent.objects.create(pk=last + 2, verb="person.read", subject="person:1")
    first = seals.seal_batch()
    AuditEvent.objects.create(pk=last + 1, verb="person.read", subject="person:2")
    second = seals.seal_batch()
    assert first is not None
    assert second is not None
    assert [row_id for row_id, _ in first.entries] == [last, last + 2]
    assert [row_id for row_id, _ in second.entries] == [last + 1]
    assert seals.seal_batch() is None
    assert seals.verify() == []


@pytest.mark.asvs("11.4.3", "16.4.2")
@tampering
@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(
    "change",
    [
        {"verb": "person.list"},
        {"subject": "person:99"},
        {"actor_id": 5},
        {"changed": []},
        {"outcome": "refused"},
    ],
)
def test_a_changed_row_is_found(change: dict[str, object]) -> None:
    events, seal = sealed()
    AuditEvent.objects.filter(pk=events[1].pk).update(**change)
    assert seals.verify() == [Finding("changed", seal.pk, events[1].pk)]


@tampering
@pytest.mark.usefixtures("unguarded")
def test_a_missing_row_is_found() -> None:
    events, seal = sealed()
    AuditEvent.objects.filter(pk=events[2].pk).delete()
    assert seals.verify() == [Finding("missing", seal.pk, events[2].pk)]


@tampering
@pytest.mark.usefixtures("unguarded")
def test_a_list_made_to_fit_the_changed_row_is_found() -> None:
    events, seal = sealed()
    AuditEvent.objects.filter(pk=events[0].pk).update(verb="person.list")
    changed = AuditEvent.objects.get(pk=events[0].pk)
    seal.entries[0][1] = seals._row_hash(changed, seal.columns)
    seal.save()
    assert seals.verify() == [Finding("altered", seal.pk)]
    seal.digest = seals._digest(seal)
    seal.save()
    assert seals.verify() == [Finding("forged", seal.pk)]
    private = crypto.new_signing_key()
    seal.public = crypto.signing_public(private).hex()
    seal.signature = crypto.sign(private, seal.digest.encode()).hex()
    seal.save()
    assert seals.verify() == [Finding("forged", seal.pk)]


@tampering
@pytest.mark.usefixtures("unguarded")
def test_a_seal_taken_out_of_the_middle_breaks_the_chain() -> None:
    (_, _), (_, second), (_, third) = sealed(), sealed(), sealed()
    second.delete()
    assert seals.verify() == [Finding("broken", third.pk)]


@pytest.mark.asvs("16.4.2")
@tampering
@pytest.mark.usefixtures("unguarded")
def test_a_cut_tail_is_found_beside_the_copy(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    copy = copied(django_capture_on_commit_callbacks, settings)
    assert seals.verify(copy) == []
    last = AuditSeal.objects.latest("pk")
    AuditEvent.objects.filter(pk__gte=last.first_id).delete()
    number = last.pk
    last.delete()
    assert seals.verify() == []
    assert seals.verify(copy) == [Finding("cut", number)]


def test_the_copy_has_each_seal_once_and_catches_up(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    copy = copied(django_capture_on_commit_callbacks, settings)
    seals.copy_out()
    lines = copy.read_text().splitlines()
    assert [json.loads(line)["seal"] for line in lines] == list(
        AuditSeal.objects.order_by("pk").values_list("pk", flat=True)
    )
    copy.write_text(lines[0] + "\n")
    seals.copy_out()
    assert copy.read_text().splitlines() == lines


def test_an_edited_or_missing_copy_is_found(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    copy = copied(django_capture_on_commit_callbacks, settings)
    lines = [json.loads(line) for line in copy.read_text().splitlines()]
    lines[1]["digest"] = "0" * 64
    copy.write_text("\n".join(json.dumps(line) for line in lines) + "\nnot a line\n")
    kinds = [finding.kind for finding in seals.verify(copy)]
    assert kinds == ["forged", "forged"]
    copy.unlink()
    assert seals.verify(copy) == [Finding("no copy")]


@pytest.mark.asvs("13.3.2")
def test_the_signing_key_is_readable_by_its_user_alone(settings: Settings) -> None:
    sealed()
    path: Path = settings.SEAL_KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.glob("seal_key*")] == ["seal_key"]
