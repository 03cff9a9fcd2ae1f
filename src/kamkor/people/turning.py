"""The key of a file turns when its owner next opens it after somebody stopped being allowed to read."""

from django.db.models import Q

from kamkor.access.actor import Actor
from kamkor.people.models import Person
from kamkor.vault.models import File


def turn_due_files(actor: Actor, person: Person) -> None:
    """Turn the keys of a person's file, and of those merged into it, if that is due. Call it wherever the
    owner opens her file: the page of the person, of a case, of a referral that was sent. It costs one query
    when nothing is due."""
    if person.desk_id != actor.desk_id:
        return
    hers = Person.objects.visible_to(actor).filter(Q(pk=person.pk) | Q(merged_into=person.pk))
    for file in File.objects.filter(pk__in=hers.values("file"), turn_due=True):
        actor.keyring.turn(file)
