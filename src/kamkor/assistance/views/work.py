"""My work: what is late, what is new, what is next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.views.frame import link
from kamkor.assistance.work import work_of
from kamkor.base.pages import desk_page
from kamkor.people.turning import forget_the_gone


@desk_page("desk.use", methods=("GET",))
def my_work(request: DeskRequest, desk: Desk) -> HttpResponse:
    if request.actor.may_here("person.search"):
        forget_the_gone(request.actor)
    asked = link("matches") if request.actor.may_here("match.list") else ""
    context = {
        "work": work_of(request.actor, timezone.now()),
        "somebody_asks": asked,
        "systems": request.actor.may_here("token.list"),
    }
    return render(request, "assistance/my_work.html", context)
