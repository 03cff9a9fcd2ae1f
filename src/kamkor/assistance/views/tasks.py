"""Pages of tasks."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.actions import tasks
from kamkor.assistance.forms.tasks import TaskFilter, TaskForm
from kamkor.assistance.models import Case, Task
from kamkor.assistance.views.frame import case_page, form_page, link, made
from kamkor.base.pages import desk_page, page

SUBJECTS = {
    "assistance.followup": "follow-up",
    "assistance.referral": "referral",
    "people.consent": "consent",
    "prevention.agreement": "agreement",
    "prevention.departure": "departure",
    "prevention.letter": "letter",
    "prevention.visit": "visit",
    "crossborder.searchrequest": "search-request",
    "webhooks.subscription": "webhook",
    "website.checkin": "check-in",
    "website.report": "report",
}


@desk_page("task.list", methods=("GET",))
def task_list(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Late first. Mine and the desk's; everybody's if asked."""
    actor, form = request.actor, TaskFilter(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    mine = Q(assignee=actor.user_id)
    whose = {"mine": mine, "all": Q()}.get(given.get("whose", ""), mine | Q(assignee=None))
    rows = Task.objects.visible_to(actor).open().filter(whose).select_related("case", "assignee")
    if given.get("kind"):
        rows = rows.filter(kind=given["kind"])
    page = Paginator(rows.order_by("due_at", "pk"), 40).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(task, about(task)) for task in page],
        "filter_form": form,
        "open_filter": bool(given.get("kind") or given.get("whose")),
        "may_add": actor.may_here("task.add"),
        "may_drop": actor.may_here("task.drop"),
        "reads_cases": actor.may_here("case.read"),
    }
    return render(request, "assistance/tasks.html", context)


def about(task: Task) -> str:
    """The page of what the task is about, else that of its case."""
    what, _colon, pk = task.subject.partition(":")
    if what in SUBJECTS and pk.isdecimal():
        return link(SUBJECTS[what], int(pk))
    return link("case", task.case_id) if task.case_id else ""


@desk_page("task.add")
def add_task(request: DeskRequest, desk: Desk) -> HttpResponse:
    return _form(request, None, reverse("tasks"))


@case_page("case.read")
def add_case_task(request: DeskRequest, case: Case) -> HttpResponse:
    return _form(request, case, reverse("case", args=[case.pk]))


def _form(request: DeskRequest, case: Case | None, back: str) -> HttpResponse:
    actor = request.actor
    form = TaskForm(request.POST or None, actor=actor)
    if request.method == "POST" and made(
        form, lambda given: tasks.add(actor, actor.desk, case=case, **given)
    ):
        return redirect(back)
    return form_page(request, form, _("Add a task"), back)


@page("task.finish", Task, methods=("POST",))
def finish_task(request: DeskRequest, task: Task) -> HttpResponse:
    tasks.finish(request.actor, task)
    return _back(request)


@page("task.drop", Task, methods=("POST",))
def drop_task(request: DeskRequest, task: Task) -> HttpResponse:
    tasks.drop(request.actor, task)
    return _back(request)


def _back(request: DeskRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    sound = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return HttpResponseRedirect(target) if sound else redirect("tasks")
