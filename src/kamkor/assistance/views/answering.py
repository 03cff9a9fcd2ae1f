"""What the receiver of a referral does with it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.assistance.actions import answering as actions
from kamkor.assistance.forms.referrals import DeclineForm, FinishForm, OpenFileForm, ReportForm
from kamkor.assistance.models import Referral
from kamkor.assistance.views.frame import case_page


@case_page("referral.accept", Referral, methods=("POST",))
def accept(request: DeskRequest, referral: Referral) -> HttpResponse:
    actions.accept(request.actor, referral)
    messages.success(request, _("Accepted. The sender sees your answer."))
    return redirect("referral", referral.pk)


@case_page("referral.decline", Referral)
def decline(request: DeskRequest, referral: Referral) -> HttpResponse:
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.decline(request.actor, referral, reason=form.cleaned_data["reason"])
        messages.success(request, _("Declined. What was shared is closed to you now."))
        return redirect("referrals")
    return ask(request, referral, form, _("Decline this referral"))


@case_page("referral.start", Referral, methods=("POST",))
def start(request: DeskRequest, referral: Referral) -> HttpResponse:
    actions.start(request.actor, referral)
    return redirect("referral", referral.pk)


@case_page("referral.report", Referral)
def report(request: DeskRequest, referral: Referral) -> HttpResponse:
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.report(request.actor, referral, text=form.cleaned_data["text"])
        messages.success(request, _("The sender can read your report."))
        return redirect("referral", referral.pk)
    return ask(request, referral, form, _("Report back"))


@case_page("referral.finish", Referral)
def finish(request: DeskRequest, referral: Referral) -> HttpResponse:
    form = FinishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        helped = given["helped"] == "yes"
        actions.finish(request.actor, referral, helped=helped, result=given["result"], text=given["text"])
        return redirect("referral", referral.pk)
    return ask(request, referral, form, _("Finish this referral"))


@case_page("referral.open_file", Referral)
def open_file(request: DeskRequest, referral: Referral) -> HttpResponse:
    form = OpenFileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.open_file(request.actor, referral, kind=form.cleaned_data["kind"])
        messages.success(request, _("Your desk has a file of its own now, with what was shared."))
        return redirect("referral", referral.pk)
    return ask(request, referral, form, _("Open a file of your own"))


def ask(request: DeskRequest, referral: Referral, form: forms.Form, title: str | Promise) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": reverse("referral", args=[referral.pk])}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)
