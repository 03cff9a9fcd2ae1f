"""What every answer passes through: nothing is kept by browsers or proxies, and refusals become pages."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from kamkor.base.actions import Refused, record_refusal
from kamkor.base.failures import TURNED_AWAY, new_request_id, note_refusal
from kamkor.base.problems import AlreadyChanged, Locked, Problem

Answer = Callable[[HttpRequest], HttpResponse]


# Nothing that a page of ours could ask of a browser's machine; passkeys are not among these.
SWITCHED_OFF = (
    *(
        "accelerometer",
        "autoplay",
        "bluetooth",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
    ),
    *("gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment"),
    *("screen-wake-lock", "serial", "usb"),
)
NOT_A_FILE = 400
NEVER = ("TRACE", "TRACK", "CONNECT")  # a view would take them for a GET, and debugging tools give back all


def switched_off(allowed: dict[str, str] | None = None) -> str:
    return ", ".join((allowed or {}).get(name, f"{name}=()") for name in SWITCHED_OFF)


EVERY_ANSWER = {
    "X-Robots-Tag": "noindex, nofollow",
    "Permissions-Policy": switched_off(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class PrivateMiddleware:
    """Stands first, so that no answer goes out without these headers, whoever gives it. No page of the desk
    stays in a browser's cache, a proxy or a search engine. Each request gets a number, under which a failure
    or a refusal is found in the log."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = new_request_id()  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.status_code in TURNED_AWAY:
            note_refusal(request, response.status_code)
        if response.status_code >= NOT_A_FILE or not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        for name, value in EVERY_ANSWER.items():
            response.headers[name] = value
        if allowed := getattr(response, "allowed", None):  # of what is switched off, for a page that needs it
            response.headers["Permissions-Policy"] = switched_off(allowed)
        return response


class Utf8Middleware:
    """Forms are read as UTF-8, whatever they say of themselves: of the encodings that Python knows by name,
    some are none for text, and break whatever reads them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding:
            request.encoding = settings.DEFAULT_CHARSET
        return self.get_response(request)


class ProblemMiddleware:
    """Turns a refusal into the page that says what to do next. Nothing personal is in any of them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in NEVER:
            return HttpResponseNotAllowed(("GET", "POST", "HEAD", "OPTIONS"))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, SignInNeeded):
            return redirect(f"{error.where}?{urlencode({'next': error.back(request)})}")
        if isinstance(error, Refused):
            record_refusal(request.actor, error.verb, error.subject)  # type: ignore[attr-defined]
        if isinstance(error, PermissionDenied):
            return render(request, "403.html", status=403)
        if isinstance(error, ValidationError):
            error = Problem(" ".join(error.messages))
        if isinstance(error, AlreadyChanged):
            return render(request, "409.html", {"problem": error}, status=409)
        if isinstance(error, Locked):
            messages.warning(request, str(error.title))
        if isinstance(error, Problem):
            refused = render(request, "422.html", {"problem": error}, status=error.status)
            for name, value in error.headers.items():
                refused[name] = value
            return refused
        return None


class SignInNeeded(Exception):
    """The caller must sign in, choose a desk, open the vault or give a reason first; `where` is that page's
    address."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    @staticmethod
    def back(request: HttpRequest) -> str:
        return request.get_full_path() if request.method == "GET" else "/desk/"
