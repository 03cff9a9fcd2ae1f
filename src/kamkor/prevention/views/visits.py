"""Pages of visits to workplaces."""

from functools import partial

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.pages import desk_page, page
from kamkor.prevention.actions import visits as actions
from kamkor.prevention.forms.visits import AnswerForm, VisitForm
from kamkor.prevention.models import Visit
from kamkor.prevention.views.recruiters import AT_ONCE, posted, whole


@desk_page("visit.list", methods=("GET",))
def visits(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The newest first, under what they come to."""
    rows = Visit.objects.visible_to(request.actor)
    context = {
        "page": Paginator(rows.order_by("-on", "-pk"), AT_ONCE).get_page(request.GET.get("page")),
        "all": rows.aggregate(*map(Sum, ("women", "men", "under_18", "deaths"))),
        "may_record": request.actor.may_here("visit.record"),
    }
    return render(request, "prevention/visits.html", context)


@desk_page("visit.record")
def record(request: DeskRequest, desk: Desk) -> HttpResponse:
    form, made_visits = VisitForm(posted(request), actor=request.actor), list[Visit]()
    if request.method == "POST" and made(
        form, lambda given: made_visits.append(actions.record(request.actor, desk, **given))
    ):
        return redirect("visit", made_visits[0].pk)
    return form_page(request, form, _("Add a visit"), reverse("visits"))


@page("visit.read", Visit, methods=("GET",))
def visit(request: DeskRequest, visit: Visit) -> HttpResponse:
    may_answer = visit.waits and request.actor.may("visit.answer", visit)
    return render(request, "prevention/visit.html", {"visit": visit, "may_answer": may_answer})


@page("visit.answer", Visit)
def answer(request: DeskRequest, visit: Visit) -> HttpResponse:
    form, back = AnswerForm(posted(request)), reverse("visit", args=[visit.pk])
    change = partial(actions.answer, request.actor, visit)
    if request.method == "POST" and made(form, whole(change)):
        return redirect(back)
    return form_page(request, form, _("Answer"), back)
