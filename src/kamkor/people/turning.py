"""What is put right with the desk's keys when its files are next opened: keys turn, who left is forgotten."""

from django.db.models import Q

from kamkor.access.actor import Actor
from kamkor.people.models import Person
from kamkor.vault import names
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


def forget_the_gone(actor: Actor) -> None:
    """Take those who left with a case out of the desk's index of names and numbers, which only its own keys
    can do. Call it wherever the staff open their files; it costs one query when nobody has left."""
    if actor.keys is None or not actor.keys.opens(actor.desk.holder):
        return
    gone = Person._base_manager.filter(desk=actor.desk, left_at__isnull=False, listed=True)
    for pk in list(gone.values_list("pk", flat=True)):
        names.forget(actor.keys, actor.desk.holder, pk)
        Person._base_manager.filter(pk=pk).update(listed=False)
