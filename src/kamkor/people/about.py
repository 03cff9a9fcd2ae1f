"""Every row that is about one person, in whichever app: found by what leads to her in the database itself.

So a table that is added later is erased along, whether or not anybody thought of it.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models

from kamkor.people.models import Person
from kamkor.vault.models import File, Item

Rows = dict[type[models.Model], set[Any]]


def rows_about(person: Person) -> Rows:
    """The keys of all rows of her desk that lead to her, by model; hers first. What another desk wrote is
    its own, and what runs on for a desk that took her case over is that desk's to end."""
    found: Rows = {Person: set(person.all_ids())}
    frontier: list[type[models.Model]] = [Person]
    while frontier:
        model = frontier.pop(0)
        for field in _leading_to(model):
            rows = _own(field.model, person.desk_id).filter(**{f"{field.name}__in": found[model]})
            fresh = set(rows.values_list("pk", flat=True)) - found.get(field.model, set())
            if fresh:
                found.setdefault(field.model, set()).update(fresh)
                frontier.append(field.model)
    return found


def items_of(rows: Rows) -> models.QuerySet[Item]:
    """The sealed items that these rows point to, of whichever desk."""
    ids: set[Any] = set()
    for model, keys in rows.items():
        for field in _pointing_to(model, Item):
            ids.update(model._base_manager.filter(pk__in=keys).values_list(field.attname, flat=True))
    return Item.objects.filter(pk__in=ids - {None})


def heard(rows: Rows, person: Person) -> models.QuerySet[Item]:
    """What other desks have written about her that hers may have been given to read: what her rows point to,
    and what rows of others point to that lead to hers, such as their reports on a referral."""
    ids: set[Any] = set(items_of(rows).values_list("pk", flat=True))
    for model, keys in rows.items():
        for field in _leading_to(model):
            theirs = field.model._base_manager.filter(**{f"{field.name}__in": keys})
            for item in _pointing_to(field.model, Item):
                ids.update(theirs.values_list(item.attname, flat=True))
    return Item.objects.filter(pk__in=ids - {None}).exclude(file__holder=person.desk.holder)


def files_of(rows: Rows, person: Person) -> list[File]:
    """The files of her desk that hold something of her: her own, and those of rows about her alone."""
    ids: set[Any] = set(items_of(rows).values_list("file", flat=True))
    for model, keys in rows.items():
        for field in _pointing_to(model, File):
            ids.update(model._base_manager.filter(pk__in=keys).values_list(field.attname, flat=True))
    return list(File.objects.filter(pk__in=ids - {None}, holder=person.desk.holder).order_by("pk"))


def in_order_of_deletion(found: Rows) -> list[type[models.Model]]:
    """Who points to another comes before it."""
    left, ordered = list(found), list[type[models.Model]]()
    while left:
        free = [one for one in left if not any(_points(other, one) for other in left if other is not one)]
        ordered += free or left[-1:]
        left = [one for one in left if one not in ordered]
    return ordered


def _leading_to(model: type[models.Model]) -> Iterator[Any]:
    """The foreign keys that point to a model, hidden ones too."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.field  # type: ignore[union-attr]


def _own(model: type[models.Model], desk_id: int) -> models.QuerySet[Any]:
    rows = model._base_manager.all()
    names = {field.name for field in model._meta.get_fields()}
    if "desk" in names:
        rows = rows.filter(desk=desk_id)
    return rows.filter(carried_to=None) if "carried_to" in names else rows


def _pointing_to(model: type[models.Model], target: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.related_model is target]


def _points(model: type[models.Model], target: type[models.Model]) -> bool:
    return bool(_pointing_to(model, target))
