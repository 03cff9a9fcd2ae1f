"""What is put right with the desk's keys when its files are next opened: keys turn, who left is forgotten,
who was filed in another way is filed as is done today."""

from time import monotonic

from django.db import transaction
from django.db.models import Case, Q, When

from kamkor.access.actor import Actor
from kamkor.methods.names import FOLDING
from kamkor.people.files import index
from kamkor.people.models import Person, PersonQuerySet
from kamkor.vault import names
from kamkor.vault.models import File

AT_ONCE = 100


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
    """Put the desk's index of names and numbers right, which only its own keys can do: take out who left with
    a case or was erased, put in who is missing after a backup was restored. Call it wherever the staff open
    their files; it costs two queries when there is nothing to do."""
    if actor.keys is None or not actor.keys.opens(actor.desk.holder):
        return
    desk, at_desk = actor.desk.holder, Person._base_manager.filter(desk=actor.desk)
    wrong = Q(left_at__isnull=False, listed=True) | Q(left_at=None, listed=False)
    rows = list(at_desk.filter(wrong).select_related("desk__holder").order_by("pk")[:AT_ONCE])
    for person in rows:
        if person.left_at is None:
            index(actor, person)
        else:
            names.forget(actor.keys, desk, person.pk)
    if any(person.erased_at for person in rows):
        names.start_anew(actor.keys, desk)
    at_desk.filter(pk__in=[row.pk for row in rows]).update(
        listed=Case(When(left_at=None, then=True), default=False)
    )
    if names.outdated(desk) and not file_anew(actor, seconds=0.3):
        names.renew(actor.keys, desk, at_most=AT_ONCE)


def file_anew(actor: Actor, *, seconds: float = 2.0) -> int:
    """Put those into the desk's index of names and numbers as is done today who were filed by an older
    release, for about so long; how many. Call it before a search; it costs one query when all are."""
    until, done = monotonic() + seconds, 0
    while monotonic() < until and (some := list(filed_before(actor)[:AT_ONCE])):
        with transaction.atomic():
            index(actor, *some)
            ids = [person.pk for person in some]
            Person._base_manager.filter(pk__in=ids).update(filed_as=FOLDING)
        done += len(some)
    return done


def filed_before(actor: Actor) -> PersonQuerySet:
    """The files of the actor's desk that a search does not find yet; none if the actor cannot file them."""
    if actor.keys is None or not actor.keys.opens(actor.desk.holder):
        return Person.objects.none()
    rows = PersonQuerySet(Person).filter(desk=actor.desk, left_at=None, filed_as__lt=FOLDING)
    return rows.select_related("desk__holder")
