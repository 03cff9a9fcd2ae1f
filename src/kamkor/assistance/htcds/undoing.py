"""Undoing an import: its files are destroyed and its rows removed, as long as they are just what it wrote."""

from collections.abc import Iterator

from django.db import models
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.htcds.incoming import destroy_later
from kamkor.assistance.models import Case, Exploitation, Goal, ImportedFile, Note
from kamkor.base.actions import reference
from kamkor.base.models import AuditEvent
from kamkor.base.pages import OPENED
from kamkor.base.problems import Problem, WrongState
from kamkor.identification.models import Fact
from kamkor.people.models import Consent, Particular, Person
from kamkor.vault import names
from kamkor.vault.models import Item

AT_ONCE = 200
LOOKS = (".read", ".list", ".show", ".print", ".who_looked")  # verbs that change nothing


class WorkedOn(Problem):
    title = _("Somebody has worked on cases of this import")
    mend = _("It can no longer be undone. Close the cases that do not belong here.")


def undo(actor: Actor, imported: ImportedFile) -> None:
    """Refuses when anything was added, changed or decided since."""
    if not imported.standing:
        raise WrongState
    cases = list(Case.objects.filter(exploitations__imported=imported).select_related("person__file"))
    people = [case.person for case in cases]
    for part in _parts(cases):
        if _touched(imported, part):
            raise WorkedOn
    try:
        for part in _parts(cases):
            _remove(part)
    except ProtectedError as error:  # a referral, a stay, a second case …
        raise WorkedOn from error
    for person in people:
        names.forget(actor.keyring, imported.desk.holder, person.pk)
        destroy_later(person.file)
    if imported.rejected is not None:
        destroy_later(imported.name.file)
    imported.undone_at = timezone.now()
    imported.save(update_fields=["undone_at"])


def _parts(cases: list[Case]) -> Iterator[list[Case]]:
    for start in range(0, len(cases), AT_ONCE):
        yield cases[start : start + AT_ONCE]


def _touched(imported: ImportedFile, cases: list[Case]) -> bool:
    """Sealed text written, rows added or actions done after the import."""
    since = imported.taken_at
    people = [case.person_id for case in cases]
    written = Item.objects.filter(file__in=[case.person.file_id for case in cases])
    if written.filter(Q(version__gt=1) | Q(written_at__gt=since)).exists():
        return True
    added: list[models.QuerySet[models.Model]] = [
        *(row.objects.filter(case__in=cases, recorded_at__gt=since) for row in (Exploitation, Goal, Note)),
        Fact.objects.filter(person__in=people, recorded_at__gt=since),
        Particular.objects.filter(person__in=people).filter(Q(at__gt=since) | Q(ended_at__isnull=False)),
        Consent.objects.filter(person__in=people).filter(
            Q(given_at__gt=since) | Q(withdrawn_at__isnull=False)
        ),
    ]
    if any(rows.exists() for rows in added):
        return True
    rows = [*cases, *(case.person for case in cases), *_of(cases)]
    events = AuditEvent.objects.filter(at__gt=since, subject__in=[reference(row) for row in rows])
    verbs = events.exclude(reason=OPENED).values_list("verb", flat=True).distinct()
    return any(not verb.endswith(LOOKS) for verb in verbs)


def _of(cases: list[Case]) -> Iterator[models.Model]:
    """The rows whose open columns an action may have changed."""
    for model in (Exploitation, Goal, Note):
        yield from model.objects.filter(case__in=cases).only("pk")


def _remove(cases: list[Case]) -> None:
    people = [case.person_id for case in cases]
    for model in (Exploitation, Goal, Note):
        model.objects.filter(case__in=cases).delete()
    for owned in (Fact, Consent, Particular):
        owned.objects.filter(person__in=people).delete()
    Case.objects.filter(pk__in=[case.pk for case in cases]).delete()
    Person.objects.filter(pk__in=people).delete()
