"""Pages of needs, the plan, services given, and stays."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.assistance.actions import care
from kamkor.assistance.forms.care import (
    GoalEndForm,
    GoalForm,
    NeedEndForm,
    NeedForm,
    ServiceForm,
    StayEndForm,
    StayForm,
)
from kamkor.assistance.models import Case, Goal, Need, ServiceGiven, Stay
from kamkor.assistance.views.frame import answer_form, case_page, framed
from kamkor.base.codelists import label


@case_page("case.read", methods=("GET",))
def plan(request: DeskRequest, case: Case) -> HttpResponse:
    actor = request.actor
    needs = Need.objects.visible_to(actor).filter(case=case).order_by("ended_on", "-urgent", "seen_on")
    goals = Goal.objects.visible_to(actor).filter(case=case).select_related("text__file", "need")
    ordered = list(goals.order_by("reached_on", "dropped_on", "due_on", "pk"))
    texts = actor.keyring.read_many([goal.text for goal in ordered])
    rows = [(goal, texts.get(goal.text_id, "")) for goal in ordered]
    context = framed(request, case, "case-plan") | {
        "open_needs": [need for need in needs if need.ended_on is None],
        "ended_needs": [need for need in needs if need.ended_on is not None],
        "open_goals": [row for row in rows if not (row[0].reached_on or row[0].dropped_on)],
        "ended_goals": [row for row in rows if row[0].reached_on or row[0].dropped_on],
    }
    return render(request, "assistance/case_plan.html", context)


@case_page("need.add")
def add_need(request: DeskRequest, case: Case) -> HttpResponse:
    form = NeedForm(request.POST or None, initial={"stage": Need.Stage.HOME})
    back = reverse("case-plan", args=[case.pk])
    return answer_form(
        request, form, lambda given: care.add_need(request.actor, case, **given), _("Add a need"), back=back
    )


@case_page("need.end", Need)
def end_need(request: DeskRequest, need: Need) -> HttpResponse:
    form = NeedEndForm(request.POST or None)
    title = _("End this need: %(kind)s") % {"kind": label("need_type", need.kind)}
    back = reverse("case-plan", args=[need.case_id])
    return answer_form(
        request, form, lambda given: care.end_need(request.actor, need, **given), title, back=back
    )


@case_page("goal.add")
def add_goal(request: DeskRequest, case: Case) -> HttpResponse:
    form = GoalForm(request.POST or None, actor=request.actor, case=case)
    back = reverse("case-plan", args=[case.pk])
    return answer_form(
        request, form, lambda given: care.add_goal(request.actor, case, **given), _("Add a goal"), back=back
    )


@case_page("goal.end", Goal)
def end_goal(request: DeskRequest, goal: Goal) -> HttpResponse:
    form = GoalEndForm(request.POST or None)
    back = reverse("case-plan", args=[goal.case_id])
    return answer_form(request, form, lambda given: _end(request, goal, given), _("End this goal"), back=back)


def _end(request: DeskRequest, goal: Goal, given: dict[str, Any]) -> None:
    care.end_goal(request.actor, goal, **{f"{given['how']}_on": given["on"]})


@case_page("case.read", methods=("GET",))
def services(request: DeskRequest, case: Case) -> HttpResponse:
    actor = request.actor
    given = ServiceGiven.objects.visible_to(actor).filter(case=case)
    given = given.select_related("need", "by_desk", "by_outside", "note__file").order_by("-on", "-pk")
    page = Paginator(given, 25).get_page(request.GET.get("page"))
    texts = actor.keyring.read_many([row.note for row in page if row.note is not None])
    stays = Stay.objects.visible_to(actor).filter(case=case)
    context = framed(request, case, "case-services") | {
        "page": page,
        "services": [(row, texts.get(row.note_id, "") if row.note_id else "") for row in page],
        "stays": stays.select_related("offer__desk", "offer__outside").order_by("-since", "-pk"),
    }
    return render(request, "assistance/case_services.html", context)


@case_page("service.give")
def give_service(request: DeskRequest, case: Case) -> HttpResponse:
    first = {"stage": Need.Stage.HOME, "need": request.GET.get("need")}
    form = ServiceForm(request.POST or None, actor=request.actor, case=case, initial=first)
    back = reverse("case-services", args=[case.pk])
    return answer_form(
        request,
        form,
        lambda given: care.give_service(request.actor, case, **given),
        _("Write down a service"),
        back=back,
    )


@case_page("stay.begin")
def begin_stay(request: DeskRequest, case: Case) -> HttpResponse:
    form = StayForm(request.POST or None, actor=request.actor, case=case)
    back = reverse("case-services", args=[case.pk])
    return answer_form(
        request,
        form,
        lambda given: care.begin_stay(request.actor, case, **given),
        _("Begin a stay"),
        back=back,
    )


@case_page("stay.end", Stay)
def end_stay(request: DeskRequest, stay: Stay) -> HttpResponse:
    form = StayEndForm(request.POST or None)
    back = reverse("case-services", args=[stay.case_id])
    return answer_form(
        request,
        form,
        lambda given: care.end_stay(request.actor, stay, **given),
        _("End this stay"),
        back=back,
    )
