"""Somebody leaves, and asks the line to call on a day."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from kamkor.access import sealed
from kamkor.access.actor import ANYBODY
from kamkor.access.door import PublicRequest, public_page
from kamkor.base import wall
from kamkor.website import actions
from kamkor.website.forms import CheckInForm
from kamkor.website.receiving import receiving_desk
from kamkor.website.views.report import may_send, status_of

TEXTS = ("reach", "relative")


@public_page()
def departure(request: PublicRequest) -> HttpResponse:
    desk = receiving_desk()
    if desk is None:
        return render(request, "website/nobody.html", status=503)
    form = CheckInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and may_send(request, form, "departure"):
        given = form.cleaned_data
        texts = {name: given.pop(name) for name in TEXTS}
        with wall.acting(desk.pk):
            facts = given | {"language": get_language() or "en"}
            actions.receive_check_in(ANYBODY, desk, facts=facts, texts=texts)
        return redirect("website:sent")
    context = {"form": form, "key": sealed.key_of(desk)}
    return render(request, "website/departure.html", context, status=status_of(form))
