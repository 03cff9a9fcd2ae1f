"""Pages of the register: the list, a firm as of a day, and the forms of whoever keeps it."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.pages import desk_page, page
from kamkor.prevention import register
from kamkor.prevention.actions import recruiters as actions
from kamkor.prevention.forms.recruiters import (
    CheckForm,
    EventForm,
    FindForm,
    OrderForm,
    OwnersForm,
    PermitForm,
    PlacedForm,
    RecruiterForm,
)
from kamkor.prevention.models import (
    Check,
    Complaint,
    JobOrder,
    Owners,
    Permit,
    PermitEvent,
    Placed,
    Recruiter,
)

AT_ONCE = 40


@desk_page("recruiter.list", methods=("GET",))
def recruiters(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Firms by name, each with how its permits stand on the day asked for."""
    form = FindForm(request.GET)
    wanted = form.wanted()
    rows = Recruiter.objects.visible_to(request.actor).order_by("name", "pk")
    if wanted["country"]:
        rows = rows.filter(permits__country=wanted["country"]).distinct()
    found = register.likely(wanted["name"], rows) if wanted["name"] else rows
    shown = Paginator(found, AT_ONCE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": shown,
        "rows": with_permits(list(shown), wanted["day"]),
        "day": wanted["day"],
        "may_add": request.actor.may_here("recruiter.add"),
        "complaints": request.actor.may_here("complaint.list"),
    }
    return render(request, "prevention/recruiters.html", context)


def with_permits(firms: list[Recruiter], day: date) -> list[tuple[Recruiter, list[register.Standings]]]:
    """Each firm with its permits as of a day."""
    permits = Permit._base_manager.filter(recruiter__in=firms).prefetch_related(register.events_first())
    of_firm: dict[int, list[Permit]] = {}
    for permit in permits.order_by("pk"):
        of_firm.setdefault(permit.recruiter_id, []).append(permit)
    return [(firm, register.standings(of_firm.get(firm.pk, []), day)) for firm in firms]


@page("recruiter.read", Recruiter, methods=("GET",))
def recruiter(request: DeskRequest, firm: Recruiter) -> HttpResponse:
    """The file of a firm, as of a day, with its time line."""
    actor, form = request.actor, FindForm(request.GET)
    day = form.wanted()["day"]
    ((_firm, permits),) = with_permits([firm], day)
    of_firm = {"permit__recruiter": firm}
    complaints = Complaint.objects.visible_to(actor).filter(recruiter=firm)
    context: dict[str, Any] = {
        "firm": firm,
        "form": form,
        "day": day,
        "permits": permits,
        "in_force": any(row.now.in_force for row in permits),
        "events": PermitEvent.objects.visible_to(actor).filter(**of_firm).select_related("permit"),
        "orders": JobOrder.objects.visible_to(actor).filter(**of_firm).select_related("permit"),
        "placed": Placed.objects.visible_to(actor).filter(**of_firm).select_related("permit"),
        "complaints": complaints.order_by("-on", "-pk") if actor.may_here("complaint.list") else (),
        "keeps": actor.may("recruiter.edit", firm),
        "may_complain": actor.may("complaint.take", firm),
        "may_claim": actor.may_here("claim.take"),
    }
    return render(request, "prevention/recruiter.html", context)


