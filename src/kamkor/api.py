"""The API at /api/v1/: the apps' routers, one document, and one answer to everything that goes wrong."""

from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja import errors as ninja
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from kamkor.access.actor import NOBODY
from kamkor.access.api import problems
from kamkor.access.api.parsing import StrictParser
from kamkor.access.api.wording import field_errors
from kamkor.assistance.api import router as assistance
from kamkor.base import failures
from kamkor.base.actions import Refused, record_refusal
from kamkor.base.problems import AlreadyChanged, Problem
from kamkor.directory.api import router as directory
from kamkor.identification.api import router as identification
from kamkor.openapi import completed
from kamkor.people.api import router as people
from kamkor.prevention.api import router as prevention
from kamkor.statistics.api import router as statistics

DESCRIPTION = (
    "Other systems take part in the referral mechanism: each acts at one desk by a token of its own, sees "
    "what that desk sees and no more, and everything it does is in the desk's access log. "
    "How to begin is in docs/guide/api.md."
)


class Token(HttpBearer):
    """The token was looked up before (see `kamkor.access.api.transport`); here it is asked whether there is
    one."""

    def authenticate(self, request: HttpRequest, token: str) -> bool:
        return getattr(request, "actor", NOBODY) is not NOBODY


class Api(NinjaAPI):
    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        return completed(super().get_openapi_schema(**kwargs))


api = Api(
    title="Kamkor",
    version="1.0.0",
    description=DESCRIPTION,
    urls_namespace="api",
    auth=Token(),
    parser=StrictParser(),
    openapi_url=None,
    docs_url=None,
)
for router in (directory, people, identification, assistance, prevention, statistics):
    api.add_router("", router)


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """One line in the log, as for a page that breaks; ninja calls this while the exception is handled."""
    return problems.answer(problems.of_status(failures.broken(request).status_code))


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """What two changed at once is a lost update to who said by which version."""
    if isinstance(problem, AlreadyChanged) and "If-Match" in request.headers:
        return problems.answer(problems.Lost())
    return problems.answer(problem)


@api.exception_handler(PermissionDenied)
def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    if isinstance(error, Refused):
        record_refusal(request.actor, error.verb, error.subject)  # type: ignore[attr-defined]
    return problems.answer(problems.Forbidden())


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problems.answer(problems.NotFound())


@api.exception_handler(ninja.ValidationError)
def _invalid(request: HttpRequest, error: ninja.ValidationError) -> HttpResponse:
    return problems.answer(problems.Invalid(*field_errors(error.errors)))


@api.exception_handler(ValidationError)
def _refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problems.answer(Problem(" ".join(error.messages)))


@api.exception_handler(ninja.HttpError)
def _http(request: HttpRequest, error: ninja.HttpError) -> HttpResponse:
    """Ninja hides what its parser was told; the parser's own problem is the better one."""
    cause = error.__cause__
    return problems.answer(cause if isinstance(cause, Problem) else problems.of_status(error.status_code))


@cache
def document() -> OpenAPISchema:
    """The OpenAPI document; it is the same as long as the program is."""
    return api.get_openapi_schema()


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(document())


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The document as a page to read: no script, nothing from elsewhere."""
    operations = [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]
    return render(
        request, "access/api_reference.html", {"operations": operations, "info": document()["info"]}
    )


@require_safe
def problem_types(request: HttpRequest) -> HttpResponse:
    """What each type of problem means and how to mend it."""
    return render(request, "access/api_problems.html", {"problems": problems.CATALOGUE})
