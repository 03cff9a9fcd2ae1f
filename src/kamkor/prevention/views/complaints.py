"""Complaints of firms: taken at any desk, answered where the register is kept."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.access.policy import COMPLAINED_TO
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.pages import desk_page, page
from kamkor.prevention.actions import complaints as actions
from kamkor.prevention.forms.recruiters import AnswerForm, ComplaintForm
from kamkor.prevention.models import Complaint, Recruiter
from kamkor.prevention.views.recruiters import AT_ONCE, posted, saved, whole


@desk_page("complaint.list", methods=("GET",))
def complaints(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Those without an answer first."""
    rows = Complaint.objects.visible_to(request.actor).select_related("recruiter")
    shown = Paginator(rows.order_by("answered_on", "-on", "-pk"), AT_ONCE)
    return render(
        request, "prevention/complaints.html", {"page": shown.get_page(request.GET.get("page")), "desk": desk}
    )


@page("complaint.take", Recruiter)
def take(request: DeskRequest, firm: Recruiter) -> HttpResponse:
    form, change = ComplaintForm(posted(request)), partial(actions.take, request.actor, firm)
    return saved(request, form, whole(change), firm=firm, title=_("Complaint"))


@page("complaint.read", Complaint, methods=("GET",))
def complaint(request: DeskRequest, complaint: Complaint) -> HttpResponse:
    """Who complained is read at the desk that took it, and there by nobody who keeps the register."""
    actor, items = request.actor, [complaint.account]
    if complaint.desk_id == actor.desk_id and actor.role in COMPLAINED_TO and complaint.complainant:
        items.append(complaint.complainant)
    texts = actor.keyring.read_many(items)
    context: dict[str, Any] = {
        "complaint": complaint,
        "account": texts.get(complaint.account_id, ""),
        "complainant": texts.get(complaint.complainant_id, "") if complaint.complainant_id else "",
        "may_answer": actor.may("complaint.answer", complaint) and not complaint.answer,
    }
    return render(request, "prevention/complaint.html", context)


@page("complaint.answer", Complaint)
def answer(request: DeskRequest, complaint: Complaint) -> HttpResponse:
    form = AnswerForm(posted(request))
    back = reverse("complaint", args=[complaint.pk])
    if request.method == "POST" and made(
        form, lambda given: actions.answer(request.actor, complaint, **given)
    ):
        return redirect(back)
    return form_page(request, form, f"{_('Answer')}: {complaint.code}", back)
