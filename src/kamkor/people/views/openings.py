"""Asking for the reason before a colleague's file is opened, and the head's list of such openings."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.pages import desk_page, page
from kamkor.people.actions import openings as actions
from kamkor.people.forms.openings import OpeningForm
from kamkor.people.models import Person
from kamkor.people.openings import Opening
from kamkor.people.pages import person_page

ON_PAGE = 30


@person_page("person.open_outside")
def ask(request: DeskRequest, person: Person) -> HttpResponse:
    """By her code alone: her name is shown after the reason has been given."""
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.open_outside(request.actor, person, **form.cleaned_data)
        return redirect(_next(request) or reverse("person", args=[person.pk]))
    hours = settings.OPENING_HOURS
    context = {
        "form": form,
        "person": person,
        "hours": ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours},
        "next": _next(request),
    }
    return render(request, "people/open_outside.html", context, status=422 if form.errors else 200)


@desk_page("opening.list", methods=("GET",))
def openings(request: DeskRequest, desk: Desk) -> HttpResponse:
    actor = request.actor
    rows = Opening.objects.visible_to(actor).select_related("person", "user", "seen_by", "words__file")
    found = Paginator(rows.order_by("-at", "-pk"), ON_PAGE).get_page(request.GET.get("page"))
    texts = actor.keyring.read_many([row.words for row in found if row.words is not None])
    context = {
        "page": found,
        "rows": [
            (row, texts.get(row.words_id, "") if row.words_id else "", row.user_id not in actor.barred_as)
            for row in found
        ],
    }
    return render(request, "people/openings.html", context)


@page("opening.mark", Opening, methods=("POST",))
def mark(request: DeskRequest, opening: Opening) -> HttpResponse:
    actions.mark(request.actor, opening, asked="asked" in request.POST)
    messages.success(request, _("Noted."))
    return redirect("openings")


def _next(request: DeskRequest) -> str:
    """Where the colleague wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith("/desk/") else ""
