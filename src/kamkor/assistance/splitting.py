"""A desk is split: the files that some colleagues work on go to another desk of the organisation, a few at a
time, each with all that is about her. Who has the old desk's key alone opens none of it afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.joining import may_join
from kamkor.access.models import Desk, DeskOwned, User
from kamkor.assistance.models import Case
from kamkor.base import wall
from kamkor.base.actions import action, record
from kamkor.base.problems import Problem
from kamkor.directory.models import Offer
from kamkor.identification.models import Contact
from kamkor.people import about, files
from kamkor.people.models import Person
from kamkor.vault import names
from kamkor.vault.models import File

PUBLIC: tuple[type[models.Model], ...] = (Offer,)  # every desk may see what others offer


@dataclass(frozen=True)
class Progress:
    moved: int
    left: int


@action("desk.split")
def split(actor: Actor, desk: Desk, *, into: Desk, workers: Iterable[User], seconds: float = 3) -> Progress:
    """Move people all of whose cases lie with these colleagues, for some seconds; call it until all are."""
    if into.pk not in [other.pk for other in may_join(actor, desk)]:
        raise Problem(
            _("You are not the head of both desks"),
            _("Ask for the role of its head at the other desk first."),
        )
    until, moved, chosen = monotonic() + seconds, 0, list(workers)
    for person in whom(desk, chosen).select_related("desk__holder", "file"):
        move(actor, person, into)
        moved += 1
        if monotonic() > until:
            break
    return Progress(moved, whom(desk, chosen).count())


def whom(desk: Desk, workers: Iterable[User]) -> QuerySet[Person]:
    """People of a desk all of whose cases lie with these colleagues; cases of merged files count too."""
    cases = Case._base_manager.filter(
        models.Q(person=OuterRef("pk")) | models.Q(person__merged_into=OuterRef("pk"))
    )
    ids = [worker.pk for worker in workers]
    theirs, others = cases.filter(worker__in=ids), cases.exclude(worker__in=ids)
    rows = Person._base_manager.filter(desk=desk, merged_into=None, left_at=None, erased_at=None)
    return rows.filter(Exists(theirs)).exclude(Exists(others)).order_by("pk")


def move(actor: Actor, person: Person, into: Desk) -> None:
    """Everything about one person: rows, files under the other desk's key, what was answered, the index."""
    desk, keyring = person.desk, actor.keyring
    with transaction.atomic(), wall.acting(None, scope="all"):
        rows = about.rows_about(person)
        for model in rows:
            if left_behind := getattr(model, "left_behind", None):
                rows[model] -= left_behind(rows[model])
        moving = about.files_of(rows, person)
        names.forget(keyring, desk.holder, *rows[Person])
        keyring.pass_on(desk.holder, into.holder, about.heard(rows, person))
        Contact._base_manager.filter(pk__in=rows.get(Contact, ())).update(caller_hash="", hash_until=None)
        _cut(rows, desk, into)
        for model, keys in rows.items():
            if issubclass(model, DeskOwned):
                model._base_manager.filter(pk__in=keys).update(desk=into)
        File.objects.filter(pk__in=[file.pk for file in moving]).update(holder=into.holder)
        for file in moving:
            keyring.turn(file)
        for moved in Person._base_manager.filter(pk__in=rows[Person]).select_related("desk__holder"):
            files.index(actor, moved)
        record(actor, "person.move", person)


def _cut(rows: about.Rows, desk: Desk, into: Desk) -> None:
    """What leads from her to rows that stay: led to their counterparts there if they have any, as forms have;
    else emptied where it may be; else the row goes, as a tie to somebody who stays, or the book-keeping of an
    import."""
    for model, keys in list(rows.items()):
        for field in model._meta.concrete_fields:
            target = field.related_model
            if not (isinstance(target, type) and issubclass(target, DeskOwned)) or target in PUBLIC:
                continue
            stays = target._base_manager.filter(desk=desk).exclude(pk__in=rows.get(target, ()))
            cut: QuerySet[Any] = model._base_manager.filter(pk__in=keys, **{f"{field.name}__in": stays})
            if hasattr(target, "counterpart"):
                _lead_to_counterparts(cut, field, into)
            elif field.null:
                cut.update(**{field.name: None})
            else:
                cut.delete()


def _lead_to_counterparts(rows: QuerySet[Any], field: Any, into: Desk) -> None:
    led = set(rows.values_list(field.attname, flat=True))
    for here in field.related_model._base_manager.filter(pk__in=led):
        rows.filter(**{field.name: here}).update(**{field.name: here.counterpart(into)})
