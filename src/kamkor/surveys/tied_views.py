"""Pages of forms that are attached to the work: what may be filled in here, and what was answered."""

from functools import partial
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access import qr
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.models import Case
from kamkor.assistance.views.frame import case_page, form_page, framed, made
from kamkor.base.pages import desk_page, page
from kamkor.directory.models import OutsideOrganisation
from kamkor.surveys import actions, activities, ties
from kamkor.surveys.filling import TARGETS
from kamkor.surveys.forms import LinkForm
from kamkor.surveys.models import Questionnaire
from kamkor.surveys.tied import Activity, Tie
from kamkor.surveys.tied_forms import ActivityForm
from kamkor.surveys.withoutline import begin_here, is_begun
from kamkor.vault import tokens

PER_PAGE = 25


@case_page("case.forms", methods=("GET",))
def case_forms(request: DeskRequest, case: Case) -> HttpResponse:
    context = framed(request, case, "case-forms") | _listed(request, "case", case)
    return render(request, "surveys/case_forms.html", context)


@page("activity.read", Activity, methods=("GET",))
def activity_forms(request: DeskRequest, activity: Activity) -> HttpResponse:
    context = {"activity": activity, "may_edit": request.actor.may("activity.edit", activity)}
    return render(request, "surveys/activity.html", context | _listed(request, "activity", activity))


@page("organisation.forms", OutsideOrganisation, methods=("GET",))
def organisation_forms(request: DeskRequest, organisation: OutsideOrganisation) -> HttpResponse:
    context = {"organisation": organisation} | _listed(request, "organisation", organisation)
    return render(request, "surveys/organisation.html", context)


def _listed(request: DeskRequest, kind: str, subject: ties.Subject) -> dict[str, Any]:
    """What every such page shows; what waits sealed from a browser of the desk is taken over first."""
    actor = request.actor
    ties.take_over(actor, kind, subject)
    may_attach = actor.may(f"{kind}.attach", subject)
    return {
        "attached": ties.attached(actor, kind, subject),
        "fill_url": reverse(f"{kind}-fill", args=[subject.pk]) if may_attach else "",
        "may_link": kind != "case" and actor.may_here("device.link"),
        "may_read": actor.may_here("submission.read"),
        "may_fill": actor.may_here("submission.fill"),
    }


def _begin(request: DeskRequest, kind: str, subject: ties.Subject) -> HttpResponse:
    """Attach the form that was chosen, and on to the page on which it is filled in, sealed."""
    rows = Questionnaire.objects.visible_to(request.actor).filter(is_open=True)
    chosen = request.POST.get("form", "")
    found = rows.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 19 else None
    if found is None:
        return redirect(f"{kind}-forms", subject.pk)
    attach: Any = ties.ATTACH[kind]
    tie: Tie = attach(request.actor, subject, questionnaire=found)
    if "link" in request.POST:
        return redirect("tie-link", tie.pk)
    to = f"{reverse('fill-form', args=[found.pk])}?for={tie.mark}"
    return (
        redirect(to) if is_begun(request, request.actor.desk) else begin_here(request, request.actor.desk, to)
    )


@case_page("case.attach", methods=("POST",))
def case_fill(request: DeskRequest, case: Case) -> HttpResponse:
    return _begin(request, "case", case)


@page("activity.attach", Activity, methods=("POST",))
def activity_fill(request: DeskRequest, activity: Activity) -> HttpResponse:
    return _begin(request, "activity", activity)


@page("organisation.attach", OutsideOrganisation, methods=("POST",))
def organisation_fill(request: DeskRequest, organisation: OutsideOrganisation) -> HttpResponse:
    return _begin(request, "organisation", organisation)


@desk_page("tie.read", methods=("GET",))
def tie(request: DeskRequest, desk: Desk, mark: UUID) -> HttpResponse:
    """Back to where the form is attached, by the mark that the browser has."""
    found: Tie = get_object_or_404(Tie.objects.visible_to(request.actor), mark=mark)
    return redirect(found.address())


@page("device.link", Tie)
def link(request: DeskRequest, tie: Tie) -> HttpResponse:
    """A link for all who took part, or for the organisation; its address is shown this once."""
    if tie.case_id is not None or tie.questionnaire.fill_by != Questionnaire.EVERYBODY:
        raise Http404
    form, back = LinkForm(request.POST or None), tie.address()
    if request.method == "POST" and form.is_valid():
        secret, questionnaire = tokens.new_secret(), tie.questionnaire
        actions.make_link(request.actor, questionnaire, secret=secret, tie=tie, **form.cleaned_data)
        address = request.build_absolute_uri(reverse("fill-link", args=[secret]))
        context = {"title": questionnaire.title, "address": address, "picture": qr.picture(address)}
        return render(request, "surveys/link.html", context | {"back": back})
    return form_page(request, form, _("Make a link for everybody"), back)


@desk_page("activity.list", methods=("GET",))
def activity_list(request: DeskRequest, desk: Desk) -> HttpResponse:
    rows = Activity.objects.visible_to(request.actor).order_by("-on", "-pk")
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may_add": request.actor.may_here("activity.add"),
    }
    return render(request, "surveys/activities.html", context)


@desk_page("activity.add")
def activity_add(request: DeskRequest, desk: Desk) -> HttpResponse:
    form, made_now = ActivityForm(request.POST or None), list[Activity]()
    if request.method == "POST" and made(
        form, lambda given: made_now.append(activities.add(request.actor, desk, facts=given))
    ):
        return redirect("activity-forms", made_now[0].pk)
    return form_page(request, form, _("Add a training or a campaign"), reverse("activities"))


@page("activity.edit", Activity)
def activity_edit(request: DeskRequest, activity: Activity) -> HttpResponse:
    held = {name: getattr(activity, name) for name in activities.FACTS}
    form, back = (
        ActivityForm(request.POST or None, initial=held),
        reverse("activity-forms", args=[activity.pk]),
    )
    change = partial(activities.edit, request.actor, activity)
    if request.method == "POST" and made(form, lambda given: change(facts=given)):
        return redirect(back)
    return form_page(request, form, _("Training or campaign"), back)


def sources(rows: Any) -> list[dict[str, Any]]:
    """Which answers somebody has put into which fields, in words."""
    return [
        {
            "label": TARGETS[row.target].label,
            "value": TARGETS[row.target].words(row.value),
            "by": row.by,
            "at": row.at,
        }
        for row in rows
    ]
