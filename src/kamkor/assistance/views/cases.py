"""The list of cases, the case's own page, its facts, its worker."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance import casefile, timeline
from kamkor.assistance.actions import cases
from kamkor.assistance.caseload import nameless
from kamkor.assistance.forms.cases import AssignForm, CaseFilter, CaseForm, OpenCaseForm
from kamkor.assistance.intake import ASKED, left_open
from kamkor.assistance.models import Case, FollowUp, Referral, Task
from kamkor.assistance.views.frame import (
    case_page,
    conflict_page,
    flag_tag,
    form_page,
    framed,
    link,
    made,
)
from kamkor.assistance.views.tasks import about
from kamkor.base import codelists
from kamkor.base.actions import record
from kamkor.base.exports import FORMATS, table
from kamkor.base.pages import desk_page
from kamkor.base.problems import AlreadyChanged
from kamkor.people import files
from kamkor.people.models import Person
from kamkor.people.pages import person_page
from kamkor.people.turning import turn_due_files

PER_PAGE = 25


@desk_page("case.list", methods=("GET",))
def case_list(request: DeskRequest, desk: Desk) -> HttpResponse:
    actor = request.actor
    form = CaseFilter(request.GET)
    rows = casefile.listed(actor, form.cleaned_data if form.is_valid() else {})
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": _named(request, list(page)),
        "page": page,
        "filter_form": form,
        "chosen": casefile.chosen(form, request.GET),
        "search_url": link("people"),
        "export_url": _export_url(request) if actor.may_here("case.export") else "",
        "formats": FORMATS,
    }
    return render(request, "assistance/cases.html", context)


@person_page("case.list", methods=("GET",))
def of_person(request: DeskRequest, person: Person) -> HttpResponse:
    """The way from a person's file to the cases about that person, the newest first."""
    found = Case.objects.visible_to(request.actor).filter(person__in=person.all_ids()).order_by("-pk")
    rows = [
        [
            {"text": case.code, "href": reverse("case", args=[case.pk])},
            codelists.label("case_kind", case.kind),
            _("Open") if case.is_open else _("Closed"),
        ]
        for case in found
    ]
    context = {"title": _("Cases"), "head": [_("Code"), _("Kind"), _("State")], "rows": rows}
    if request.actor.may_here("case.open"):
        context |= {"new_url": reverse("case-open", args=[person.pk]), "new_label": _("Open another case")}
    return render(request, "base/list_page.html", context)


@person_page("case.open")
def open_another(request: DeskRequest, person: Person) -> HttpResponse:
    """A further matter of somebody whose file is here already: no second intake."""
    form = OpenCaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        case = cases.open_case(request.actor, person, **form.cleaned_data)
        return redirect("case", case.pk)
    return form_page(request, form, _("Open another case"), reverse("person-cases", args=[person.pk]))


def _named(request: DeskRequest, found: list[Case]) -> list[dict[str, Any]]:
    """The cases of one page with the name each person wants; codes alone while the vault is shut."""
    known: dict[int, dict[str, list[str]]] = {}
    hidden = nameless(request.actor, found)
    if request.actor.keys is not None:
        shown = [case.person for case in found if case.pk not in hidden]
        known = files.read_particulars(request.actor, shown)
    return [
        {
            "case": case,
            "name": files.shown_name({} if case.pk in hidden else known.get(case.person_id, {}), case.person),
            "flags": [flag_tag(flag) for flag in case.person.standing_flags],  # type: ignore[attr-defined]
        }
        for case in found
    ]


