"""Erasing a person: her keys first, then every row about her, then a line in the register.

The keys lie in the key store, which no backup of the records holds: without them a backup opens nothing of
her. The register names files by their random numbers, so that it can lie beside the backups, and whoever
restores one applies it.
"""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from kamkor.access import drafts
from kamkor.access.models import KeptAnswer
from kamkor.base import wall
from kamkor.base.actions import reference
from kamkor.people import about, reduced
from kamkor.people.keeping import ErasedFile
from kamkor.people.models import Person
from kamkor.vault import names
from kamkor.vault.keyring import destroy, end_received
from kamkor.vault.models import File, Item, NameEntry, StoredKey

BY_SUBJECT = {"assistance.task": "subject", "webhooks.delivery": "subject"}  # rows that name others by text
LONG_AGO = date(1970, 1, 1)
REGISTER = "erasures.jsonl"  # as it lies beside the backups


def erase(person: Person) -> None:
    """For ever, in every backup of the records too. It takes no key; the index of names is put right when
    somebody of the desk next opens the vault (`turning.forget_the_gone`)."""
    with wall.acting(None, scope="all"), transaction.atomic():
        rows = about.rows_about(person)
        files = about.files_of(rows, person)
        register(file.pk for file in files)
        destroy(*files)
        end_received(about.heard(rows, person), person.desk.holder)
        _let_go(rows)
        _forget_mentions(person, rows)
        _set_age(person, rows)
        _reduce(rows)
        Person._base_manager.filter(pk__in=rows[Person]).update(
            erased_at=timezone.now(), left_at=timezone.now(), read_until=LONG_AGO
        )


def register(file_ids: Iterable[UUID]) -> None:
    """Note in the database and, once that is saved, in the file beside the backups."""
    rows = [ErasedFile(file_id=file_id) for file_id in file_ids]
    ErasedFile.objects.bulk_create(rows, ignore_conflicts=True)
    transaction.on_commit(partial(_append, rows))


def export_register(path: Path) -> int:
    """Write the whole register to a file; it names nobody."""
    rows = list(ErasedFile.objects.order_by("pk"))
    path.write_text("".join(map(_line, rows)), "utf-8")
    return len(rows)


def apply_register(*paths: Path) -> int:
    """Erase again, after a backup was restored, whoever was erased since it was made; says how many people.

    Reads the register in the database, the file that this installation keeps, and those at `paths`.
    Files that the restored index of names needs and that exist no more make it be built anew.
    """
    with wall.acting(None, scope="all"):
        known = set(ErasedFile.objects.values_list("file_id", flat=True))
        known.update(*map(_read, (settings.ERASURE_REGISTER_FILE, *paths)))
        register(known)
        people = Person._base_manager.filter(file__in=known, erased_at=None, merged_into=None)
        again = list(people.select_related("desk__holder"))
        for person in again:
            erase(person)
        StoredKey.objects.filter(file_id__in=known).delete()
        destroy(*File.objects.filter(pk__in=known))
        _drop_dead_indexes()
    return len(again)


def _reduce(rows: about.Rows) -> None:
    """First what stays, so that it points to nothing that goes; then the rest."""
    gone = {model: set(keys) for model, keys in rows.items()}
    for model, keys in rows.items():
        label = model._meta.label_lower
        if label not in reduced.KEPT:
            continue
        counted = model._base_manager.filter(pk__in=keys, **reduced.COUNTED.get(label, {}))
        for row in counted:
            reduced.reduce(row)
            gone[model].discard(row.pk)
    for model in about.in_order_of_deletion(gone):
        model._base_manager.filter(pk__in=gone[model]).delete()


def _let_go(rows: about.Rows) -> None:
    """What else ends with these rows: their models may say it in a class method of this name."""
    for model, keys in rows.items():
        if let_go := getattr(model, "let_go", None):
            let_go(keys)


def _forget_mentions(person: Person, rows: about.Rows) -> None:
    """Rows that name one of these by its text, and what partner systems were answered today."""
    subjects = [reference(model(pk=key)) for model, keys in rows.items() for key in keys]
    for label, column in BY_SUBJECT.items():
        mentions = apps.get_model(label)._base_manager.filter(**{f"{column}__in": subjects})
        mentions.filter(desk=person.desk).delete()
    KeptAnswer.objects.filter(token__desk=person.desk).delete()
    drafts.forget_about(rows)


def _set_age(person: Person, rows: about.Rows) -> None:
    """Whether she was a child is counted; her year of birth goes, so it is decided once and for all."""
    facts = rows.get(apps.get_model("identification.fact"), set())
    presumed = apps.get_model("identification.fact")._base_manager.filter(pk__in=facts, kind="presumed")
    first = presumed.aggregate(first=models.Min("on"))["first"]
    for row in Person._base_manager.filter(pk__in=rows[Person], birth_year__isnull=False):
        age = row.age_in(int(first[:4]) if first else timezone.localtime(row.created_at).year)
        Person._base_manager.filter(pk=row.pk).update(age=age)


def _drop_dead_indexes() -> None:
    """Names filed under a secret whose key was destroyed open no more: all of that desk are filed anew."""
    secrets = list(Item.objects.filter(label__in=(names.INDEX, names.CALLERS)).select_related("file"))
    alive = set(
        StoredKey.objects.filter(file_id__in={item.file_id for item in secrets}).values_list(
            "file_id", flat=True
        )
    )
    dead = [item for item in secrets if item.file_id not in alive]
    NameEntry.objects.filter(index__in=dead).delete()
    Item.objects.filter(pk__in=[item.pk for item in dead]).delete()
    indexes = {item.file.holder_id for item in dead if item.label == names.INDEX}
    Person._base_manager.filter(desk__holder__in=indexes, left_at=None).update(listed=False)


def _append(rows: list[ErasedFile]) -> None:
    file: Path = settings.ERASURE_REGISTER_FILE
    known = set(_read(file))
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as out:
        out.write("".join(_line(row) for row in rows if row.file_id not in known))
        out.flush()
        os.fsync(out.fileno())


def _read(file: Path) -> Iterator[UUID]:
    """The numbers in the file; a last line that a crash cut off counts for nothing."""
    if not file.exists():
        return
    for line in file.read_text("utf-8").splitlines():
        try:
            yield UUID(json.loads(line)["file"])
        except (ValueError, KeyError):
            continue


def _line(row: ErasedFile) -> str:
    return json.dumps({"file": str(row.file_id), "on": row.on.isoformat()}) + "\n"
