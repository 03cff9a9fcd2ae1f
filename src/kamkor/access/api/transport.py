"""What every request to the API passes through: no cookies, the token, its pace, sizes, conditions.

It stands in the place of session and sign-in, which the API does not know: a browser that has signed in can
do nothing here.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import cast

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from kamkor.access import tokens
from kamkor.access.actor import NOBODY, TokenActor
from kamkor.access.api import problems
from kamkor.access.api.answers import Once
from kamkor.access.middleware import is_api, scope_of
from kamkor.base import failures, throttle, wall
from kamkor.base.problems import Problem

Answer = Callable[[HttpRequest], HttpResponse]
LARGEST_BODY = 256 * 1024
WRITES = ("POST", "PATCH", "PUT")
REFUSED = 300  # and above


class NoCookies:
    """Stands before sessions: whoever calls the API is who the token says, and nobody else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_api(request.path):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        response = self.get_response(request)
        response.cookies.clear()
        return response


class ApiMiddleware:
    """Gives `request.actor` by its token, and makes every refusal a problem document."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_api(request.path):
            return self.get_response(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return problems.answer(problems.of_status(400))
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        try:
            response = self._answer(request)
        except Problem as problem:
            response = problems.answer(problem)
        except (OperationalError, InterfaceError):
            response = failures.broken(request)
        response = _told(request, response)
        if asked == "HEAD":
            length = str(len(response.content))
            response.content = b""
            response["Content-Length"] = length
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        _check_size(request)
        secret = _secret(request)
        actor = tokens.find(secret)
        if actor is None:
            request.actor = NOBODY  # type: ignore[attr-defined]
            return self.get_response(request)
        request.actor = actor  # type: ignore[attr-defined]
        _keep_pace(actor.held.digest)
        if not (request.accepts("application/json") or request.accepts(problems.MEDIA_TYPE)):
            raise problems.NotAcceptable
        if request.method == "POST" and "Idempotency-Key" in request.headers:
            return self._once(request, actor, secret)
        return self._act(request, actor)

    def _once(self, request: HttpRequest, actor: TokenActor, secret: str) -> HttpResponse:
        """The claim stands before the work begins, so that a second arrival meets it; the answer is kept in
        the transaction of the work."""
        once = Once(request, actor.held, secret)
        with _desk_of(actor):
            again = once.claim()
        return again or self._act(request, actor, once)

    def _act(self, request: HttpRequest, actor: TokenActor, once: Once | None = None) -> HttpResponse:
        with _desk_of(actor), _whole(request):
            response = self.get_response(request)
            if request.method in WRITES and response.status_code >= problems.Broken.status:
                transaction.set_rollback(True)
            elif once is not None and response.status_code < REFUSED:
                once.keep(response)
        if once is not None and response.status_code >= REFUSED:
            with _desk_of(actor):
                once.forget()
        return response


def _desk_of(actor: TokenActor) -> AbstractContextManager[None]:
    return wall.acting(actor.desk_id, scope=scope_of(actor))


def _whole(request: HttpRequest) -> AbstractContextManager[None]:
    """One transaction for what writes; reading needs none on SQLite, where it would make others wait."""
    return transaction.atomic() if request.method in WRITES else nullcontext()


def _check_size(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        raise problems.TooLarge


def _secret(request: HttpRequest) -> str:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _keep_pace(token: str) -> None:
    wait = throttle.too_often(f"token {token}", settings.TOKEN_REQUESTS_PER_MINUTE)
    if wait:
        raise problems.TooOften(headers={"Retry-After": str(wait)})


def _told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer as this API gives it, also where Django made it: problems, what is allowed, the ETag."""
    if request.method == "OPTIONS" and response.status_code == problems.WrongMethod.status:
        return HttpResponse(status=204, headers={"Allow": _allowed(response)})
    if response.status_code >= 400 and response.get("Content-Type") != problems.MEDIA_TYPE:
        told = problems.answer(problems.of_status(response.status_code))
        if response.has_header("Allow"):
            told["Allow"] = _allowed(response)
        return told
    if request.method == "GET" and response.status_code == 200:
        return _tagged(request, response)
    if tag := cast(str | None, getattr(request, "etag", None)):
        response["ETag"] = tag
    return response


def _allowed(response: HttpResponse) -> str:
    methods = {method.strip() for method in response["Allow"].split(",")}
    return ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """By its version, or by a mark of what it says that tells nobody else what that is."""
    tag: str | None = getattr(request, "etag", None)
    if tag is None:
        tag = f'"{salted_hmac("api.etag", response.content).hexdigest()[:32]}"'
    asked = {one.strip() for one in request.headers.get("If-None-Match", "").split(",")}
    if tag in asked:
        response = HttpResponse(status=304)
    response["ETag"] = tag
    return response
