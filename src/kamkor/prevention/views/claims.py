"""Pages of what people are owed: the list, one sheet, its sums and its steps."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.models import Case
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.pages import desk_page, page
from kamkor.methods.claims import in_som
from kamkor.people import files
from kamkor.prevention.actions import claims as actions
from kamkor.prevention.forms.claims import ClaimForm, RowForm, StepForm
from kamkor.prevention.models import Claim, ClaimRow, ClaimStep, Recruiter
from kamkor.prevention.views.recruiters import AT_ONCE, posted, whole


@desk_page("claim.list", methods=("GET",))
def claims(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Those that are open first, the newest above."""
    rows = Claim.objects.visible_to(request.actor).select_related("recruiter", "case")
    if (case := request.GET.get("case", "")).isdecimal():
        rows = rows.filter(case=int(case))
    ordered = rows.order_by("ended_on", "-taken_on", "-pk")
    shown = Paginator(ordered, AT_ONCE).get_page(request.GET.get("page"))
    begun = {"page": shown, "case": case if case.isdecimal() else ""}
    return render(request, "prevention/claims.html", begun)


@desk_page("claim.take")
def take(request: DeskRequest, desk: Desk) -> HttpResponse:
    actor, taken = request.actor, list[Claim]()
    form = ClaimForm(posted(request), actor=actor, initial=_begun(request))

    def change(given: dict[str, Any]) -> object:
        case, firm = given.pop("case"), given.pop("recruiter")
        taken.append(actions.take(actor, desk, case=case, recruiter=firm, facts=given))
        return taken

    if request.method == "POST" and made(form, change):
        return redirect("claim", taken[0].pk)
    return form_page(request, form, _("Work out what is owed"), reverse("claims"))


def _begun(request: DeskRequest) -> dict[str, object]:
    """From the page of a case or of a firm."""
    asked = {name: request.GET.get(name, "") for name in ("case", "firm")}
    found: dict[str, object] = {}
    if asked["case"].isdecimal() and request.actor.may_here("case.read"):
        case = Case.objects.visible_to(request.actor).filter(pk=int(asked["case"])).first()
        found |= {"case": case.code} if case else {}
    if asked["firm"].isdecimal():
        firm = Recruiter.objects.visible_to(request.actor).filter(pk=int(asked["firm"])).first()
        found |= {"recruiter": firm} if firm else {}
    return found


@page("claim.read", Claim, methods=("GET",))
def claim(request: DeskRequest, claim: Claim) -> HttpResponse:
    """The sheet, to be read out to the person and to be printed."""
    actor = request.actor
    rows = list(ClaimRow.objects.visible_to(actor).filter(claim=claim))
    steps = list(ClaimStep.objects.visible_to(actor).filter(claim=claim))
    counted = [row.sum for row in rows if row.struck_at is None]
    texts = actor.keyring.read_many([item for item in (claim.who, claim.note) if item is not None])
    context: dict[str, Any] = {
        "claim": claim,
        "who": texts.get(claim.who_id, "") if claim.who_id else _name(actor, claim),
        "note": texts.get(claim.note_id, "") if claim.note_id else "",
        "rows": rows,
        "steps": steps,
        "left": actions.left_of(rows, steps),
        "som": in_som(counted) if counted else None,
        "may_add": claim.is_open and actor.may("claim.add", claim),
        "may_step": claim.is_open and actor.may("claim.step", claim),
    }
    return render(request, "prevention/claim.html", context)


def _name(actor: Actor, claim: Claim) -> str:
    """By which the person of the case is called."""
    assert claim.case is not None
    person = claim.case.person
    return files.shown_name(files.read_particulars(actor, [person]).get(person.pk, {}), person)


@page("claim.add", Claim)
def add_row(request: DeskRequest, claim: Claim) -> HttpResponse:
    form, change = RowForm(posted(request)), partial(actions.add_row, request.actor, claim)
    return _saved(request, claim, form, whole(change), title=_("Add a sum"))


@page("claim.step", Claim)
def add_step(request: DeskRequest, claim: Claim) -> HttpResponse:
    form, change = StepForm(posted(request)), partial(actions.add_step, request.actor, claim)
    return _saved(request, claim, form, whole(change), title=_("What has happened"))


@page("claim.strike", ClaimRow, methods=("POST",))
def strike(request: DeskRequest, row: ClaimRow) -> HttpResponse:
    actions.strike(request.actor, row)
    return redirect("claim", row.claim_id)


def _saved(request: DeskRequest, claim: Claim, form: Any, change: Any, *, title: str) -> HttpResponse:
    back = reverse("claim", args=[claim.pk])  # form and change: of two kinds
    if request.method == "POST" and made(form, change):
        return redirect(back)
    return form_page(request, form, f"{title}: {claim.code}", back)