@desk_page("recruiter.add")
def add(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = RecruiterForm(posted(request))
    made_firms: list[Recruiter] = []
    if request.method == "POST" and made(
        form, lambda given: made_firms.append(actions.add(request.actor, desk, facts=given))
    ):
        return redirect("recruiter", made_firms[0].pk)
    return form_page(request, form, _("Add a firm"), reverse("recruiters"))


@page("recruiter.edit", Recruiter)
def edit(request: DeskRequest, firm: Recruiter) -> HttpResponse:
    form = RecruiterForm(posted(request), initial=RecruiterForm.facts_of(firm))

    def change(given: dict[str, Any]) -> object:
        return actions.edit(request.actor, firm, facts=given)

    return saved(request, form, change, firm=firm, title=_("Change the entry"))


@page("permit.add", Recruiter)
def add_permit(request: DeskRequest, firm: Recruiter) -> HttpResponse:
    form, change = PermitForm(posted(request)), partial(actions.add_permit, request.actor, firm)
    return saved(request, form, whole(change), firm=firm, title=_("Add a permit"))


@page("permit.event", Permit)
def add_event(request: DeskRequest, permit: Permit) -> HttpResponse:
    form, change = EventForm(posted(request)), partial(actions.add_event, request.actor, permit)
    title = _("What has happened to the permit")
    return saved(request, form, whole(change), firm=permit.recruiter, title=title)


@page("permit.strike", PermitEvent, methods=("POST",))
def strike(request: DeskRequest, event: PermitEvent) -> HttpResponse:
    actions.strike(request.actor, event)
    return redirect("recruiter", event.firm.pk)


@page("permit.strike", JobOrder, methods=("POST",))
def strike_order(request: DeskRequest, order: JobOrder) -> HttpResponse:
    actions.strike(request.actor, order)
    return redirect("recruiter", order.firm.pk)


@page("permit.strike", Placed, methods=("POST",))
def strike_placed(request: DeskRequest, placed: Placed) -> HttpResponse:
    actions.strike(request.actor, placed)
    return redirect("recruiter", placed.firm.pk)


@page("permit.order", Permit)
def add_order(request: DeskRequest, permit: Permit) -> HttpResponse:
    form, change = OrderForm(posted(request)), partial(actions.add_order, request.actor, permit)
    return saved(request, form, whole(change), firm=permit.recruiter, title=_("Approved work"))


@page("permit.placed", Permit)
def add_placed(request: DeskRequest, permit: Permit) -> HttpResponse:
    form, change = PlacedForm(posted(request)), partial(actions.add_placed, request.actor, permit)
    return saved(request, form, whole(change), firm=permit.recruiter, title=_("People who were sent"))


@page("recruiter.evidence", Recruiter, methods=("GET",))
def evidence(request: DeskRequest, firm: Recruiter) -> HttpResponse:
    """What is known beside the register: owners, checks, complaints without the complainant."""
    actor = request.actor
    owners = Owners.objects.visible_to(actor).filter(recruiter=firm).select_related("text").first()
    checks = list(Check.objects.visible_to(actor).filter(recruiter=firm).order_by("-on", "-pk"))
    complaints = list(Complaint.objects.visible_to(actor).filter(recruiter=firm).order_by("-on", "-pk"))
    sealed = [row.note for row in checks] + [row.account for row in complaints]
    texts = actor.keyring.read_many([*sealed, *([owners.text] if owners else [])])
    context = {
        "firm": firm,
        "owners": texts.get(owners.text_id, "") if owners else "",
        "checks": [(row, texts.get(row.note_id, "")) for row in checks],
        "complaints": [(row, texts.get(row.account_id, "")) for row in complaints],
        "owed": register.owed_by(firm, actor),
        "keeps": actor.may("recruiter.check", firm),
    }
    return render(request, "prevention/evidence.html", context)


@page("recruiter.owners", Recruiter)
def owners(request: DeskRequest, firm: Recruiter) -> HttpResponse:
    held = Owners.objects.visible_to(request.actor).filter(recruiter=firm).select_related("text").first()
    initial = {"text": request.actor.keyring.read(held.text), "version": held.text.version} if held else {}
    form = OwnersForm(posted(request), initial=initial)

    def change(given: dict[str, Any]) -> object:
        return actions.write_owners(request.actor, firm, text=given["text"], version=given["version"] or 0)

    return saved(request, form, change, firm=firm, title=_("Owners"), to="recruiter-evidence")


@page("recruiter.check", Recruiter)
def check(request: DeskRequest, firm: Recruiter) -> HttpResponse:
    form, change = CheckForm(posted(request)), partial(actions.record_check, request.actor, firm)
    return saved(request, form, whole(change), firm=firm, title=_("Add a check"), to="recruiter-evidence")


def posted(request: DeskRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def whole(change: Callable[..., object]) -> Callable[[dict[str, Any]], object]:
    """A change that takes all that the form gives."""
    return lambda given: change(**given)


def saved(
    request: DeskRequest,
    form: forms.Form,
    change: Callable[[dict[str, Any]], object],
    *,
    firm: Recruiter,
    title: str,
    to: str = "recruiter",
) -> HttpResponse:
    """The change is made and leads back to the firm, or the form is shown (again)."""
    back = reverse(to, args=[firm.pk])
    if request.method == "POST" and made(form, change):
        return redirect(back)
    return form_page(request, form, f"{title}: {firm.name}", back)
