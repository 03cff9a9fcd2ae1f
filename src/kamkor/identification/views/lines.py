"""The lines that a desk answers, set by its supervisor."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.pages import desk_page, page
from kamkor.identification.actions import lines as actions
from kamkor.identification.forms.contacts import LineForm
from kamkor.identification.models import Line


@desk_page("line.edit", methods=("GET",))
def lines(request: DeskRequest, desk: Desk) -> HttpResponse:
    rows = [
        [
            {"text": line.number, "href": reverse("line-edit", args=[line.pk])},
            {"text": codelists.label("channel", line.channel)},
            {"text": _("Yes") if line.keeps_hashes else _("No")},
        ]
        for line in Line.objects.visible_to(request.actor).order_by("pk")
    ]
    context = {
        "title": _("Lines"),
        "new_url": reverse("line-add"),
        "new_label": _("Add a line"),
        "head": [_("Number or account"), _("Channel"), _("Tells who has called before")],
        "rows": rows,
        "empty": _("No lines yet"),
    }
    return render(request, "base/list_page.html", context)


@desk_page("line.add")
def add(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = LineForm(request.POST or None, initial={"channel": "phone", "keeps_hashes": True})
    if request.method == "POST" and form.is_valid():
        actions.add(request.actor, desk, **form.cleaned_data)
        return redirect("lines")
    return _form(request, form, _("Add a line"))


@page("line.edit", Line)
def edit(request: DeskRequest, line: Line) -> HttpResponse:
    held = {name: getattr(line, name) for name in ("number", "channel", "keeps_hashes")}
    form = LineForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        actions.edit(request.actor, line, **form.cleaned_data)
        return redirect("lines")
    return _form(request, form, _("Change the line"))


def _form(request: DeskRequest, form: LineForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "back_url": reverse("lines")}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)
