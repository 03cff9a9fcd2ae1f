"""Pages of a desk's keys."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access import joining, keys
from kamkor.access.forms import SealForm
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.pages import desk_page


@desk_page("desk.keys", methods=("GET",))
def show(request: DeskRequest, desk: Desk) -> HttpResponse:
    may = {
        verb: request.actor.may_here(f"desk.{verb}") for verb in ("reseal", "seal", "unseal", "join", "split")
    }
    return render(request, "access/keys.html", {"status": keys.status(desk), "may": may})


@desk_page("desk.reseal")
def reseal(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Goes on by itself for as long as the page is open; leaving it loses nothing."""
    after = request.POST.get("after", "0")
    position: int | None = 0
    if request.method == "POST":
        position = keys.reseal(request.actor, desk, after=int(after) if after.isdecimal() else 0).position
    if position is None:
        messages.success(request, _("Everything is sealed under the newest key."))
        return redirect("desk-keys")
    context = {"position": position, "status": keys.status(desk)}
    return render(request, "access/reseal.html", context)


@desk_page("desk.seal")
def seal(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = SealForm(keys.may_read(desk), request.POST or None)
    if request.method == "POST" and form.is_valid():
        keys.give_seal(request.actor, desk, reader=form.cleaned_data["reader"])
        messages.success(request, _("Given. Now give its staff a role at this desk."))
        return redirect("desk-keys")
    context = {
        "form": form,
        "title": _("Let another desk open this desk's files"),
        "intro": _(
            "A standing seal: somebody of that desk who is given a role here opens this desk's files without "
            "being admitted one by one. Without a role here they see nothing."
        ),
        "submit_label": _("Give a standing seal"),
        "back_url": reverse("desk-keys"),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@desk_page("desk.unseal", methods=("POST",))
def unseal(request: DeskRequest, desk: Desk) -> HttpResponse:
    given = request.POST.get("reader", "")
    reader = Desk.objects.filter(pk=int(given) if given.isdecimal() else 0).first()
    if reader is not None:
        keys.end_seal(request.actor, desk, reader=reader)
        messages.success(request, _("Taken back. The desk has a new key."))
    return redirect("desk-keys")


@desk_page("desk.join")
def join(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = SealForm(joining.may_join(request.actor, desk), request.POST or None)
    if request.method == "POST" and form.is_valid():
        joining.join(request.actor, desk, into=form.cleaned_data["reader"])
        messages.success(request, _("The two desks are one. Choose the desk that is left."))
        return redirect("choose-desk")
    context = {
        "form": form,
        "title": _("Make this desk part of another one"),
        "intro": _(
            "All files, records and colleagues of this desk become the other's, and this desk ends. "
            "It cannot be undone. You must be the head of both; systems lose their access, and printed "
            "recovery keys of this desk open nothing any more."
        ),
        "submit_label": _("Join them"),
        "back_url": reverse("desk-keys"),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)
