"""What is to be published: prepared by a statistician, signed by two people, taken back if it was wrong."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.pages import desk_page, page
from kamkor.base.uploads import attachment
from kamkor.statistics.forms import ReleaseForm, WithdrawForm
from kamkor.statistics.models import Release
from kamkor.statistics.publishing import releases as actions
from kamkor.statistics.publishing import sheet


@desk_page("release.list", methods=("GET",))
def releases(request: DeskRequest, desk: Desk) -> HttpResponse:
    rows = Release.objects.visible_to(request.actor).defer("counted").order_by("-prepared_at", "-pk")
    context = {
        "head": [_("Data set"), _("Period"), _("Version"), _("State")],
        "rows": [line(release) for release in rows],
        "may_prepare": request.actor.may_here("release.prepare"),
        "least": settings.SMALL_CELL_PUBLIC,
    }
    return render(request, "statistics/releases.html", context)


@desk_page("release.prepare")
def prepare(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Choose a public table and the year that it is to reach."""
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        release = actions.prepare(request.actor, desk, **form.cleaned_data)
        return redirect("release", release.pk)
    context = {"form": form, "title": _("Prepare a table for everybody"), "cancel_url": reverse("releases")}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@page("release.read", Release, methods=("GET",))
def release(request: DeskRequest, release: Release) -> HttpResponse:
    """All that would be out, and what those who sign must know of it."""
    inside = [
        {"name": file.name, "text": bytes(file.content).decode("utf-8", "replace")}
        for file in release.files.filter(public=False).order_by("name")
    ]
    signatures = list(release.signatures.select_related("by").order_by("at"))
    open_ = not release.published_at and not release.withdrawn_at
    mine = any(each.by_id == request.actor.user_id for each in signatures)
    context = {
        "release": release,
        "title": sheet.title(release),
        "state": state_of(release),
        "sections": sheet.sections(release),
        "estimate": sheet.estimate(release),
        "sheet": sheet.data_sheet(release),
        "inside": inside,
        "files": list(release.files.order_by("name").values_list("name", flat=True)),
        "signatures": [f"{each.by.display_name}, {sheet.day(each.at)}" for each in signatures],
        "may_sign": open_ and not mine and request.actor.may("release.sign", release),
        "may_withdraw": not release.withdrawn_at and request.actor.may("release.withdraw", release),
        "cells": release.about.get("cells"),
        "hidden": release.about.get("hidden"),
    }
    return render(request, "statistics/release.html", context)


@page("release.read", Release, methods=("GET",))
def release_file(request: DeskRequest, release: Release, name: str) -> HttpResponse:
    if not release.files.filter(name=name).exists():
        raise Http404
    saved = f"{release.data_set}-{release.version}-{name}"
    return attachment(actions.content_of(release, name), saved)


@page("release.sign", Release, methods=("POST",))
def sign(request: DeskRequest, release: Release) -> HttpResponse:
    signed = actions.sign(request.actor, release)
    said = _("Published.") if signed.published_at else _("Signed. Another person signs as well.")
    messages.success(request, said)
    return redirect("release", release.pk)


@page("release.withdraw", Release)
def withdraw(request: DeskRequest, release: Release) -> HttpResponse:
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.withdraw(request.actor, release, why=form.cleaned_data["why"])
        return redirect("release", release.pk)
    cancel = reverse("release", args=[release.pk])
    context = {"form": form, "title": _("Take it back"), "cancel_url": cancel}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


def line(release: Release) -> list[object]:
    address = reverse("release", args=[release.pk])
    return [
        {"text": sheet.title(release), "href": address},
        sheet.span(release.period),
        str(release.version),
        state_of(release),
    ]


def state_of(release: Release) -> str:
    if release.withdrawn_at:
        return _("Withdrawn")
    return _("Published") if release.published_at else _("Waits for a signature")
