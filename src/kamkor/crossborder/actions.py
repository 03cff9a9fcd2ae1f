"""Taking a relative's request, what is tried, how it ends; and what a worker decides about a match."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from kamkor.access import sealed
from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Membership
from kamkor.assistance.actions.tasks import new_task
from kamkor.base.actions import action, reference
from kamkor.base.problems import WrongState
from kamkor.base.public import fresh_code
from kamkor.crossborder.models import Asked, Match, SearchRequest, SearchStep
from kamkor.vault.files import seal_texts_for
from kamkor.vault.keyring import end_grants
from kamkor.vault.models import File, Item

TEXTS = ("names", "asker", "known", "owed")
SEVERAL = 3  # people of one village who are missing
TO_READ = timedelta(days=1)  # by when somebody reads what came by the public page
OPENED_TO_OTHERS = ("names", "asker", "known")  # what is owed stays at the desk that was told


@action("search_request.take")
def take(actor: Actor, desk: Desk, *, facts: Mapping[str, Any], texts: Mapping[str, str]) -> SearchRequest:
    """Write a request down and seal it to the desks that look for it. It takes the same time whoever is
    asked for, since nothing is looked up here."""
    file = actor.keyring.new_file(desk.holder)
    items = {name: _sealed(actor, file, name, texts.get(name, "")) for name in TEXTS}
    request = SearchRequest.objects.create(
        desk=desk, code=fresh_code(), file=file, taken_by=actor.signed_in, **items, **facts
    )
    Asked.objects.create(request=request, desk=desk, asking=desk)
    _ask_others(actor, request)
    _look_at_village(request)
    return request


@action("search_request.receive")
def receive(actor: Actor, desk: Desk, *, facts: Mapping[str, Any], texts: Mapping[str, str]) -> SearchRequest:
    """The same from the public page: sealed on arrival, by nobody. Only this desk looks for it, until one of
    its staff has judged whether asking is dangerous, and passes it on."""
    file, items = seal_texts_for(desk.holder, {name: texts.get(name, "") for name in TEXTS})
    request = SearchRequest.objects.create(desk=desk, code=fresh_code(), file=file, **items, **facts)
    Asked.objects.create(request=request, desk=desk, asking=desk)
    new_task(desk, "web_search_request", timezone.now() + TO_READ, subject=reference(request))
    _look_at_village(request)
    return request


@action("search_request.pass_on")
def pass_on(actor: Actor, request: SearchRequest) -> None:
    """Let other desks look for who is asked for, as the asker agreed on the public page."""
    if not request.waits_to_be_passed_on:
        raise WrongState
    _ask_others(actor, request)


@action("search_request.step")
def add_step(
    actor: Actor, request: SearchRequest, *, kind: str, on: str, post: str = "", note: str = ""
) -> SearchStep:
    """Something was tried or answered; a refusal to register names the officer's post, never a name. Desks
    that keep files only since the request was taken are asked now."""
    _must_be_open(request)
    if not request.waits_to_be_passed_on:
        _ask_others(actor, request)
    return SearchStep.objects.create(
        desk_id=request.desk_id,
        request=request,
        kind=kind,
        on=on,
        post=_sealed(actor, request.file, "post", post),
        note=_sealed(actor, request.file, "step", note),
        recorded_by=actor.signed_in,
    )


@action("search_request.end")
def end(actor: Actor, request: SearchRequest, *, outcome: str, on: date) -> None:
    """The search is over: from now on no other desk opens anything of it."""
    _must_be_open(request)
    request.outcome, request.ended_on = outcome, on
    request.save(update_fields=["outcome", "ended_on"])
    end_grants(request.ref)


@action("match.decide")
def decide(actor: Actor, match: Match, *, decision: str) -> None:
    """What the worker of her case decides, after asking her where that is safe. The desk that took the
    request is not told, whatever it is."""
    match.decision, match.decided_at, match.decided_by = decision, timezone.now(), actor.signed_in
    match.save(update_fields=["decision", "decided_at", "decided_by"])


def _sealed(actor: Actor, file: File, label: str, text: str) -> Item | None:
    return actor.keyring.write(file, label, text, by=actor.user_id) if text else None


def _ask_others(actor: Actor, request: SearchRequest) -> None:
    """Open what they need to the desks that keep files and were not asked yet, where the asker agreed."""
    if not request.asks_others:
        return
    keepers = Membership.objects.current().filter(role="worker")
    asked = Asked._base_manager.filter(request=request)
    others = Desk.objects.filter(active=True, pk__in=keepers.values("desk"))
    fresh = list(others.exclude(pk__in=asked.values("desk")).select_related("holder"))
    opened = [item for name in OPENED_TO_OTHERS if (item := getattr(request, name)) is not None]
    _take_out_of_envelopes(actor, opened)
    for other in fresh:
        actor.keyring.share(opened, other.holder, ref=request.ref)
    Asked.objects.bulk_create(Asked(request=request, desk=each, asking_id=request.desk_id) for each in fresh)


def _take_out_of_envelopes(actor: Actor, items: list[Item]) -> None:
    """What the asker's browser sealed to this desk alone no other could read."""
    read = actor.keyring.read_many(items)
    for key, words in sealed.opened(actor, read).items():
        if words != read[key]:
            item = next(each for each in items if each.pk == key)
            actor.keyring.rewrite(item, words, by=actor.user_id)


def _look_at_village(request: SearchRequest) -> None:
    """Several people of one village make one quiet task: somebody may have taken them all."""
    if not request.home:
        return
    rows = SearchRequest._base_manager.filter(desk=request.desk_id, home=request.home, ended_on=None)
    found = list(rows.order_by("pk"))
    if sum(row.together or 1 for row in found) >= SEVERAL:
        due = timezone.now() + TO_READ
        new_task(request.desk, "village_missing", due, subject=reference(found[0]))


def _must_be_open(request: SearchRequest) -> None:
    if not request.is_open:
        raise WrongState
