"""Looking for a person of one's own desk, and for a second one beside her."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.pages import desk_page
from kamkor.people import search
from kamkor.people.forms.search import SearchForm
from kamkor.people.models import Person
from kamkor.people.pages import person_page
from kamkor.people.turning import filed_before


@desk_page("person.search")
def people(request: DeskRequest, desk: Desk) -> HttpResponse:
    context = {"title": _("Find a person"), "two_files": request.actor.may_here("duplicate.list")}
    context["keeping"] = request.actor.may_here("erasure.list")
    return _answer(request, desk, "people/search.html", context)


@person_page("person.relate")
def pick(request: DeskRequest, person: Person) -> HttpResponse:
    """Another person of the desk, to relate to this one or to merge with it."""
    context = {"title": _("Find the other person"), "person": person, "own": person.all_ids()}
    return _answer(request, request.actor.desk, "people/pick.html", context)


def _answer(request: DeskRequest, desk: Desk, template: str, context: dict[str, object]) -> HttpResponse:
    """What is looked for comes by POST, so that no name is in an address or a log of addresses."""
    form = SearchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = search.find(
            request.actor, desk, form.cleaned_data["text"], birth_year=form.cleaned_data["birth_year"]
        )
        context |= {"found": found, "searched": True, "left_out": filed_before(request.actor).count()}
    context |= {"form": form, "submit_label": _("Search")}
    return render(request, template, context, status=422 if form.errors else 200)
