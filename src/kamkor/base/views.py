"""Pages without a domain: is it alive, is it ready, and the components that pages are made of."""

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kamkor.base.models import CodeRelease
from kamkor.base.samples import component_samples


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """The databases answer and the code lists are loaded."""
    for alias in ("default", "keys"):
        with connections[alias].cursor() as cursor:
            cursor.execute("select 1")
    ready = CodeRelease.objects.exists()
    return JsonResponse({"status": "ok" if ready else "no code lists"}, status=200 if ready else 503)


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "base/components.html", component_samples())
