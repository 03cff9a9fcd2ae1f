"""Taking an import out of the books again, some rows at a time. What somebody has worked on since stays."""

from django.db import models, transaction
from django.db.models import ProtectedError

from kamkor.access.actor import Actor
from kamkor.assistance.htcds.incoming import destroy_later
from kamkor.assistance.imports.touched import cases_worked_on, people_worked_on, rows_worked_on
from kamkor.assistance.models import Case, ChildPath, Exploitation, Goal, ImportedRow, Note, TableImport
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.identification.models import Contact, Fact
from kamkor.people.models import Consent, Exclusion, Particular, Person
from kamkor.vault import names
from kamkor.vault.models import File

AT_ONCE = 250


def undo_some(actor: Actor, imported: TableImport) -> bool:
    """Take the next rows out; False when there are none left."""
    rows = list(
        ImportedRow.objects.filter(imported=imported, kept=False)
        .select_related("person__file", "case", "contact__note__file")
        .order_by("-row")[:AT_ONCE]
    )
    if not rows:
        return False
    kept = _worked_on(imported, rows)
    free = [row for row in rows if row.pk not in kept]
    if not _remove(free):  # something that nobody thought of leads to one of them
        kept |= {row.pk for row in free if not _remove([row])}
    gone = [row for row in rows if row.pk not in kept]
    people = [row.person_id for row in gone if row.person_id]
    names.forget(actor.keyring, imported.desk.holder, *people)
    destroy_later(*(file for row in gone for file in _files(row)))
    ImportedRow.objects.filter(pk__in=kept).update(kept=True)
    ImportedRow.objects.filter(pk__in=[row.pk for row in gone]).delete()
    imported.kept += len(kept)
    imported.taken -= len(gone)
    return True


def _worked_on(imported: TableImport, rows: list[ImportedRow]) -> set[int]:
    """The rows that must stay. All of a piece were noted at one moment."""
    kept: set[int] = set()
    for at in {row.at for row in rows}:
        these = [row for row in rows if row.at == at]
        people = people_worked_on({row.person_id for row in these if row.person_id}, at)
        cases = cases_worked_on({row.case_id for row in these if row.case_id}, at)
        contacts = rows_worked_on(Contact, {row.contact_id for row in these if row.contact_id}, at)
        organisations = rows_worked_on(
            OutsideOrganisation, {row.organisation_id for row in these if row.organisation_id}, at
        )
        kept |= {
            row.pk
            for row in these
            if row.person_id in people
            or row.case_id in cases
            or row.contact_id in contacts
            or row.organisation_id in organisations
        }
    return kept


def _remove(rows: list[ImportedRow]) -> bool:
    """All of them or, when something else still leads to one, none."""
    try:
        with transaction.atomic():
            remove_cases([row.case_id for row in rows if row.case_id])
            remove_people([row.person_id for row in rows if row.person_id])
            Contact.objects.filter(pk__in=[row.contact_id for row in rows if row.contact_id]).delete()
            organisations = [row.organisation_id for row in rows if row.organisation_id]
            Offer.objects.filter(outside__in=organisations).delete()
            OutsideOrganisation.objects.filter(pk__in=organisations).delete()
    except ProtectedError:
        return False
    return True


def remove_cases(cases: list[int]) -> None:
    """With all that an import makes in a case."""
    for model in (Exploitation, Goal, Note, ChildPath):
        model.objects.filter(case__in=cases).delete()
    Case.objects.filter(pk__in=cases).delete()


def remove_people(people: list[int]) -> None:
    """With all that an import makes about a person."""
    for owned in (Fact, Consent, Particular, Exclusion):
        rows: models.QuerySet[models.Model] = owned.objects.filter(person__in=people)
        rows.delete()
    Person.objects.filter(pk__in=people).delete()


def _files(row: ImportedRow) -> list[File]:
    found = [row.person.file] if row.person else []
    if row.contact and row.contact.note:
        found.append(row.contact.note.file)
    return found
