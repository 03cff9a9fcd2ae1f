"""The receiving desk: what came in by the public door, read, answered and closed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access import sealed
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.views.frame import made
from kamkor.base.pages import desk_page, page
from kamkor.crossborder.models import SearchRequest
from kamkor.vault.models import Item
from kamkor.website import actions
from kamkor.website.forms import AnswerForm, EndCheckInForm
from kamkor.website.models import CheckIn, Message, Report

SHOWN = 100


@desk_page("report.list", methods=("GET",))
def door(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Open ones first, the newest on top; those to be called by their day."""
    actor = request.actor
    asked = SearchRequest.objects.visible_to(actor).filter(taken_by=None, ended_on=None, desk=desk)
    context = {
        "reports": Report.objects.visible_to(actor).order_by("closed_on", "-received_at")[:SHOWN],
        "check_ins": CheckIn.objects.visible_to(actor).filter(ended_on=None).order_by("call_on")[:SHOWN],
        "asked": asked.order_by("-taken_at")[:SHOWN],
    }
    return render(request, "website/door.html", context)


@page("report.read", Report, methods=("GET", "POST"))
def report(request: DeskRequest, report: Report) -> HttpResponse:
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and made(
        form, lambda given: actions.answer_report(request.actor, report, **given)
    ):
        messages.success(request, _("Sealed to the receipt. It can be read now."))
        return redirect("report", report.pk)
    rows = list(Message.objects.visible_to(request.actor).filter(report=report).order_by("at", "pk"))
    items = Item.objects.filter(pk__in=[row.item_id for row in rows])
    read = request.actor.keyring.read_many(list(items.select_related("file")))
    texts = sealed.opened(request.actor, read)
    context: dict[str, Any] = {
        "report": report,
        "said": [(row, texts.get(row.item_id, "")) for row in rows],
        "form": form,
    }
    return render(request, "website/desk_report.html", context, status=422 if form.errors else 200)


@page("report.close", Report, methods=("POST",))
def close_report(request: DeskRequest, report: Report) -> HttpResponse:
    actions.close_report(request.actor, report)
    return redirect("door")


@page("check_in.read", CheckIn)
def check_in(request: DeskRequest, check_in: CheckIn) -> HttpResponse:
    form = EndCheckInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and made(
        form, lambda given: actions.end_check_in(request.actor, check_in, **given)
    ):
        return redirect("door")
    items = list(Item.objects.filter(file=check_in.file_id).select_related("file"))
    texts = sealed.opened(request.actor, request.actor.keyring.read_many(items))
    context: dict[str, Any] = {
        "check_in": check_in,
        "texts": {item.label: texts.get(item.pk, "") for item in items},
        "form": form,
    }
    return render(request, "website/desk_check_in.html", context, status=422 if form.errors else 200)
