"""Pages of exclusions."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.people.actions import exclusions as actions
from kamkor.people.forms.exclusions import ExclusionForm
from kamkor.people.models import Exclusion, Person
from kamkor.people.pages import person_page
from kamkor.people.views.file import form_page


@person_page("exclusion.set")
def exclude(request: DeskRequest, person: Person) -> HttpResponse:
    form = ExclusionForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.exclude(request.actor, person, **form.cleaned_data)
        messages.success(request, _("The file is kept from them from now on."))
        still = Person.objects.visible_to(request.actor).filter(pk=person.pk).exists()
        return redirect("person", person.pk) if still else redirect("people")
    intro = _("They will never see, receive or be offered this file, and are not told that it exists.")
    return form_page(request, person, form, title=_("Keep this file from somebody"), intro=intro)


@person_page("exclusion.lift", Exclusion, methods=("POST",))
def lift(request: DeskRequest, exclusion: Exclusion) -> HttpResponse:
    actions.lift(request.actor, exclusion)
    messages.success(request, _("The file is no longer kept from them."))
    return redirect("person", exclusion.person_id)
