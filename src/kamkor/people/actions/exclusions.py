"""Exclusions: set on every file of a person, lifted by a supervisor."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk, User
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.people.exclusions import somebody_can_open
from kamkor.people.models import Consent, Exclusion, Person
from kamkor.vault.keyring import end_grants


@action("exclusion.set")
def exclude(
    actor: Actor,
    person: Person,
    *,
    reason: str,
    user: User | None = None,
    excluded_desk: Desk | None = None,
    place: str = "",
) -> Exclusion:
    """Keep the person's files from a user, a desk or a place, and shut what that desk has been given.

    Refused when nobody of her own desk would be left who can open them.
    """
    whom = {"user": user, "excluded_desk": excluded_desk, "place": place}
    people = Person.objects.in_bulk(person.all_ids())
    rows = [_set(actor, her, reason, whom) for her in people.values()]
    if not somebody_can_open(person):
        raise Problem(
            _("Nobody at your desk could open this file any more"),
            _("Let a colleague who may read it join the desk first."),
        )
    _shut(people)
    return next(row for row in rows if row.person_id == person.pk)


@action("exclusion.lift")
def lift(actor: Actor, exclusion: Exclusion) -> None:
    """The file is open again to whom it was kept from; what was shared stays shut."""
    if exclusion.lifted_at is not None:
        raise WrongState
    same = Q(user=exclusion.user_id, excluded_desk=exclusion.excluded_desk_id, place=exclusion.place)
    rows = Exclusion.objects.visible_to(actor).filter(same, lifted_at=None)
    rows.filter(person__in=exclusion.person.all_ids()).update(lifted_at=timezone.now())


def share_exclusions(actor: Actor, people: list[Person]) -> None:
    """Files that become one are kept from everybody from whom any of them was kept."""
    held = Exclusion.objects.visible_to(actor).filter(person__in=people, lifted_at=None)
    for row in list(held):
        whom = {"user": row.user, "excluded_desk": row.excluded_desk, "place": row.place}
        for person in people:
            _set(actor, person, row.reason, whom)


def _set(actor: Actor, person: Person, reason: str, whom: dict[str, User | Desk | str | None]) -> Exclusion:
    row, _new = Exclusion.objects.get_or_create(
        person=person,
        lifted_at=None,
        **whom,
        defaults={"desk_id": person.desk_id, "reason": reason, "set_by": actor.signed_in},
    )
    return row


def _shut(people: dict[int, Person]) -> None:
    """End what was shared with desks and organisations that are now kept out."""
    given = Consent.objects.filter(person__in=people, withdrawn_at=None).select_related("receiver", "outside")
    for consent in given:
        person = people[consent.person_id]
        desk = consent.receiver is not None and Exclusion.bars_desk(person, consent.receiver)
        if desk or (consent.outside is not None and Exclusion.bars_place(person, consent.outside.place)):
            end_grants(consent.ref)
