"""Her wish to be forgotten: two people, ten days, holds; and that afterwards nobody reads anything of her."""

import io
import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connections, models
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kamkor.access.actor import Actor
from kamkor.access.models import Membership, User
from kamkor.access.sessions import Draft
from kamkor.assistance.models import Case, Document, Note, ServiceGiven
from kamkor.base import codelists
from kamkor.identification.models import Contact, Fact
from kamkor.people import about, erasure, files, reduced
from kamkor.people.actions import erasure as actions
from kamkor.people.actions.erasure import Held
from kamkor.people.keeping import ErasedFile, Erasure, Hold
from kamkor.people.models import Consent, Particular, Person
from kamkor.people.turning import forget_the_gone
from kamkor.statistics import counts
from kamkor.vault import names
from kamkor.vault.crypto import PIECE_BYTES
from kamkor.vault.models import File, Grant, Item, ItemPiece, ItemVersion, NameEntry, StoredKey
from tests.walls.records import SECRET, fill
from tests.walls.test_canaries import everything
from tests.world import World

COMMIT = DjangoCaptureOnCommitCallbacks
NAME = "Айгүл Сыдыкова"


@pytest.fixture(autouse=True)
def _own_register(db: None, tmp_path: Path, settings: Settings) -> None:
    settings.ERASURE_REGISTER_FILE = tmp_path / "erasures.jsonl"
    codelists.load()
    codelists.forget()


def second(world: World, role: str = "supervisor") -> Actor:
    """Another colleague at the centre, who opens its files."""
    user = User.objects.create(username="second", display_name="Second")
    membership = Membership.objects.create(user=user, desk=world.desks["centre"], role=role)
    return Actor(membership=membership, keys=world.rings["centre"], user=user)


def second_client(world: World) -> Any:
    actor = second(world)
    world.users["second"], world.rings["second"] = actor.signed_in, world.rings["centre"]
    world.desks["second"] = world.desks["centre"]
    return world.client("second", "supervisor")


def wish(world: World, person: Person, **given: Any) -> Erasure:
    return actions.ask(world.actor("centre"), person, language="ky", **given)


def forget(world: World, person: Person, commit: COMMIT) -> None:
    with commit(execute=True):
        actions.carry_out(second(world), wish(world, person))
    with commit(execute=True):
        forget_the_gone(world.actor("centre"))


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


# Two people


def test_one_takes_the_wish_and_another_carries_it_out(
    world: World, django_capture_on_commit_callbacks: COMMIT
) -> None:
    person, client = world.person(), world.client("centre")
    page = client.get(f"/desk/people/{person.pk}/forget?language=ru").content.decode()
    assert 'lang="ru"' in page
    sent = {"language": "ru", "words": "I am afraid", "told": "on"}
    assert client.post(f"/desk/people/{person.pk}/forget", sent).status_code == 302
    asked = Erasure.objects.get()
    assert asked.due_on == timezone.localdate() + timedelta(days=10)
    own = f"/desk/erasures/{asked.pk}/"
    assert "took this wish yourself" in client.get(own).content.decode()
    assert client.post(own, {"certain": "on"}).status_code == 422
    other = second_client(world)
    assert NAME.split(maxsplit=1)[0] in other.get("/desk/erasures/").content.decode()
    assert "I am afraid" in other.get(own).content.decode()
    assert other.post(own, {"certain": ""}).status_code == 422
    assert other.get(f"/desk/people/{person.pk}/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert other.post(own, {"certain": "on"}).status_code == 302
    assert other.get(f"/desk/people/{person.pk}/").status_code == 404
    assert other.get("/desk/erasures/").status_code == 200


def test_whoever_took_the_wish_never_carries_it_out_in_whichever_role(world: World) -> None:
    asked = wish(world, world.person())
    for role in ("worker", "supervisor"):
        with pytest.raises(Exception, match="You asked for this yourself"):
            actions.carry_out(world.actor("centre", role), asked)
    assert Person.objects.get().erased_at is None


@pytest.mark.parametrize("role", ["operator", "administrator", "coordinator", "statistician", "interpreter"])
def test_others_can_neither_take_nor_carry_out(world: World, role: str) -> None:
    person = world.person()
    client, asked = world.client("centre", role), wish(world, person)
    assert client.get(f"/desk/people/{person.pk}/forget").status_code == 403
    assert client.post(f"/desk/erasures/{asked.pk}/", {"certain": "on"}).status_code == 403
    assert client.get("/desk/erasures/").status_code == 403


def test_strangers_and_those_she_is_kept_from_find_no_wish(world: World) -> None:
    person = world.person()
    asked = wish(world, person)
    stranger = world.client("stranger", "supervisor")
    assert stranger.get(f"/desk/erasures/{asked.pk}/").status_code == 404
    assert NAME.split(maxsplit=1)[0] not in stranger.get("/desk/erasures/").content.decode()
    other = second_client(world)
    person.exclusions.create(
        desk=person.desk, user=world.users["second"], reason="security", set_by=world.users["centre"]
    )
    assert other.get(f"/desk/erasures/{asked.pk}/").status_code == 404
    assert NAME.split(maxsplit=1)[0] not in other.get("/desk/erasures/").content.decode()


def test_she_may_change_her_mind_and_the_second_person_may_refuse(world: World) -> None:
    person, other = world.person(), second_client(world)
    first = wish(world, person)
    with pytest.raises(Exception, match="asked for already"):
        wish(world, person)
    assert other.post(f"/desk/erasures/{first.pk}/withdraw").status_code == 302
    again = wish(world, person)
    assert other.post(f"/desk/erasures/{again.pk}/refuse", {"why": "not_her_wish"}).status_code == 302
    assert other.post(f"/desk/erasures/{again.pk}/", {"certain": "on"}).status_code == 422
    assert Person.objects.get().erased_at is None


# Holds


def test_a_hold_stops_it_and_is_told_to_her(world: World, django_capture_on_commit_callbacks: COMMIT) -> None:
    person, head = world.person(), world.client("centre", "supervisor")
    held = {"ground": "investigation", "paper": "12-34"}
    assert head.post(f"/desk/people/{person.pk}/hold", held).status_code == 302
    assert "12-34" not in everything("default")
    page = world.client("centre").get(f"/desk/people/{person.pk}/forget?language=en").content.decode()
    assert "a law or a court asks that these records stay" in page
    with pytest.raises(Held):
        wish(world, person)
    asked = wish(world, person, told_of_hold=True)
    assert asked.told_of_hold_at is not None
    other = second(world)
    with pytest.raises(Held):
        actions.carry_out(other, asked)
    assert Person.objects.get().erased_at is None
    assert head.post(f"/desk/holds/{Hold.objects.get().pk}/lift").status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        actions.carry_out(other, asked)
    assert Person._base_manager.get(pk=person.pk).erased_at is not None


def test_a_hold_ends_by_itself_and_a_worker_sets_none(world: World) -> None:
    person = world.person()
    assert world.client("centre", "worker").get(f"/desk/people/{person.pk}/hold").status_code == 403
    hold = actions.hold(
        world.actor("centre", "supervisor"), person, ground="court", ends_on=timezone.localdate()
    )
    assert actions.holds(person) == [hold]
    Hold.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert not actions.holds(person)


# The proof


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


# The register


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


def test_a_stranger_cannot_carry_out_by_the_action_either(world: World) -> None:
    asked = wish(world, world.person())
    for code in ("stranger", "line", "clinic"):
        with pytest.raises(Exception, match=r"carry_out"):
            actions.carry_out(world.actor(code, "supervisor"), asked)
    assert reverse("erasures") == "/desk/erasures/"
