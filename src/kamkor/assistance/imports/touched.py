"""Whether somebody has worked on what an import made: anything added, changed or pointed to since."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from kamkor.assistance.models import Case, ChildPath, Exploitation, Goal, Note
from kamkor.base.models import AuditEvent
from kamkor.base.pages import OPENED
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.identification.models import Contact, Fact
from kamkor.people.models import Consent, Exclusion, Particular, Person

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
Ids = Iterable[int] | QuerySet[Any, Any]  # a subquery of ids keeps thousands of them out of the statements


def people_worked_on(people: Ids, since: datetime) -> set[int]:
    """Those among these persons on whose file or cases something was done after `since`; only they and what
    the import made may still lead to one of the others."""
    touched = _pointed_to(Person, OF_PERSON, people, since) | _changed(Person, people, since)
    touched |= _written(people, since)
    cases = Case._base_manager.filter(person__in=people)
    touched |= _owners(cases, "person", cases_worked_on(cases.values("pk"), since))
    consents = Consent._base_manager.filter(person__in=people)
    touched |= _owners(consents, "person", _pointed_to(Consent, {}, consents.values("pk"), since))
    for model in (Particular, Fact, Consent):
        touched |= _changed_under(model, "person", people, since)
    return touched


def cases_worked_on(cases: Ids, since: datetime) -> set[int]:
    """The same for cases."""
    touched = _pointed_to(Case, OF_CASE, cases, since) | _changed(Case, cases, since)
    for model in OF_CASE:
        touched |= _changed_under(model, "case", cases, since)
    return touched


def contacts_worked_on(contacts: Ids, since: datetime) -> set[int]:
    """The same for contacts, under which nothing is filed."""
    return _pointed_to(Contact, {}, contacts, since) | _changed(Contact, contacts, since)


def organisations_worked_on(organisations: Ids, since: datetime) -> set[int]:
    """The same for organisations, under which the import files what they offer."""
    touched = _pointed_to(OutsideOrganisation, {Offer: ""}, organisations, since)
    offers = Offer._base_manager.filter(outside__in=organisations)
    touched |= _owners(offers, "outside", _pointed_to(Offer, {}, offers.values("pk"), since))
    return touched | _changed(OutsideOrganisation, organisations, since)


def _written(people: Ids, since: datetime) -> set[int]:
    """Into whose files somebody wrote."""
    later = Q(file__items__version__gt=1) | Q(file__items__written_at__gt=since)
    return set(Person._base_manager.filter(later, pk__in=people).values_list("pk", flat=True))


def _pointed_to(
    model: type[models.Model], own: dict[type[models.Model], str], ids: Ids, since: datetime
) -> set[int]:
    """Any row that leads to one of them, but for those that the import made with it: `own` names the column
    that tells when they were made, if there is one."""
    found: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model._meta.model_name in NOTES:
            continue
        other, name = relation.related_model, relation.field.name
        if own.get(other) == "":
            continue
        rows = other._base_manager.filter(**{f"{name}__in": ids})
        if other in own:
            rows = rows.filter(**{f"{own[other]}__gt": since})
        found |= set(rows.values_list(name, flat=True))
    return found


def _owners(rows: QuerySet[Any, Any], owner: str, pks: set[int]) -> set[int]:
    """Whose these rows are."""
    return set(rows.filter(pk__in=pks).values_list(owner, flat=True)) if pks else set()


def _changed_under(model: type[models.Model], owner: str, ids: Ids, since: datetime) -> set[int]:
    """Whose rows of this model an action was done on."""
    rows = model._base_manager.filter(**{f"{owner}__in": ids})
    return _owners(rows, owner, _changed(model, rows.values("pk"), since))


def _changed(model: type[models.Model], ids: Ids, since: datetime) -> set[int]:
    """Those on which an action was done. The log names what it is about by a text."""
    named = Concat(Value(f"{model._meta.label_lower}:"), Cast("pk", models.CharField()))
    subjects = model._base_manager.filter(pk__in=ids).annotate(subject=named).values("subject")
    events = AuditEvent.objects.filter(at__gt=since, subject__in=subjects, outcome="done")
    pairs = events.exclude(reason=OPENED).values_list("subject", "verb")
    return {int(subject.partition(":")[2]) for subject, verb in pairs if not verb.endswith(LOOKS)}
