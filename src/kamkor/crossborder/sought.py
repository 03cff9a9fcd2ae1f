"""Whether somebody who is asked for is among a desk's own people.

A desk looks for itself, when one of its staff has opened the vault: the names come sealed to it, are
compared in memory, and the desk that took the request learns neither that it looked nor what it found.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from kamkor.access import sealed
from kamkor.access.actor import Actor
from kamkor.assistance.models import Case
from kamkor.crossborder.models import Asked, Match, SearchRequest
from kamkor.people.models import Person
from kamkor.vault import names

LIKELY = 0.8  # below it two spellings are two names
YEARS_APART = 2  # a relative rarely knows the year better
AT_ONCE = 20  # requests looked through in one go; the next visit takes the next ones
AGAIN_AFTER = timedelta(hours=1)


def look(actor: Actor) -> None:
    """Look through the desk's people for those asked for that were not looked for within the hour."""
    now = timezone.now()
    due = Asked.objects.visible_to(actor).filter(request__ended_on=None)
    due = due.filter(Q(looked_at=None) | Q(looked_at__lt=now - AGAIN_AFTER))
    batch = list(due.select_related("request__names__file").order_by("looked_at", "pk")[:AT_ONCE])
    texts = sealed.opened(actor, actor.keyring.read_many([asked.request.names for asked in batch]))
    for asked in batch:
        if text := texts.get(asked.request.names_id):
            _find(actor, asked.request, text)
    Asked.objects.filter(pk__in=[asked.pk for asked in batch]).update(looked_at=now)


def _find(actor: Actor, request: SearchRequest, text: str) -> None:
    scores: dict[int, float] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        for match in names.find(actor.keyring, actor.desk.holder, line):
            if match.score >= LIKELY:
                scores[match.id] = max(match.score, scores.get(match.id, 0))
    # Also those who are kept from this member of staff: the worker of the case sees the match, not they.
    found = Person._base_manager.filter(desk=actor.desk, pk__in=scores)
    in_a_case = Case._base_manager.filter(desk=actor.desk).values("person")
    for person in found.filter(pk__in=in_a_case):
        if _may_be(person, request):
            Match.objects.get_or_create(
                request=request,
                person=person,
                defaults={"desk_id": person.desk_id, "score": scores[person.pk]},
            )


def _may_be(person: Person, request: SearchRequest) -> bool:
    same_sex = not person.sex or not request.sex or person.sex == request.sex
    years = (person.birth_year, request.birth_year)
    return same_sex and (None in years or abs(years[0] - years[1]) <= YEARS_APART)  # type: ignore[operator]
