"""What is left of her: nothing in tables, drafts, logs, indexes or backups but what counting needs."""

import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connections, models
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from kamkor.access.actor import Actor
from kamkor.access.sessions import Draft
from kamkor.assistance.models import Case, Document, Note, ServiceGiven
from kamkor.identification.models import Contact, Fact
from kamkor.people import about, erasure, files, reduced
from kamkor.people.keeping import ErasedFile
from kamkor.people.models import Consent, Particular, Person
from kamkor.people.turning import forget_the_gone
from kamkor.statistics import counts
from kamkor.vault import names
from kamkor.vault.crypto import PIECE_BYTES
from kamkor.vault.models import File, Grant, Item, ItemPiece, ItemVersion, NameEntry, StoredKey
from tests.people.erasing import COMMIT, NAME, forget
from tests.walls.records import SECRET, fill
from tests.walls.test_canaries import everything
from tests.world import World

pytestmark = pytest.mark.usefixtures("own_register")

Kept = dict[type[models.Model], list[models.Model]]


def backup() -> Kept:
    """The sealed tables of the records as a backup from before the erasure holds them."""
    return {model: list(model._base_manager.all()) for model in (File, Item, ItemVersion, Grant, NameEntry)}


def restored(kept: Kept) -> None:
    """The backup's rows, beside whatever the key store holds now."""
    for table in (NameEntry, Grant, ItemVersion):
        table._base_manager.all().delete()
    for model, rows in kept.items():
        for row in rows:
            row.save()
        assert model._base_manager.count() >= len(rows)


