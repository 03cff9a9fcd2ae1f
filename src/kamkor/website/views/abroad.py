"""Going to work abroad: what holds there, and what to do before leaving."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from kamkor.access.door import PublicRequest, public_page
from kamkor.website import abroad
from kamkor.website.forms import ReadyForm
from kamkor.website.views.front import public_pages


@public_page(methods=("GET",))
def index(request: PublicRequest) -> HttpResponse:
    return render(request, "website/abroad.html", {"countries": abroad.countries()})


@public_page(methods=("GET",))
def country(request: PublicRequest, country: str) -> HttpResponse:
    code = country.upper()
    if code not in abroad.countries():
        raise Http404
    context = {"country": code, "advice": abroad.advice(code), "pages": public_pages(code)}
    return render(request, "website/country.html", context)


@public_page()
def ready(request: PublicRequest) -> HttpResponse:
    """The answers are read and dropped; what comes back are steps, never a verdict."""
    form = ReadyForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        context |= {"steps": form.steps(), "answered": True}
    return render(request, "website/ready.html", context, status=422 if form.errors else 200)
