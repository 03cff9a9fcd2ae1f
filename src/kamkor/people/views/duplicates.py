"""Pairs of files that may be of one person."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.pages import desk_page, page
from kamkor.people.actions import duplicates as actions
from kamkor.people.files import read_particulars, shown_name
from kamkor.people.models import DuplicateScan, SamePair

LISTED = 20


@desk_page("duplicate.list")
def pairs(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The proposals, and a look through all files for more."""
    if request.method == "POST":
        return redirect("duplicate-run", pk=actions.look(request.actor, desk).pk)
    rows = SamePair.objects.visible_to(request.actor).open().select_related("one", "two")
    shown = Paginator(rows.order_by("-pk"), LISTED).get_page(request.GET.get("page"))
    people = {person.pk: person for row in shown for person in (row.one, row.two)}
    known = read_particulars(request.actor, people.values())
    names = {pk: shown_name(known.get(pk, {}), person) for pk, person in people.items()}
    scans = DuplicateScan.objects.visible_to(request.actor).order_by("-pk")
    context = {
        "page": shown,
        "rows": [(row, names[row.one_id], names[row.two_id]) for row in shown],
        "scan": scans.first(),
    }
    return render(request, "people/duplicates.html", context)


@page("duplicate.step", DuplicateScan, methods=("GET",))
def run(request: DeskRequest, scan: DuplicateScan) -> HttpResponse:
    """Go on for about a second, and come back by itself until all files are compared."""
    if scan.ended_at is None:
        actions.step(request.actor, scan, seen=scan.position)
        scan.refresh_from_db()
    if scan.ended_at is not None:
        return led(request, "duplicates")
    context = {"scan": scan, "percent": scan.position * 100 // max(scan.last, 1)}
    return render(request, "people/duplicates_run.html", context)


@page("duplicate.part", SamePair, methods=("POST",))
def part(request: DeskRequest, pair: SamePair) -> HttpResponse:
    actions.part(request.actor, pair)
    messages.success(request, _("They will not be proposed again."))
    return redirect("duplicates")


def led(request: DeskRequest, name: str, *args: int) -> HttpResponse:
    """To another page, whether the browser or a part of a page asked."""
    where = reverse(name, args=args)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": where})
    return HttpResponseRedirect(where)
