"""Closing and reopening a case, the looks back afterwards, and its paper."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.assistance.actions import cases
from kamkor.assistance.forms.cases import CarryForm, CloseForm, FollowUpForm
from kamkor.assistance.models import Case, FollowUp, Goal, Task
from kamkor.assistance.views.frame import case_page, form_page, made
from kamkor.base.actions import record
from kamkor.people import files


@case_page("case.close")
def close(request: DeskRequest, case: Case) -> HttpResponse:
    tasks = Task.objects.visible_to(request.actor).open().filter(case=case).order_by("due_at")
    form = CloseForm(request.POST or None, tasks=tasks)
    back = reverse("case", args=[case.pk])
    if request.method == "POST" and made(form, lambda given: cases.close(request.actor, case, **given)):
        messages.success(request, _("The case is closed. Its working notes are erased."))
        return redirect(back)
    rule = _("Working notes are erased for good. Facts, plans and documents stay.")
    return form_page(
        request,
        form,
        _("Close the case"),
        back,
        intro=rule,
        rule=safe_rule(request, case),
        template="assistance/rule_form.html",
        submit_label=_("Close the case"),
    )


@case_page("case.reopen")
def reopen(request: DeskRequest, case: Case) -> HttpResponse:
    back = reverse("case", args=[case.pk])
    if request.method == "POST":
        cases.reopen(request.actor, case)
        return redirect(back)
    context = {
        "title": _("Reopen the case?"),
        "intro": _("The looks back that were not made yet are planned anew when it is closed again."),
        "submit_label": _("Reopen"),
        "cancel_url": back,
    }
    return render(request, "base/confirm.html", context)


@case_page("follow_up.record", FollowUp)
def follow_up(request: DeskRequest, follow_up: FollowUp) -> HttpResponse:
    form = FollowUpForm(request.POST or None)
    actor, back = request.actor, reverse("case", args=[follow_up.case_id])
    if request.method == "POST" and made(
        form, lambda given: cases.record_follow_up(actor, follow_up, **given)
    ):
        return redirect(back)
    title = _("How the person is after %(months)s months") % {"months": follow_up.months}
    return form_page(
        request,
        form,
        title,
        back,
        rule=safe_rule(request, follow_up.case),
        template="assistance/rule_form.html",
    )


def safe_rule(request: DeskRequest, case: Case) -> str:
    """The agreed way to reach her, in a sentence; without one nobody calls."""
    if request.actor.keys is None:
        return ""
    known = files.read_particulars(request.actor, [case.person]).get(case.person_id, {})
    agreed = "; ".join(known.get("safe_contact", []))
    if not agreed:
        return _("No safe way to reach the person was agreed: do not call.")
    return _("The safe way to reach the person: %(way)s.") % {"way": agreed.rstrip(" .")}


@case_page("case.print")
def paper(request: DeskRequest, case: Case) -> HttpResponse:
    """Asks first whether the paper is safe to carry; then a page with a neutral head."""
    form = CarryForm(request.POST or None)
    back = reverse("case", args=[case.pk])
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["safe"] == "yes":
            record(request.actor, "case.print", case, reason="printed")
            return render(request, "assistance/case_paper.html", _on_paper(request, case))
        messages.info(request, _("Nothing was printed. Tell the person by voice."))
        return redirect(back)
    return form_page(request, form, _("Print the plan"), back, submit_label=_("Go on"))


def _on_paper(request: DeskRequest, case: Case) -> dict[str, object]:
    """The code, the goals and the next step: no name, no kind of case, no health."""
    goals = list(
        Goal.objects.visible_to(request.actor)
        .filter(case=case, reached_on=None, dropped_on=None)
        .select_related("text__file")
        .order_by("due_on", "pk")
    )
    texts = request.actor.keyring.read_many([goal.text for goal in goals])
    step = "" if case.next_step == "doctor" else case.next_step
    return {"case": case, "step": step, "goals": [(goal, texts.get(goal.text_id, "")) for goal in goals]}
