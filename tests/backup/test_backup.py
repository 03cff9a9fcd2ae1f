"""Backups are made while others write, restored whole or not at all, and drilled without a trace."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection

from kamkor.access.sessions import Draft, SignIn
from kamkor.backup import drilling, restoring
from kamkor.backup.making import Made, make
from kamkor.backup.stores import SqliteStore, records
from kamkor.base.models import AuditEvent
from kamkor.people import erasure
from kamkor.people.models import Person
from kamkor.vault import archives, desks, host, router, seals
from kamkor.vault.archives import BadArchive
from kamkor.vault.crypto import PIECE_BYTES
from kamkor.vault.keyring import Keyring, destroy
from kamkor.vault.models import File, Item, ItemPiece, KeyPair, StoredKey
from tests import postgres
from tests.backup.conftest import Officer
from tests.databases import ON_POSTGRESQL, database_name, server
from tests.world import PASSPHRASE, World

NOT_ON_POSTGRESQL = "only the owner of the tables restores: see test_a_backup_of_postgresql_is_restored"


@pytest.fixture
def made(world: World, place: Path, officer: Officer) -> Made:
    world.person()
    AuditEvent.objects.add(verb="person.read", subject="people.person:1")
    seals.seal_batch()
    seals.copy_out()
    return make(place / "records", place / "apart" / "keys.kamkor", [officer.public])


def both(made: Made) -> list[Path]:
    return [made.records, made.keys]


def test_neither_archive_shows_anything(made: Made) -> None:
    for path in both(made):
        content = path.read_bytes()
        assert b"akniet" not in content
        assert b"vault_" not in content


def test_the_archive_of_the_records_holds_no_file_key(made: Made, officer: Officer) -> None:
    of_records = restoring.check(made.records, officer.identity)
    of_keys = restoring.check(made.keys, officer.identity)
    assert "vault_storedkey" not in of_records.counts
    assert of_keys.counts["vault_storedkey"]["rows"] == StoredKey.objects.count() > 0
    assert "people_person" not in of_keys.counts
    assert of_records.counts["people_person"]["rows"] == 1


def test_pairs_and_shares_are_in_the_backup(made: Made, officer: Officer) -> None:
    counts = restoring.check(made.records, officer.identity).counts
    assert counts["vault_keypair"]["rows"] == KeyPair.objects.count()


def test_sessions_are_in_no_backup(made: Made, officer: Officer) -> None:
    counts = restoring.check(made.records, officer.identity).counts
    assert {SignIn._meta.db_table, Draft._meta.db_table}.isdisjoint(counts)
    assert "access_user" in counts


def test_the_keys_outside_lie_beside_the_key_store_except_the_backups_own(
    made: Made, officer: Officer
) -> None:
    host.pair()
    parts = set(restoring.check(made.keys, officer.identity).counts)
    assert "file:SEAL_KEY_FILE" in parts
    assert not any("BACKUP" in name for name in parts)
    assert "file:SEAL_KEY_FILE" not in restoring.check(made.records, officer.identity).counts


def test_there_is_one_copy_of_the_key_store_however_often(made: Made, place: Path, officer: Officer) -> None:
    again = make(place / "records", made.keys, [officer.public])
    assert again.number == made.number + 1
    assert [path.name for path in made.keys.parent.iterdir()] == ["keys.kamkor"]
    assert len(list((place / "records").iterdir())) == 2


def test_the_copy_of_the_keys_never_goes_with_the_records(place: Path, officer: Officer, db: None) -> None:
    for keys in (place / "records" / "keys.kamkor", place / "records" / "below" / "keys.kamkor"):
        with pytest.raises(BadArchive, match="must not lie in the folder"):
            make(place / "records", keys, [officer.public])


# Drills


def opened_by(world: World, desk: str = "centre") -> Keyring:
    holder = world.users[desk].holder
    assert holder is not None
    return Keyring.unlock(holder, PASSPHRASE)


def test_a_good_backup_passes_and_leaves_nothing(world: World, made: Made, officer: Officer) -> None:
    before = Person.objects.count(), StoredKey.objects.count(), File.objects.count()
    report = drilling.drill(both(made), officer.identity, opener=lambda: opened_by(world), sample=5)
    assert report.wrong == []
    assert report.opened == report.looked_at == 5
    assert report.without_key == 0 < report.sealed_items
    assert report.seals > 0
    assert before == (Person.objects.count(), StoredKey.objects.count(), File.objects.count())


def test_a_drill_reads_the_backup_and_not_what_is_there_now(
    world: World, made: Made, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.person()
    seen: list[int] = []

    def look(*arguments: object) -> None:
        seen.append(Person.objects.count())

    monkeypatch.setattr(drilling, "look", look)
    drilling.drill(both(made), officer.identity)
    assert seen == [1]
    assert Person.objects.count() == 2


def test_a_recovery_key_opens_the_sample(world: World, place: Path, officer: Officer) -> None:
    world.person()
    words = desks.make_recovery(world.rings["centre"], world.desks["centre"].holder)
    made = make(place / "records", place / "keys.kamkor", [officer.public])
    report = drilling.drill(
        both(made), officer.identity, opener=lambda: desks.recover(world.desks["centre"].holder, words)
    )
    assert report.wrong == []
    assert report.opened == report.looked_at > 0


def test_a_sealed_item_that_was_altered_is_found(world: World, place: Path, officer: Officer) -> None:
    world.person()
    for item in Item.objects.all():
        sealed = bytearray(item.sealed)
        sealed[-1] ^= 1
        Item.objects.filter(pk=item.pk).update(sealed=bytes(sealed))
    made = make(place / "records", place / "keys.kamkor", [officer.public])
    report = drilling.drill(both(made), officer.identity, opener=lambda: opened_by(world))
    assert "was altered" in report.wrong[0]
    Item.objects.update(sealed=b"\x01short")
    made = make(place / "records", place / "keys.kamkor", [officer.public])
    assert "not as anything sealed looks" in drilling.drill(both(made), officer.identity).wrong[0]


def test_a_piece_of_a_document_that_was_lost_or_altered_is_found(
    world: World, place: Path, officer: Officer
) -> None:
    person, content = world.person(), io.BytesIO(bytes(PIECE_BYTES * 2 + 5))
    document = world.rings["centre"].write(person.file, "document", content)
    Item.objects.exclude(pk=document.pk).update(size=0)  # so that the lot falls on it
    keys = [officer.public]
    made = make(place / "records", place / "keys.kamkor", keys)
    report = drilling.drill(both(made), officer.identity, opener=lambda: opened_by(world), sample=1)
    assert (report.wrong, report.opened) == ([], 1)
    ItemPiece.objects.filter(number=1).update(sealed=bytes(PIECE_BYTES + 16))
    altered = make(place / "records", place / "keys.kamkor", keys)
    found = drilling.drill(both(altered), officer.identity, opener=lambda: opened_by(world), sample=1)
    assert "was altered" in found.wrong[0]
    ItemPiece.objects.filter(number=2).delete()
    cut = make(place / "records", place / "keys.kamkor", keys)
    assert "not as anything sealed looks" in drilling.drill(both(cut), officer.identity, sample=1).wrong[0]


def test_a_log_that_was_changed_before_the_backup_is_found(
    world: World, place: Path, officer: Officer
) -> None:
    if ON_POSTGRESQL:
        pytest.skip("the application's role cannot tamper: the triggers belong to the owner")
    AuditEvent.objects.add(verb="person.read", subject="people.person:1")
    seals.seal_batch()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER base_auditevent_no_update")
        cursor.execute("UPDATE base_auditevent SET verb = 'nothing'")
    made = make(place / "records", place / "keys.kamkor", [officer.public])
    assert "access log: changed" in drilling.drill(both(made), officer.identity).wrong
    with pytest.raises(BadArchive, match="not as it was sealed"):
        restoring.restore(made.records, officer.identity, replace=True, older=False)


def test_what_was_erased_after_a_backup_stays_shut_beside_the_newer_keys(
    world: World, made: Made, place: Path, officer: Officer
) -> None:
    """The old backup of the records, with every key that still exists anywhere, opens nothing of it."""
    destroy(*File.objects.filter(pk__in=list(StoredKey.objects.values_list("file_id", flat=True))))
    newer = make(place / "records", made.keys, [officer.public])
    report = drilling.drill([made.records, newer.keys], officer.identity, opener=lambda: opened_by(world))
    assert report.sealed_items == report.without_key > 0
    assert report.opened == 0 < report.looked_at


# Restoring


here = pytest.mark.skipif(ON_POSTGRESQL, reason=NOT_ON_POSTGRESQL)


@here
def test_what_was_there_is_there_again(world: World, made: Made, officer: Officer) -> None:
    known = Person.objects.get().code
    world.person()
    destroy(*File.objects.filter(pk__in=list(StoredKey.objects.values_list("file_id", flat=True))))
    for path in reversed(both(made)):
        restoring.restore(path, officer.identity, replace=True, older=False)
    assert Person.objects.get().code == known
    readable = Item.objects.filter(file__holder=world.desks["centre"].holder, label="name")
    assert opened_by(world).read(readable.get()) == "Айгүл Сыдыкова"
    assert world.person().pk > Person.objects.get(code=known).pk
    with connection.cursor() as cursor, pytest.raises(Exception, match="only ever added"):
        cursor.execute("DELETE FROM base_auditevent")


@here
def test_whoever_was_erased_since_is_erased_again(
    world: World, made: Made, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person.objects.get()
    erasure.register([person.file_id])
    settings_file = configured.ERASURE_REGISTER_FILE
    settings_file.write_text(json.dumps({"file": str(person.file_id), "on": "2026-01-01"}) + "\n")
    monkeypatch.setattr(router, "migrate", lambda alias: None)
    for path in reversed(both(made)):
        restoring.restore(path, officer.identity, replace=True, older=False)
    assert Person._base_manager.get(pk=person.pk).erased_at is None
    assert restoring.finish() == ["People erased again, who were erased since the backup: 1."]
    assert Person._base_manager.get(pk=person.pk).erased_at is not None
    assert not StoredKey.objects.filter(file_id=person.file_id).exists()


def test_the_register_of_erasures_travels_with_both(world: World, place: Path, officer: Officer) -> None:
    (place / "erased.jsonl").write_text(
        '{"file": "6a1f0f0e-0000-4000-8000-000000000000", "on": "2026-01-01"}\n'
    )
    made = make(place / "records", place / "keys.kamkor", [officer.public])
    for path in both(made):
        assert restoring.check(path, officer.identity).counts["file:erased"]["rows"] == 1


@here
def test_a_living_installation_is_not_written_over_unasked(made: Made, officer: Officer) -> None:
    for path in both(made):
        with pytest.raises(BadArchive, match="--replace"):
            restoring.restore(path, officer.identity, replace=False, older=False)


@here
def test_an_older_backup_is_taken_only_when_asked(
    world: World, made: Made, place: Path, officer: Officer
) -> None:
    make(place / "records", made.keys, [officer.public])
    with pytest.raises(BadArchive, match="This is backup 1, and 2 was made here since"):
        restoring.restore(made.records, officer.identity, replace=True, older=False)
    assert restoring.restore(made.records, officer.identity, replace=True, older=True).rows > 0


@pytest.mark.asvs("2.3.3")
@here
def test_what_fails_half_way_has_changed_nothing(
    world: World, made: Made, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.person()

    def other(store: object, counts: object) -> None:
        raise BadArchive("it reads otherwise")

    monkeypatch.setattr(restoring, "compare", other)
    with pytest.raises(BadArchive, match="it reads otherwise"):
        restoring.restore(made.records, officer.identity, replace=True, older=False)
    assert Person.objects.count() == 2


@here
def test_a_newer_versions_backup_is_refused(
    world: World, place: Path, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        later = [*records().migrations(), ["people", "9999_later"]]
        patch.setattr(SqliteStore, "migrations", lambda store: sorted(later))
        made = make(place / "records", place / "keys.kamkor", [officer.public])
    with pytest.raises(BadArchive, match=r"newer version .* people\.9999_later"):
        restoring.restore(made.records, officer.identity, replace=True, older=False)


@here
def test_a_backup_of_the_other_database_is_refused(
    made: Made, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with pytest.raises(BadArchive, match="made on sqlite, and this installation is on postgresql"):
        restoring.restore(made.records, officer.identity, replace=True, older=False)


@pytest.mark.skipif(not ON_POSTGRESQL, reason="on SQLite the tests above restore")
def test_a_backup_of_postgresql_is_restored(made: Made, place: Path, officer: Officer) -> None:
    """Into databases that have tables and no staff, as their owner; a second time only when asked."""
    (place / "identity").write_text(officer.identity)
    environment = {**os.environ, "KAMKOR_HOME": str(place / "elsewhere")}
    names = [f"{database_name()}_restored{suffix}" for suffix in ("", "_keys")]
    for setting, name, suffix in zip(("DATABASE", "KEYS_DATABASE"), names, ("", "_keys"), strict=True):
        server().create_database(name, database_name("template") + suffix)
        environment[f"KAMKOR_OWNER_{setting}"] = server().url(postgres.OWNER, name)
    command = [sys.executable, "-m", "kamkor.cli", "restore", *map(str, both(made))]
    command += ["--identity", str(place / "identity"), "--signer", archives.signer()]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        with server().admin(names[0]) as other:
            assert other.execute("SELECT code FROM people_person").fetchall() == [
                (Person.objects.get().code,)
            ]
            with pytest.raises(Exception, match="only ever added"):
                other.execute("DELETE FROM base_auditevent")
            assert other.execute("SELECT nextval('people_person_id_seq') > 1").fetchone() == (True,)
        again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert again.returncode == 1
        assert "Give --replace" in again.stderr
    finally:
        for name in names:
            server().drop_database(name)


# While others write
