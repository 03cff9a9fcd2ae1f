"""Pages about interpreters: asked for by whoever keeps the file, taken by code by who translates."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk, Membership
from kamkor.base.pages import desk_page, page
from kamkor.base.problems import Problem
from kamkor.identification.actions import interpreting as actions
from kamkor.identification.forms.interpreting import AskForm, BeginForm
from kamkor.identification.models import InterpretedTalk
from kamkor.people.models import Exclusion, Person
from kamkor.people.pages import person_page

KEPT = 50  # talks on an interpreter's page


@person_page("interpreting.ask")
def ask(request: DeskRequest, person: Person) -> HttpResponse:
    """Those asked for so far, and the form for one more."""
    form = AskForm(
        request.POST or None, desks=desks_with_interpreters(request.actor, person), initial=_spoken(person)
    )
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.ask(request.actor, person, **form.cleaned_data)
        except Problem as problem:
            form.add_error(None, f"{problem.title}. {problem.mend}")
        else:
            messages.success(request, _("Asked under the code %(code)s.") % {"code": asked.code})
            return redirect("interpreter-ask", person.pk)
    rows = InterpretedTalk.objects.visible_to(request.actor).filter(person__in=person.all_ids())
    context = {
        "person": person,
        "form": form,
        "rows": rows.select_related("interpreters", "taken_by").order_by("-at", "-pk"),
    }
    status = 422 if form.errors else 200
    return render(request, "identification/interpreter_ask.html", context, status=status)


@person_page("interpreting.cancel", InterpretedTalk, methods=("POST",))
def cancel(request: DeskRequest, talk: InterpretedTalk) -> HttpResponse:
    actions.cancel(request.actor, talk)
    return redirect("interpreter-ask", talk.person_id)


@desk_page("interpreting.list", methods=("GET",))
def talks(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What waits and what was taken: code, language, hour and desk; never who it is about."""
    rows = InterpretedTalk.objects.visible_to(request.actor).select_related("desk").order_by("-at", "-pk")
    return render(request, "identification/interpreter_talks.html", {"rows": rows[:KEPT]})


@page("interpreting.take", InterpretedTalk, methods=("POST",))
def take(request: DeskRequest, talk: InterpretedTalk) -> HttpResponse:
    actions.take(request.actor, talk)
    messages.success(request, _("Yours. Open it again when you meet, before the first word."))
    return redirect("interpreting")


@page("interpreting.begin", InterpretedTalk)
def begin(request: DeskRequest, talk: InterpretedTalk) -> HttpResponse:
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.begin(request.actor, talk, sworn=given["sworn"], knows=given["knows"] == "yes")
        return redirect("interpreting")
    context = {"talk": talk, "form": form}
    status = 422 if form.errors else 200
    return render(request, "identification/interpreter_begin.html", context, status=status)


def desks_with_interpreters(actor: Actor, person: Person) -> QuerySet[Desk]:
    """Desks that have one, without those from which her file is kept."""
    having = Membership.objects.current().filter(role="interpreter")
    barred = Exclusion.objects.visible_to(actor).filter(person__in=person.all_ids(), lifted_at=None)
    desks = Desk.objects.visible_to(actor).filter(pk__in=having.values("desk"))
    return desks.exclude(pk__in=barred.exclude(excluded_desk=None).values("excluded_desk")).order_by("code")


def _spoken(person: Person) -> dict[str, object]:
    return {"language": person.languages[0]} if person.languages else {}
