"""A relative asks. Nothing is looked up here: every asker gets the same sentence after the same time."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from kamkor.access import sealed
from kamkor.access.actor import ANYBODY
from kamkor.access.door import PublicRequest, public_page
from kamkor.base import wall
from kamkor.crossborder import actions
from kamkor.website.forms import MissingForm
from kamkor.website.receiving import receiving_desk
from kamkor.website.views.report import may_send, status_of


@public_page()
def missing(request: PublicRequest) -> HttpResponse:
    desk = receiving_desk()
    if desk is None:
        return render(request, "website/nobody.html", status=503)
    form = MissingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and may_send(request, form, "missing"):
        with wall.acting(desk.pk):
            actions.receive(ANYBODY, desk, facts=form.facts(), texts=form.texts())
        return redirect("website:asked")
    context = {"form": form, "key": sealed.key_of(desk)}
    return render(request, "website/missing.html", context, status=status_of(form))


@public_page(methods=("GET",))
def asked(request: PublicRequest) -> HttpResponse:
    return render(request, "website/asked.html")
