"""Who belongs to whom, and what colleagues must see first."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.people.models import Flag, Person, Relationship


@action("person.relate")
def relate(actor: Actor, person: Person, *, other: Person, kind: str) -> Relationship:
    """`other` is `kind` to `person`; both of the actor's desk."""
    if other.desk_id != person.desk_id or other.pk in person.all_ids():
        raise Problem(_("Choose another person of your desk"))
    row, _new = Relationship.objects.get_or_create(
        desk_id=person.desk_id, person=person, other=other, kind=kind
    )
    return row


@action("person.unrelate")
def unrelate(actor: Actor, relationship: Relationship) -> Person:
    person = relationship.person
    relationship.delete()
    return person


@action("flag.raise")
def raise_flag(actor: Actor, person: Person, *, kind: str, text: str = "") -> Flag:
    """A mark that colleagues see first; the words to it are sealed."""
    item = actor.keyring.write(person.file, "flag", text, by=actor.user_id) if text else None
    return Flag.objects.create(
        desk_id=person.desk_id, person=person, kind=kind, item=item, raised_by=actor.signed_in
    )


@action("flag.clear")
def clear_flag(actor: Actor, flag: Flag) -> None:
    if flag.cleared_at is not None:
        raise WrongState
    flag.cleared_at = timezone.now()
    flag.save(update_fields=["cleared_at"])
