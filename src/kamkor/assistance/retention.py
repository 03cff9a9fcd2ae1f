"""What of the desk's work is old, and how it ends; told and run by `kamkor tick`."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from kamkor.access.models import Desk
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.escalation import head_of
from kamkor.assistance.imports import incoming
from kamkor.assistance.models import Case, TableImport
from kamkor.base import wall
from kamkor.base.actions import reference
from kamkor.identification.models import Contact
from kamkor.people import erasure, reduced, retention
from kamkor.people.keeping import Erasure
from kamkor.people.models import Person
from kamkor.people.retention import RecordClass
from kamkor.vault.keyring import destroy
from kamkor.vault.models import File

STANDING = Q(erased_at=None, merged_into=None)


def tick(now: datetime) -> dict[str, int]:
    """Erase by age, and give the head of a desk a task for each wish that waits."""
    with wall.acting(None, scope="all"):
        for wish in Erasure._base_manager.filter(done_at=None, ended_at=None).select_related("desk"):
            _task(wish.desk, "erasure_wish", reference(wish), wish.due_on)
        return retention.run(timezone.localdate(now), _tell)


def _tell(desk: Desk, subject: str, due_on: date) -> None:
    _task(desk, "keeping_ends", subject, due_on)


def _task(desk: Desk, kind: str, subject: str, due_on: date) -> None:
    due = timezone.make_aware(datetime.combine(due_on, time(12)))
    new_task(desk, kind, due, subject=subject, assignee=head_of(desk))


def closed_files(day: date) -> Iterable[Person]:
    """People all of whose cases were closed before the day, those of files merged into theirs too."""
    last = Person._base_manager.filter(STANDING, left_at=None).annotate(last=Max("cases__closed_on"))
    for person in last.filter(last__lt=day).select_related("desk__holder"):
        cases = Case._base_manager.filter(person__in=person.all_ids())
        if not cases.filter(Q(closed_on=None) | Q(closed_on__gte=day)).exists():
            yield person


def files_without_case(day: date) -> Iterable[Person]:
    """People whose file was opened before the day and never came to a case."""
    case = Case._base_manager.filter(Q(person=OuterRef("pk")) | Q(person__merged_into=OuterRef("pk")))
    rows = Person._base_manager.filter(STANDING, left_at=None, created_at__lt=_midnight(day))
    return rows.exclude(Exists(case)).select_related("desk__holder")


def files_that_left(day: date) -> Iterable[Person]:
    """Files that were locked away before the day, when another desk had taken the case over."""
    rows = Person._base_manager.filter(STANDING, left_at__lt=_midnight(day))
    return rows.select_related("desk__holder")


def contacts(day: date) -> Iterable[Contact]:
    """Contacts before the day about nobody who has a file, as far as something of them is sealed."""
    something = Q(note__size__gt=0) | Q(callback_number__size__gt=0)
    rows = Contact._base_manager.filter(something, person=None, started_at__lt=_midnight(day))
    return rows.exclude(ended_at=None).select_related("desk", "note", "callback_number")


def end_contact(contact: Contact) -> None:
    """It counts as before."""
    files = {item.file_id for item in (contact.note, contact.callback_number) if item}
    erasure.register(files)
    destroy(*File.objects.filter(pk__in=files))
    reduced.reduce(contact)


def imports(day: date) -> Iterable[TableImport]:
    """Tables received before the day of which something is still kept: rows that were bad, or all of them."""
    rows = TableImport.objects.filter(at__lt=_midnight(day), about__items__size__gt=0).distinct()
    return [row for row in rows.select_related("desk") if not row.in_books]


def end_import(imported: TableImport) -> None:
    erasure.register([imported.about_id, imported.content_id])
    incoming.drop(imported)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _herself(person: Person) -> Person:
    return person


def _nobody(_row: object) -> None:
    return None


retention.CLASSES |= {
    "person_closed": RecordClass(closed_files, erasure.erase, _herself),
    "person_no_case": RecordClass(files_without_case, erasure.erase, _herself),
    "person_left": RecordClass(files_that_left, erasure.erase, _herself),
    "contact": RecordClass(contacts, end_contact, _nobody),
    "import": RecordClass(imports, end_import, _nobody),
}
