"""A row of `centre` in every table, made from what the models say: a new table is walked at once."""

import datetime
from typing import Any
from uuid import uuid4

from django.db import models
from django.utils import timezone

from kamkor.people.models import Person
from kamkor.vault.models import File, Item
from tests.walls.records import Records, fill, secret
from tests.world import World


class Maker:
    """Makes rows that point to what is there; one that it cannot guess is made in records.py."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.actor = records.world.actor("centre")

    def one(self, model: type[models.Model]) -> models.Model:
        needed = [field for field in model._meta.concrete_fields if self.is_needed(field)]
        row = model(**{field.name: self.value(field) for field in needed})
        row.save(force_insert=True)
        return row

    def is_needed(self, field: Any) -> bool:  # a column of any type
        wanted = isinstance(field, models.ForeignKey) or not (field.has_default() or field.null)
        return wanted and not field.primary_key and not (field.null and field.remote_field)

    def value(self, field: Any) -> Any:  # a column of any type, a value of its type
        if isinstance(field, models.ForeignKey):
            return self.related(field)
        if isinstance(field, models.UUIDField):
            return uuid4()
        if isinstance(field, models.BinaryField):
            return b"sealed"
        if isinstance(field, models.DateTimeField):
            return timezone.now()
        if isinstance(field, models.DateField):
            return datetime.date(2026, 3, 8)
        if isinstance(field, models.JSONField):
            return []
        if isinstance(field, models.CharField | models.TextField):
            return str(field.choices[0][0]) if field.choices else uuid4().hex[: field.max_length or 32]
        return 1

    def related(self, field: Any) -> models.Model:  # a column of any type
        wanted = field.related_model
        if wanted is File:
            return self.actor.keyring.new_file(self.actor.desk.holder)
        if wanted is Item and field.unique:
            made: models.Model = secret(self.actor, Person.objects.get(pk=self.records.keys[Person]), "row")
            return made
        if field.name == "desk":
            return self.actor.desk
        found = wanted._base_manager.order_by("pk").first()
        assert found is not None, f"nothing for {field}"
        return found  # type: ignore[no-any-return]


def fill_every(world: World, tables: list[type[models.Model]]) -> Records:
    """What pages are about, and a row of each further table."""
    records = fill(world)
    maker = Maker(records)
    for model in sorted(tables, key=lambda each: bool(each._meta.auto_created)):
        if not model._base_manager.exists():
            maker.one(model)
    return records