@pytest.mark.asvs("14.2.7")
def test_no_table_draft_job_log_or_index_holds_anything_of_her(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    """Of every kind of record one, about her; and a colleague with all keys."""
    records = fill(world)
    hers = Person.objects.get(pk=records.keys[Person])
    other = Person.objects.get(pk=int(records.others["<int:other>"]))
    open_texts = {hers.code, *Case.objects.filter(person=hers).values_list("code", flat=True)}
    old_items = list(Item.objects.filter(file=hers.file))
    assert records.referral is not None
    clinic = world.rings["clinic"]
    reply = clinic.write(clinic.new_file(world.desks["clinic"].holder), "report", "an answer about her")
    clinic.share([reply], world.desks["centre"].holder, ref=records.referral.reply_ref)
    records.referral.steps.create(desk=world.desks["clinic"], verb="report", report=reply)
    assert old_items
    assert world.rings["centre"].read_many(old_items)
    forget(world, hers, django_capture_on_commit_callbacks)
    for alias in ("default", "keys"):
        text = everything(alias)
        assert not [word for word in (*open_texts, SECRET) if word in text]
    ring = world.rings["centre"]
    assert not ring.__class__(ring._roots).read_many(old_items)
    assert not ring.__class__(ring._roots).can_read(reply), "what others wrote is theirs from now on"
    assert clinic.can_read(reply)
    assert not StoredKey.objects.filter(file_id=hers.file_id).exists()
    found = names.find(world.rings["centre"], world.desks["centre"].holder, f"{SECRET} name")
    assert hers.pk not in {match.id for match in found}
    read = files.read_particulars(world.actor("centre"), [other])
    assert read[other.pk]["name"] == [f"{SECRET} other"], "nobody else is touched"


Values = set[bytes]


def sealed_values() -> Values:
    """Whatever is sealed in any column of any table of both databases."""
    found: Values = set()
    for model in apps.get_models(include_auto_created=True):
        rows = model._base_manager.using("keys" if getattr(model, "key_store", False) else "default")
        for field in model._meta.concrete_fields:
            if isinstance(field, models.BinaryField):
                found |= {bytes(value) for value in rows.values_list(field.attname, flat=True) if value}
    return found


def values_of(rows: models.QuerySet[Any], *columns: str) -> Values:
    return {bytes(value) for column in columns for value in rows.values_list(column, flat=True) if value}


def hers(person: Person) -> Values:
    """All that is sealed of her, wherever it lies, with every key to it."""
    ours = about.files_of(about.rows_about(person), person)
    items = Item.objects.filter(file__in=ours)
    return (
        values_of(items, "sealed")
        | values_of(ItemVersion.objects.filter(item__in=items), "sealed")
        | values_of(ItemPiece.objects.filter(item__in=items), "sealed")
        | values_of(Grant.objects.filter(item__in=items), "sealed_key")
        | values_of(StoredKey.objects.filter(file_id__in=[file.pk for file in ours]), "sealed", "pepper")
        | values_of(NameEntry.objects.filter(holder=person.desk.holder), "sealed")
    )


@pytest.mark.asvs("14.2.4", "14.2.7")
def test_no_sealed_row_and_no_key_of_her_is_left_in_any_table(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    """Walks every table that there is, so that one added later is walked too. Her names are sealed in the
    index together with others', under one secret: all of it is filed anew."""
    records, actor = fill(world), world.actor("centre")
    person = Person.objects.get(pk=records.keys[Person])
    others = Person.objects.get(pk=int(records.others["<int:other>"]))
    note = Note.objects.get(pk=records.keys[Note])
    actor.keyring.rewrite(note.text, f"{SECRET} again")
    long = io.BytesIO(bytes(PIECE_BYTES) + SECRET.encode())
    large = actor.keyring.write(person.file, "document", long)
    actor.keyring.share([large, note.text], world.desks["clinic"].holder, ref="consent:1")
    pages = (
        reverse("note-edit", args=[note.pk]),
        f"{reverse('note-add', args=[records.keys[Case]])}?kind=fact",
        reverse("particular-add", args=[others.pk]),
    )
    for page in pages:
        forms = json.dumps([{"action": "", "at": 0, "fields": [["text", f"{SECRET} unsaved"]]}])
        world.client("centre").post(reverse("rest"), {"page": page, "forms": forms, "asked": "1"})
    drafts = values_of(Draft.objects.filter(page__in=pages[:2]), "sealed")
    before, kept = hers(person), hers(others) - hers(person)
    assert len(drafts) == 2
    assert len(before) > 25
    assert before | drafts <= sealed_values()
    assert ItemPiece.objects.filter(item=large).count() == 2
    forget(world, person, django_capture_on_commit_callbacks)
    now = sealed_values()
    assert not (before | drafts) & now
    assert kept <= now, "nobody else is touched"
    assert Draft.objects.get().page == pages[2]


def test_what_is_left_of_her_is_what_counting_needs(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    records = fill(world)
    hers = Person.objects.get(pk=records.keys[Person])
    Fact.objects.filter(person=hers).update(on="2026-05-03")
    before = _figures()
    left = {model._meta.label_lower for model in about.rows_about(hers)}
    forget(world, hers, django_capture_on_commit_callbacks)
    assert _figures() == before
    now = Person._base_manager.get(pk=hers.pk)
    assert (now.sex, now.age, now.birth_year, now.home_place) == ("female", "adult", None, "")
    assert Fact._base_manager.get(person=hers).on == "2026"
    assert {model._meta.label_lower for model in about.rows_about(now)} <= set(reduced.KEPT)
    assert len(left) > 25
    assert not Note._base_manager.exists()
    assert not Document._base_manager.exists()
    assert not Particular._base_manager.filter(person=hers).exists()
    assert ServiceGiven._base_manager.get().on.timetuple()[1:3] == (1, 1)
    assert not Consent.objects.in_force().filter(person=hers).exists()
    assert Contact._base_manager.filter(person=hers).count() == 0


def _figures() -> list[object]:
    book, year = counts.Book(), timezone.localdate().year
    return [
        counts.presumed(book, 2026),
        counts.helped(book, year),
        counts.services(year),
        counts.contacts(year),
        sum(counts.referrals(year, timezone.now()).values()),
    ]


def test_a_backup_beside_the_present_key_store_opens_nothing_of_her(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    person, other = world.person(), world.person(name="Жибек Асанова")
    ring, desk = world.rings["centre"], world.desks["centre"].holder
    clinic, items = world.rings["clinic"], list(Item.objects.filter(file=person.file))
    ring.share(items, world.desks["clinic"].holder, ref="referral:1")
    kept = backup()
    assert clinic.read_many(items)
    forget(world, person, django_capture_on_commit_callbacks)
    restored(kept)
    again = list(Item.objects.filter(pk__in=[item.pk for item in items]).exclude(sealed=b""))
    assert len(again) == len(items), "the backup brought the sealed texts back"
    for keyring in (ring, clinic):
        assert not keyring.__class__(keyring._roots).read_many(again)
    fresh = ring.__class__(ring._roots)
    assert not [match for match in names.find(fresh, desk, NAME) if match.id == person.pk]
    assert fresh.read_many(Item.objects.filter(file=other.file)), "others are as they were"


def test_nor_beside_the_one_copy_of_the_key_store_once_it_was_overwritten(
    world: World, tmp_path: Path, django_capture_on_commit_callbacks: COMMIT
) -> None:
    """The operator's one copy: made, then overwritten by the next. Between the two it is a way back, which
    the guide says; after that there is none."""
    person = world.person()
    items, kept = list(Item.objects.filter(file=person.file)), backup()
    copy = tmp_path / "keys.json"
    _copy_key_store(copy)
    held = copy.read_text()
    forget(world, person, django_capture_on_commit_callbacks)
    assert str(person.file_id) in held
    _copy_key_store(copy)
    assert str(person.file_id) not in copy.read_text()
    StoredKey.objects.all().delete()
    StoredKey.objects.bulk_create(
        StoredKey(**row | {name: bytes.fromhex(row[name]) for name in ("sealed", "pepper")})
        for row in json.loads(copy.read_text())
    )
    restored(kept)
    ring = world.rings["centre"]
    assert not ring.__class__(ring._roots).read_many(Item.objects.filter(pk__in=[i.pk for i in items]))


def _copy_key_store(path: Path) -> None:
    rows = list(StoredKey.objects.values("file_id", "epoch", "pair_id", "sealed", "pepper", "locked_by_id"))
    path.write_text(json.dumps(rows, default=lambda one: one.hex() if isinstance(one, bytes) else str(one)))


@pytest.mark.skipif(connections["keys"].vendor != "sqlite", reason="how SQLite lays deleted rows aside")
def test_the_deleted_key_is_not_left_in_the_pages_of_sqlite(tmp_path: Path) -> None:
    """As this installation opens its files: secure_delete, and the log is cut after each erasure."""
    from django.conf import settings as real

    path = tmp_path / "keys.sqlite3"
    store = sqlite3.connect(path)
    for pragma in real.DATABASES["keys"]["OPTIONS"]["init_command"].split(";"):
        store.execute(pragma)
    store.execute("create table kept (key text)")
    store.execute("insert into kept values ('canary-of-a-key')")
    store.commit()
    store.execute("delete from kept")
    store.commit()
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not [file for file in tmp_path.iterdir() if b"canary-of-a-key" in file.read_bytes()]


def test_a_restore_applies_the_register_again(
    world: World, tmp_path: Path, django_capture_on_commit_callbacks: COMMIT
) -> None:
    person, other = world.person(), world.person(name="Жибек Асанова")
    kept = backup()
    rows = [person, *Particular.objects.filter(person=person)]
    forget(world, person, django_capture_on_commit_callbacks)
    restored(kept)
    for row in rows:
        row.save()
    ErasedFile.objects.all().delete()  # the backup is older than the erasure
    assert erasure.apply_register() == 1
    assert erasure.apply_register() == 0, "a second time there is nothing to do"
    assert Person._base_manager.get(pk=person.pk).erased_at is not None
    assert Person._base_manager.get(pk=other.pk).erased_at is None
    assert not Item.objects.filter(file=person.file).exclude(sealed=b"").exists()
    actor = world.actor("centre")
    forget_the_gone(Actor(actor.membership, actor.keyring.__class__(actor.keyring._roots), actor.user))
    desk = world.desks["centre"].holder
    assert [match.id for match in names.find(actor.keyring, desk, "Жибек Асанова")] == [other.pk]
    assert not names.find(actor.keyring, desk, NAME)


def test_the_register_names_nobody_and_survives_a_cut_line(
    world: World, settings: Settings, tmp_path: Path, django_capture_on_commit_callbacks: COMMIT
) -> None:
    person = world.person()
    forget(world, person, django_capture_on_commit_callbacks)
    file: Path = settings.ERASURE_REGISTER_FILE
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert {frozenset(line) for line in lines} == {frozenset({"file", "on"})}
    assert str(person.file_id) in {line["file"] for line in lines}
    assert file.stat().st_mode & 0o077 == 0
    file.write_text(file.read_text() + '{"file": "12')
    assert erasure.apply_register() == 0
    exported = tmp_path / "beside-the-backup.jsonl"
    assert erasure.export_register(exported) == len(lines)
