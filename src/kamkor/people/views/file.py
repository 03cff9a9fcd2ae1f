"""A person's page, and writing in her file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.people import facts, sheet
from kamkor.people.actions import file as actions
from kamkor.people.forms.file import CorrectionForm, FactsForm, ParticularForm
from kamkor.people.models import Particular, Person
from kamkor.people.pages import person_page
from kamkor.people.sharing import NUMBER
from kamkor.people.turning import turn_due_files

SHOWN_IF_ALLOWED = (
    "person.relate",
    "person.who_looked",
    "exclusion.set",
    "exclusion.lift",
    "flag.clear",
    "erasure.ask",
    "hold.set",
)


@person_page("person.read", methods=("GET",))
def show(request: DeskRequest, person: Person) -> HttpResponse:
    turn_due_files(request.actor, person)
    context = {
        "person": person,
        "sheet": sheet.read(request.actor, person),
        "facts": [{"label": label, "value": text or "–"} for label, text in facts.in_words(person)],
        "may": {verb.replace(".", "_"): request.actor.may_here(verb) for verb in SHOWN_IF_ALLOWED},
    }
    return render(request, "people/person.html", context)


@person_page("person.edit")
def edit(request: DeskRequest, person: Person) -> HttpResponse:
    form = FactsForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.edit(request.actor, person, seen=form.cleaned_data["seen"], **form.given())
        messages.success(request, _("Saved."))
        return redirect("person", person.pk)
    return form_page(request, person, form, title=_("Facts about the person"))


@person_page("particular.add")
def particular_add(request: DeskRequest, person: Person) -> HttpResponse:
    form = ParticularForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        actions.add(request.actor, person, kind=form.cleaned_data["kind"], text=form.cleaned_data["text"])
        messages.success(request, _("Added."))
        return redirect("person", person.pk)
    return form_page(request, person, form, title=_("Add to who the person is"))


@person_page("particular.correct", Particular)
def particular_edit(request: DeskRequest, particular: Particular) -> HttpResponse:
    keyring = request.actor.keyring
    open_text = particular.kind != NUMBER
    text = keyring.read(particular.item) if open_text else ""
    form = CorrectionForm(particular, text, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.correct(request.actor, particular, text=said["text"], version=said["version"])
        messages.success(request, _("Saved. What it said before is kept."))
        return redirect("person", particular.person_id)
    context = {"particular": particular, "history": keyring.history(particular.item) if open_text else []}
    title = _("Correct what is written")
    return form_page(request, particular.person, form, "people/correct.html", title=title, **context)


@person_page("particular.end", Particular, methods=("POST",))
def particular_end(request: DeskRequest, particular: Particular) -> HttpResponse:
    actions.end(request.actor, particular)
    messages.success(request, _("It is no longer shown."))
    return redirect("person", particular.person_id)


@person_page("particular.show", Particular, methods=("POST",))
def particular_show(request: DeskRequest, particular: Particular) -> HttpResponse:
    """The personal number, in the answer to a POST alone: it is in no address and no session."""
    text = actions.show(request.actor, particular)
    return render(request, "people/number.html", {"particular": particular, "text": text})


def form_page(
    request: DeskRequest,
    person: Person,
    form: object,
    template: str = "base/form_page.html",
    **context: object,
) -> HttpResponse:
    """A form about a person, with the way back to her page."""
    back = reverse("person", args=[person.pk])
    status = 422 if getattr(form, "errors", None) else 200
    return render(
        request, template, {"form": form, "back_url": back, "person": person, **context}, status=status
    )
