"""Undoing an import: its files are destroyed and its rows removed, as long as they are just what it wrote."""

from collections.abc import Iterator

from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.htcds.incoming import destroy_later
from kamkor.assistance.imports.touched import people_worked_on
from kamkor.assistance.imports.undoing import remove_cases, remove_people
from kamkor.assistance.models import Case, ImportedFile
from kamkor.base.problems import Problem, WrongState
from kamkor.vault import names

AT_ONCE = 200


class WorkedOn(Problem):
    title = _("Somebody has worked on cases of this import")
    mend = _("It can no longer be undone. Close the cases that do not belong here.")


def undo(actor: Actor, imported: ImportedFile) -> None:
    """Refuses when anything was added, changed or decided since."""
    if not imported.standing:
        raise WrongState
    cases = list(Case.objects.filter(exploitations__imported=imported).select_related("person__file"))
    people, since = [case.person for case in cases], imported.taken_at
    assert since is not None
    for part in _parts(cases):
        if people_worked_on([case.person_id for case in part], since):
            raise WorkedOn
    try:
        for part in _parts(cases):
            remove_cases([case.pk for case in part])
            remove_people([case.person_id for case in part])
    except ProtectedError as error:  # a referral, a stay, a second case …
        raise WorkedOn from error
    names.forget(actor.keyring, imported.desk.holder, *(person.pk for person in people))
    destroy_later(*(person.file for person in people))
    if imported.rejected is not None:
        destroy_later(imported.name.file)
    imported.undone_at = timezone.now()
    imported.save(update_fields=["undone_at"])


def _parts(cases: list[Case]) -> Iterator[list[Case]]:
    for start in range(0, len(cases), AT_ONCE):
        yield cases[start : start + AT_ONCE]
