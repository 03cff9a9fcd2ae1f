"""Pages of a search request at the desk that took it, and of a match at the desk that knows the person."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access import sealed
from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.models import Case
from kamkor.assistance.views.frame import form_page, made
from kamkor.assistance.views.intake import scripts
from kamkor.base.pages import desk_page, page
from kamkor.crossborder import actions, sought
from kamkor.crossborder.forms import DecideForm, EndForm, RequestForm, StepForm
from kamkor.crossborder.models import Match, SearchRequest, SearchStep
from kamkor.people import files
from kamkor.people.pages import person_page
from kamkor.vault.models import Item

SHOWN = 200


@desk_page("search_request.list", methods=("GET",))
def requests(request: DeskRequest, desk: Desk) -> HttpResponse:
    rows = SearchRequest.objects.visible_to(request.actor).order_by("ended_on", "-taken_at")
    if home := request.GET.get("home", ""):
        rows = rows.filter(home=home)
    return render(
        request, "crossborder/requests.html", {"rows": rows[:SHOWN], "villages": _villages(request)}
    )


def _villages(request: DeskRequest) -> list[tuple[str, int, int]]:
    """Places from which several people are missing: requests and people, the most people first."""
    open_ones = SearchRequest.objects.visible_to(request.actor).filter(ended_on=None).exclude(home="")
    found: dict[str, tuple[int, int]] = {}
    for home, together in open_ones.values_list("home", "together"):
        asked, people = found.get(home, (0, 0))
        found[home] = asked + 1, people + (together or 1)
    several = [(home, asked, people) for home, (asked, people) in found.items() if people > 1]
    return sorted(several, key=lambda row: (-row[2], row[0]))


@desk_page("search_request.take")
def take(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = RequestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        taken = actions.take(request.actor, desk, facts=form.facts(), texts=form.texts())
        return redirect("search-request", taken.pk)
    return form_page(request, form, _("Somebody asks for a person"), reverse("search-requests"))


@page("search_request.read", SearchRequest, methods=("GET",))
def search_request(request: DeskRequest, search: SearchRequest) -> HttpResponse:
    """What was told and tried, under the one sentence that every asker hears."""
    steps = list(SearchStep.objects.visible_to(request.actor).filter(request=search).order_by("on", "pk"))
    items = [getattr(search, name) for name in actions.TEXTS]
    items += [item for step in steps for item in (step.post, step.note)]
    texts = _words(request.actor, items)
    context = {
        "search": search,
        "texts": {name: texts.get(getattr(search, f"{name}_id"), "") for name in actions.TEXTS},
        "steps": [(step, texts.get(step.post_id, ""), texts.get(step.note_id, "")) for step in steps],
        "scripts": scripts("missing_same_sentence"),
        "pass_on": search.waits_to_be_passed_on,
    }
    return render(request, "crossborder/request.html", context)


@page("search_request.pass_on", SearchRequest, methods=("POST",))
def pass_on(request: DeskRequest, search: SearchRequest) -> HttpResponse:
    actions.pass_on(request.actor, search)
    return redirect("search-request", search.pk)


@page("search_request.step", SearchRequest)
def add_step(request: DeskRequest, search: SearchRequest) -> HttpResponse:
    form = StepForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and made(
        form, lambda given: actions.add_step(request.actor, search, **given)
    ):
        return redirect("search-request", search.pk)
    return form_page(request, form, _("What was tried"), reverse("search-request", args=[search.pk]))


@page("search_request.end", SearchRequest)
def end(request: DeskRequest, search: SearchRequest) -> HttpResponse:
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and made(form, lambda given: actions.end(request.actor, search, **given)):
        messages.success(request, _("The search has ended. No other desk opens anything of it any more."))
        return redirect("search-request", search.pk)
    return form_page(request, form, _("End the search"), reverse("search-request", args=[search.pk]))


@page("search_request.letter", SearchStep, methods=("GET",))
def letter(request: DeskRequest, step: SearchStep) -> HttpResponse:
    """To the prosecutor, about a refusal to register: a neutral head, a code, no name."""
    post = request.actor.keyring.read(step.post) if step.post else ""
    return render(request, "crossborder/letter.html", {"step": step, "search": step.request, "post": post})


@desk_page("match.list", methods=("GET",))
def matches(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Whom of this worker's people somebody may be asking for; the desk looks first."""
    sought.look(request.actor)
    waiting = Match.objects.visible_to(request.actor).waiting().select_related("person", "request")
    rows = list(waiting.order_by("-found_at")[:SHOWN])
    known = files.read_particulars(request.actor, [row.person for row in rows])
    named = [(row, files.shown_name(known.get(row.person_id, {}), row.person)) for row in rows]
    return render(request, "crossborder/matches.html", {"rows": named})


@person_page("match.read", Match, methods=("GET",))
def match(request: DeskRequest, match: Match) -> HttpResponse:
    return _show(request, match, DecideForm(initial={"decision": match.decision}))


@person_page("match.decide", Match, methods=("POST",))
def decide(request: DeskRequest, match: Match) -> HttpResponse:
    form = DecideForm(request.POST)
    if not made(form, lambda given: actions.decide(request.actor, match, **given)):
        return _show(request, match, form)
    messages.success(request, _("Kept. The desk that took the request is not told."))
    return redirect("match", match.pk)


def _show(request: DeskRequest, match: Match, form: DecideForm) -> HttpResponse:
    """Both sides; how to reach the asker only when she wants to be in touch."""
    search = match.request
    opened = [search.names, search.known]
    if match.decision == "says_yes":
        opened.append(search.asker)
    texts = _words(request.actor, opened)
    known = files.read_particulars(request.actor, [match.person]).get(match.person_id, {})
    context: dict[str, Any] = {
        "match": match,
        "search": search,
        "asked_for": texts.get(search.names_id, ""),
        "said": texts.get(search.known.pk, "") if search.known else "",
        "asker": texts.get(search.asker.pk, "") if search.asker else "",
        "her_name": files.shown_name(known, match.person),
        "her_names": [*known.get("name", []), *known.get("call_name", [])],
        "cases": Case.objects.visible_to(request.actor).filter(person=match.person_id).order_by("pk"),
        "form": form,
    }
    return render(request, "crossborder/match.html", context, status=422 if form.errors else 200)


def _words(actor: Actor, items: Iterable[Item | None]) -> dict[UUID, str]:
    """The texts of what is there, also of what the asker's browser sealed."""
    return sealed.opened(actor, actor.keyring.read_many([item for item in items if item is not None]))
