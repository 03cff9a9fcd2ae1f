"""The front page, whom to call now, and what quick exit does not hide."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kamkor.access.door import PublicRequest, public_page
from kamkor.website.lines import lines, situations

FIRST = ("112", "111", "117", "189")  # on the front page, before anything else


@public_page(methods=("GET",))
def front(request: PublicRequest) -> HttpResponse:
    known = lines(timezone.localtime())
    return render(request, "website/front.html", {"first": [known[one] for one in FIRST if one in known]})


@public_page(methods=("GET",))
def help_now(request: PublicRequest) -> HttpResponse:
    context = {"situations": situations(timezone.localtime()), "now": timezone.localtime()}
    return render(request, "website/help.html", context)


@public_page(methods=("GET",))
def sent(request: PublicRequest) -> HttpResponse:
    return render(request, "website/sent.html")


@public_page(methods=("GET",))
def traces(request: PublicRequest) -> HttpResponse:
    return render(request, "website/traces.html")
