"""Opening, reading the state of, closing and reopening a case."""

from datetime import date

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.assistance.models import Case
from kamkor.base.actions import action
from kamkor.base.public import fresh_code
from kamkor.people.models import Person


@action("case.open")
def open_case(actor: Actor, person: Person, *, kind: str, opened_on: date | None = None, **facts: object) -> Case:
    """A new matter of this person at her desk; `facts` are open columns of Case."""
    return Case.objects.create(
        desk_id=person.desk_id,
        person=person,
        code=fresh_code(),
        kind=kind,
        worker=actor.user,
        opened_on=opened_on or timezone.localdate(),
        **facts,
    )
