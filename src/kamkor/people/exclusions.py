"""Keeping a file from somebody: who is left to open it, and who tried in spite of it."""

from dataclasses import dataclass
from datetime import datetime

from kamkor.access import policy
from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Membership, User
from kamkor.base import wall
from kamkor.base.actions import record_refusal, reference
from kamkor.base.models import AuditEvent
from kamkor.people.models import Exclusion, Person
from kamkor.vault import desks

TRIED = "exclusion.tried"


@dataclass(frozen=True)
class Try:
    """Somebody from whom the file is kept asked for it by its address."""

    at: datetime
    user: User | None
    desk: Desk | None


def note_try(actor: Actor, person_pk: int | None) -> None:
    """Log that an actor from whom this person is kept asked for her file or a row of it; else do nothing.

    For the path on which a page answers 404: the answer is the same for who is barred and for what is not.
    """
    if person_pk is not None and Exclusion.barring(actor).filter(person=person_pk).exists():
        record_refusal(actor, TRIED, _reference(person_pk))


def tries(people: list[int]) -> list[Try]:
    """Who tried to open one of these files, newest first: for those who may see the file."""
    tried = AuditEvent.objects.filter(verb=TRIED, subject__in=[_reference(pk) for pk in people])
    with wall.acting(None, scope="all"):  # the tries of other desks
        events = list(tried.order_by("-at"))
    users = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    tried_from = Desk.objects.in_bulk({event.desk_id for event in events if event.desk_id})
    return [
        Try(event.at, users.get(event.actor_id or 0), tried_from.get(event.desk_id or 0)) for event in events
    ]


def somebody_can_open(person: Person) -> bool:
    """Whether an admitted member of her desk is left who may read her file."""
    if Exclusion.bars_desk(person, person.desk):
        return False
    barred = Exclusion._base_manager.filter(person=person, lifted_at=None, user__isnull=False)
    readers = Membership.objects.current().filter(
        desk=person.desk_id,
        role__in=policy.RULES["person.read"].roles,
        user__holder__in=desks.admitted(person.desk.holder),
    )
    return readers.exclude(user__in=barred.values("user")).exists()


def _reference(person_pk: int) -> str:
    return reference(Person(pk=person_pk))
