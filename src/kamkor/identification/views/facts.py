"""The dated facts of a person's standing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.base import codelists
from kamkor.identification.actions import facts
from kamkor.identification.forms.facts import FACT_FORMS
from kamkor.identification.models import Fact
from kamkor.people.models import Person
from kamkor.people.pages import person_page


@person_page("fact.record")
def add(request: DeskRequest, person: Person) -> HttpResponse:
    """What is known so far; with `?kind=` the form for one more fact."""
    kind = request.GET.get("kind", "")
    sent = request.POST if request.method == "POST" else None
    form = FACT_FORMS[kind](sent) if kind in FACT_FORMS else None
    if request.method == "POST" and form is not None and form.is_valid():
        facts.record_fact(request.actor, person, kind=kind, **form.cleaned_data)
        messages.success(request, _("Recorded. Nothing that the person is given changes by it."))
        return redirect("fact-add", person.pk)
    rows = Fact.objects.visible_to(request.actor).filter(person__in=person.all_ids())
    context = {
        "person": person,
        "kind": kind,
        "kinds": list(codelists.entries("fact_kind")),
        "form": form,
        "facts": sorted(rows, key=lambda fact: (fact.on, fact.pk), reverse=True),
        "recovery_ends": facts.recovery_ends(request.actor, person),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "identification/facts.html", context, status=status)
