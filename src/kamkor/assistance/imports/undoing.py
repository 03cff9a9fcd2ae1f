"""Taking an import out of the books again, a piece at a time. What somebody has worked on since stays.

Every statement is about all rows of a piece, which it finds by the notes of the import.
"""

from itertools import takewhile

from django.db import models
from django.db.models import QuerySet

from kamkor.access.actor import Actor
from kamkor.assistance.htcds.incoming import destroy_later
from kamkor.assistance.imports.incoming import ROWS
from kamkor.assistance.imports.touched import (
    Ids,
    cases_worked_on,
    contacts_worked_on,
    organisations_worked_on,
    people_worked_on,
)
from kamkor.assistance.models import (
    Case,
    ChildPath,
    Exploitation,
    Goal,
    ImportedRow,
    LikelyHere,
    Note,
    TableImport,
)
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.identification.models import Contact, Fact
from kamkor.people.models import Consent, Exclusion, Particular, Person
from kamkor.vault import names
from kamkor.vault.models import File

Rows = QuerySet[ImportedRow, ImportedRow]


def undo_some(actor: Actor, imported: TableImport) -> bool:
    """Take the next rows out; False when there are none left."""
    rows = _next(imported)
    if rows is None:
        return False
    kept = rows.filter(pk__in=_worked_on(rows)).update(kept=True)
    people = _ids(rows, "person")
    names.forget(actor.keyring, imported.desk.holder, *people)
    destroy_later(*_files(rows))
    gone = _remove(rows)
    imported.kept += kept
    imported.taken -= gone
    return True


def _next(imported: TableImport) -> Rows | None:
    """The rows of one piece, which were all noted at one moment."""
    rows = ImportedRow.objects.filter(imported=imported, kept=False)
    last = list(rows.order_by("-row").values_list("row", "at")[:ROWS])
    if not last:
        return None
    high, at = last[0]
    low = [row for row, noted in takewhile(lambda each: each[1] == at, last)][-1]
    return rows.filter(row__gte=low, row__lte=high)


def _ids(rows: Rows, what: str) -> QuerySet[ImportedRow, int]:
    """What the rows became, as a subquery."""
    return rows.exclude(**{what: None}).values_list(what, flat=True)


def _worked_on(rows: Rows) -> list[int]:
    """The rows that must stay."""
    since = rows.values_list("at", flat=True)[0]
    looked_at = {
        "person": people_worked_on,
        "case": cases_worked_on,
        "contact": contacts_worked_on,
        "organisation": organisations_worked_on,
    }
    found: set[int] = set()
    for what, worked_on in looked_at.items():
        ids = _ids(rows, what)
        if ids.exists():
            touched = worked_on(ids, since)
            found.update(rows.filter(**{f"{what}__in": touched}).values_list("pk", flat=True))
    return sorted(found)


def _remove(rows: Rows) -> int:
    """All that they became, and the notes of it last, by which the rest is found."""
    organisations = _ids(rows, "organisation")
    remove_cases(_ids(rows, "case"))
    remove_people(_ids(rows, "person"))
    _delete(Contact, pk__in=_ids(rows, "contact"))
    _delete(Offer, outside__in=organisations)
    _delete(OutsideOrganisation, pk__in=organisations)
    return rows._raw_delete(rows.db)


def remove_cases(cases: Ids) -> None:
    """With all that an import makes in a case; nothing else may lead to them."""
    for model in (Exploitation, Goal, Note, ChildPath):
        _delete(model, case__in=cases)
    _delete(Case, pk__in=cases)


def remove_people(people: Ids) -> None:
    """With all that an import makes about a person; nothing else may lead to them."""
    for owned in (Fact, Consent, Particular, Exclusion, LikelyHere):
        _delete(owned, person__in=people)
    _delete(Person, pk__in=people)


def _delete(model: type[models.Model], **which: object) -> None:
    """In one statement. Who calls it knows that nothing leads to these rows; if something did after all, the
    database would refuse all of it when the transaction ends."""
    rows = model._base_manager.filter(**which)
    rows._raw_delete(rows.db)


def _files(rows: Rows) -> list[File]:
    about = rows.values_list("person__file", "contact__note__file")
    return [File(pk=pk) for pair in about for pk in pair if pk]