def _export_url(request: DeskRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return f"{reverse('case-export')}?{query.urlencode()}"


@desk_page("case.export", methods=("POST",))
def export(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The list as the filter in the address has it; how many rows left is in the access log."""
    form = CaseFilter(request.GET)
    rows = casefile.listed(request.actor, form.cleaned_data if form.is_valid() else {})
    lines = list(casefile.export_rows(rows))
    kind = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    record(request.actor, "case.export", desk, reason=f"{kind}:{len(lines)}")
    return table("cases", kind, [str(label) for label in casefile.EXPORT_HEAD], lines)


@case_page("case.read", methods=("GET",))
def case(request: DeskRequest, case: Case) -> HttpResponse:
    actor = request.actor
    turn_due_files(actor, case.person)
    context = framed(request, case, "case")
    tasks = Task.objects.visible_to(actor).open().filter(case=case).select_related("assignee")
    referrals = Referral.objects.visible_to(actor).filter(case=case).select_related("receiver", "outside")
    context |= {
        "standing": casefile.standing(actor, case.person),
        "clock": casefile.medical_clock(case),
        "tasks": [(task, about(task)) for task in tasks.order_by("due_at")[:20]],
        "referrals": [(row, link("referral", row.pk)) for row in referrals.order_by("-pk")[:20]],
        "follow_ups": FollowUp.objects.visible_to(actor).filter(case=case).order_by("due_on"),
        "to_complete": [(code, _completed_on(case, code)) for code in left_open(case)],
        "ways": _ways(request, case),
        "may_drop": actor.may_here("task.drop"),
        **{f"may_{verb}": actor.may(f"case.{verb}", case) for verb in ("edit", "assign", "close", "print")},
    }
    return render(request, "assistance/case.html", context)


def _completed_on(case: Case, code: str) -> str:
    """The address of the page on which what day 1 left open is completed."""
    of_person = {"presumption": "fact-add", "screening": "screenings"}
    of_case = {
        "coding": "exploitation-add",
        "child_path": "child-path",
        "first_need": "need-add",
        "worker": "case-assign",
        **dict.fromkeys((*ASKED, "wish_after"), "case-edit"),
    }
    if code in of_case:
        return link(of_case[code], case.pk)
    return link(of_person.get(code, "person"), case.person_id)


def _ways(request: DeskRequest, case: Case) -> dict[str, str]:
    """Pages of colleagues' areas that start from a case."""
    return {
        "person": link("person", case.person_id),
        "fact": link("fact-add", case.person_id),
        "referral": link("referral-new", case.pk),
        "screening": link("screenings", case.person_id) if request.actor.may_here("screening.open") else "",
        "packet": link("packet-new", case.person_id) if request.actor.may_here("packet.prepare") else "",
        "child": link("child-path", case.pk) if case.person.is_child else "",
        "handover": link("handover-new", case.pk),
        "demand": link("demand-new", case.pk),
    }


@case_page("case.edit")
def edit(request: DeskRequest, case: Case) -> HttpResponse:
    form = CaseForm(request.POST) if request.method == "POST" else CaseForm.of(case)
    back = reverse("case", args=[case.pk])
    try:
        if request.method == "POST" and made(form, lambda given: _save(request, case, form)):
            return redirect(back)
    except AlreadyChanged:
        now = {name: getattr(case, name) for name in cases.EDITABLE}
        both = AlreadyChanged(mine=form.spoken(form.facts()), theirs=form.spoken(now))
        return conflict_page(request, form, both, case.version, back_url=back)
    return form_page(request, form, _("Change the facts of the case"), back)


def _save(request: DeskRequest, case: Case, form: CaseForm) -> None:
    cases.edit(request.actor, case, expected=form.cleaned_data["version"], facts=form.facts())


@case_page("case.assign")
def assign(request: DeskRequest, case: Case) -> HttpResponse:
    form = AssignForm(request.POST or None, desk_id=case.desk_id, initial={"worker": case.worker_id})
    back = reverse("case", args=[case.pk])
    if request.method == "POST" and made(form, lambda given: cases.assign(request.actor, case, **given)):
        messages.success(request, _("The case has a new worker."))
        return redirect(back)
    return form_page(request, form, _("Give the case to a colleague"), back)


@case_page("case.read", methods=("GET",))
def case_timeline(request: DeskRequest, case: Case) -> HttpResponse:
    found = timeline.entries(request.actor, case)
    page = Paginator(found, 40).get_page(request.GET.get("page"))
    shown = list(page)
    texts = request.actor.keyring.read_many([entry.item for entry in shown if entry.item is not None])
    context = framed(request, case, "case-timeline") | {
        "page": page,
        "entries": [(entry, texts.get(entry.item.pk, "") if entry.item else "") for entry in shown],
    }
    return render(request, "assistance/case_timeline.html", context)
