"""Whether somebody has worked on what an import made: anything added, changed or pointed to since."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import Q

from kamkor.assistance.models import Case, ChildPath, Exploitation, Goal, Note
from kamkor.base.actions import reference
from kamkor.base.models import AuditEvent
from kamkor.base.pages import OPENED
from kamkor.identification.models import Fact
from kamkor.people.models import Consent, Exclusion, Particular, Person
from kamkor.vault.models import Item

LOOKS = (".read", ".list", ".show", ".print", ".who_looked", ".search")  # verbs that change nothing
# What an import itself makes about a person, a case, and when each row was made.
OF_PERSON: dict[type[models.Model], str] = {
    Particular: "at",
    Fact: "recorded_at",
    Consent: "given_at",
    Exclusion: "at",
    Case: "opened_at",
}
OF_CASE: dict[type[models.Model], str] = {
    Exploitation: "recorded_at",
    Goal: "recorded_at",
    Note: "recorded_at",
    ChildPath: "recorded_at",
}
NOTES = ("importedrow", "likelyhere")  # our own bookkeeping


def people_worked_on(people: Iterable[int], since: datetime) -> set[int]:
    """Those among these persons on whose file or cases something was done after `since`."""
    ids = set(people)
    touched = _pointed_to(Person, OF_PERSON, ids, since)
    touched |= _changed(Person, ids, since)
    written = Item.objects.filter(Q(version__gt=1) | Q(written_at__gt=since))
    touched |= set(
        Person._base_manager.filter(pk__in=ids, file__in=written.values("file")).values_list("pk", flat=True)
    )
    cases = dict(Case._base_manager.filter(person__in=ids).values_list("pk", "person"))
    touched |= {cases[pk] for pk in cases_worked_on(cases, since)}
    for model in (Particular, Fact, Consent):
        rows = dict(model._base_manager.filter(person__in=ids).values_list("pk", "person"))
        touched |= {rows[pk] for pk in _changed(model, rows, since)}
    return touched


def cases_worked_on(cases: Iterable[int], since: datetime) -> set[int]:
    """The same for cases."""
    ids = set(cases)
    touched = _pointed_to(Case, OF_CASE, ids, since) | _changed(Case, ids, since)
    for model in OF_CASE:
        rows = dict(model._base_manager.filter(case__in=ids).values_list("pk", "case"))
        touched |= {rows[pk] for pk in _changed(model, rows, since)}
    return touched


def rows_worked_on(model: type[models.Model], ids: Iterable[int], since: datetime) -> set[int]:
    """The same for rows that nothing is filed under: contacts, organisations."""
    return _changed(model, set(ids), since)


def _pointed_to(
    model: type[models.Model], own: dict[type[models.Model], str], ids: set[int], since: datetime
) -> set[int]:
    """Any row that leads to one of them, but for those that the import made with it."""
    found: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model._meta.model_name in NOTES:
            continue
        other, name = relation.related_model, relation.field.name
        rows = other._base_manager.filter(**{f"{name}__in": ids})
        if other in own:
            rows = rows.filter(**{f"{own[other]}__gt": since})
        found |= set(rows.values_list(name, flat=True))
    return found


def _changed(model: type[models.Model], ids: Iterable[int], since: datetime) -> set[int]:
    """Those on which an action was done."""
    by_reference = {reference(model(pk=pk)): pk for pk in ids}
    events = AuditEvent.objects.filter(at__gt=since, subject__in=by_reference, outcome="done")
    pairs = events.exclude(reason=OPENED).values_list("subject", "verb")
    return {by_reference[subject] for subject, verb in pairs if not verb.endswith(LOOKS)}
