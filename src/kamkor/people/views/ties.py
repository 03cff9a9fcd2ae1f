"""Pages of relationships and flags."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.people.actions import ties as actions
from kamkor.people.forms.file import FlagForm, RelationshipForm
from kamkor.people.models import Flag, Person, Relationship
from kamkor.people.pages import person_page
from kamkor.people.views.file import form_page


@person_page("person.relate")
def relate(request: DeskRequest, person: Person, other: int) -> HttpResponse:
    beside = get_object_or_404(Person.objects.visible_to(request.actor).standing(), pk=other)
    form = RelationshipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.relate(request.actor, person, other=beside, kind=form.cleaned_data["kind"])
        messages.success(request, _("Saved."))
        return redirect("person", person.pk)
    return form_page(request, person, form, title=_("How they belong together"))


@person_page("person.unrelate", Relationship, methods=("POST",))
def unrelate(request: DeskRequest, relationship: Relationship) -> HttpResponse:
    person = actions.unrelate(request.actor, relationship)
    messages.success(request, _("Removed."))
    return redirect("person", person.pk)


@person_page("flag.raise")
def flag(request: DeskRequest, person: Person) -> HttpResponse:
    form = FlagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.raise_flag(request.actor, person, **form.cleaned_data)
        messages.success(request, _("Colleagues see it first from now on."))
        return redirect("person", person.pk)
    return form_page(request, person, form, title=_("Mark for colleagues"))


@person_page("flag.clear", Flag, methods=("POST",))
def flag_clear(request: DeskRequest, flag: Flag) -> HttpResponse:
    actions.clear_flag(request.actor, flag)
    messages.success(request, _("Removed."))
    return redirect("person", flag.person_id)
