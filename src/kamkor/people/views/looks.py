"""Who looked, and paper to carry away."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from kamkor.access.http import DeskRequest
from kamkor.base import wall
from kamkor.people import facts, looks, sheet
from kamkor.people.actions.file import put_on_paper
from kamkor.people.models import Person
from kamkor.people.pages import person_page
from kamkor.people.spoken import script

ON_PAGE, ON_PAPER = 50, 200


@person_page("person.who_looked", methods=("GET",))
def who_looked(request: DeskRequest, person: Person) -> HttpResponse:
    """To be shown to her in person."""
    events = looks.events(person)
    with wall.acting(None, scope="all"):  # what other desks did with her file
        page = Paginator(events, ON_PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list)
    context = {"person": person, "page": page, "rows": looks.in_words(rows)}
    return render(request, "people/who_looked.html", context)


@person_page("person.print")
def paper(request: DeskRequest, person: Person) -> HttpResponse:
    """Whether it is safe to carry is asked first; nothing is put on paper before the answer yes."""
    tongue = next(iter(person.languages), "")
    question = script("print_safe", tongue) if tongue in {"ky", "ru", "uz", "uz-cyrl", "en"} else ""
    if request.method != "POST" or request.POST.get("safe") != "yes":
        asked = {
            "person": person,
            "question": question,
            "tongue": tongue,
            "refused": request.method == "POST",
        }
        return render(request, "people/print_ask.html", asked)
    put_on_paper(request.actor, person)
    context: dict[str, object] = {"person": person}
    context |= {"sheet": sheet.read(request.actor, person), "facts": facts.in_words(person)}
    if request.POST.get("what") == "looks" and request.actor.may_here("person.who_looked"):
        events = looks.events(person)[:ON_PAPER]
        with wall.acting(None, scope="all"):
            rows = list(events)
        context["looks"] = looks.in_words(rows)
    return render(request, "people/print.html", context)
