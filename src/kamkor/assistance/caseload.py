"""Whose care a person is in, and the reason that is asked before somebody else of the desk opens her file.

One's caseload are the persons whose case is one's own or nobody's yet, and those in whose case one has a
task. At a desk of few readers everybody knows every file, and nothing is asked; what is opened is in the log.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.urls import reverse

from kamkor.access.actor import Actor
from kamkor.access.models import Membership
from kamkor.access.policy import CASE_AND_LAWYER
from kamkor.assistance.models import Case, Task
from kamkor.base.middleware import SignInNeeded
from kamkor.base.pages import GROUNDS
from kamkor.people.models import Person
from kamkor.people.openings import Opening, is_open_to, person_of

BOUND = ("worker", "advocate")  # a supervisor reads by role
# Deeds that are asked of a colleague as such, or that show nothing of her.
FREE = {"person.open_outside", "consent.review", "task.finish", "task.drop", "match.read", "match.decide"}


def must_be_in_care(actor: Actor, verb: str, subject: models.Model) -> None:
    """Lead to the page that asks for the reason, before a page about somebody in a colleague's care."""
    if actor.role not in BOUND or verb in FREE or getattr(subject, "desk_id", None) != actor.desk_id:
        return
    if isinstance(subject, Case) and subject.worker_id == actor.user_id:
        return
    person = person_of(subject)
    if person is not None and is_outside(actor, person):
        raise SignInNeeded(reverse("person-open", args=[person.standing().pk]))


def is_outside(actor: Actor, person: Person) -> bool:
    """Whether she is in the care of colleagues alone and her file has not been opened for a reason."""
    hers = person.all_ids()
    workers = set(Case._base_manager.filter(person__in=hers).values_list("worker", flat=True))
    if not workers or None in workers or actor.user_id in workers or not has_caseloads(actor):
        return False
    if Task.objects.open().filter(case__person__in=hers, assignee=actor.user_id).exists():
        return False
    return not is_open_to(actor, hers)


def has_caseloads(actor: Actor) -> bool:
    """Whether so many read files at this desk that somebody can be a stranger to one."""
    readers = Membership.objects.current().filter(desk=actor.desk_id, role__in=CASE_AND_LAWYER)
    return readers.values("user").distinct().count() > settings.CASELOADS_ABOVE


def nameless(actor: Actor, cases: Iterable[Case]) -> set[int]:
    """Of these cases those that a list shows by their code alone, being in a colleague's care."""
    others = {case.pk: case.person_id for case in cases if case.worker_id not in (None, actor.user_id)}
    if not others or actor.role not in BOUND or not has_caseloads(actor):
        return set()
    people = set(others.values())
    openings = Opening.objects.alive().filter(user=actor.user_id, person__in=people)
    tasks = Task.objects.open().filter(assignee=actor.user_id, case__in=others)
    shown = set(openings.values_list("person", flat=True)) | set(tasks.values_list("case__person", flat=True))
    return {pk for pk, person in others.items() if person not in shown}


GROUNDS.append(must_be_in_care)
