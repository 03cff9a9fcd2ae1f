"""Pages for everybody: no account, no cookie, nothing kept in the browser.

Whoever signs in at this browser as staff is nobody on these pages, and a form needs no mark against forgery:
it does nothing that its sender could not do from any other browser.
"""

import functools
import hashlib
import math
import secrets
import time
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kamkor.access.actor import NOBODY
from kamkor.base import once, throttle, wall
from kamkor.methods import work
from kamkor.methods.buckets import Buckets

_SALT = secrets.token_bytes(16)  # of this process: who asked is in no table and cannot be told afterwards
_SENT, _READ = Buckets(20, 30), Buckets(60, 1)
MOST_A_MINUTE = 60  # of one form, whoever sends it
MOST_WORKED = 600  # of those that show work

View = Callable[..., HttpResponse]


class PublicRequest(HttpRequest):
    """A request to the public door; `same_page` is its address without the language."""

    same_page: str


def public_page(*, methods: tuple[str, ...] = ("GET", "POST")) -> Callable[[View], View]:
    """Serve a page to anybody. A form that is sent twice counts once."""

    def frame(view: View) -> View:
        @csrf_exempt
        @require_http_methods(methods)
        @functools.wraps(view)
        def run(request: PublicRequest, **kwargs: object) -> HttpResponse:
            request.actor = NOBODY  # type: ignore[attr-defined]
            request.same_page = "/" + request.path.lstrip("/").partition("/")[2]
            with wall.acting(None):
                if request.method != "POST":
                    return view(request, **kwargs)
                with transaction.atomic():
                    again = once.claim(request)
                    response = again or view(request, **kwargs)
                    if again is None:
                        once.settle(request, response)
                    return response

        return run

    return frame


def wait_to_send(request: HttpRequest, form: str) -> int:
    """Seconds to wait before this form is taken from here; 0 to go on. No address is written down.

    A flood fills the turns of those who show no work; whoever's browser has done some has turns of their own,
    so that a genuine report is not lost among them.
    """
    wait = math.ceil(_SENT.take(_place(request), time.monotonic()))
    if wait:
        return wait
    if work.is_done(request.POST.get(once.FIELD, ""), request.POST.get("work", "")):
        return throttle.too_often(f"door {form} worked", MOST_WORKED)
    return throttle.too_often(f"door {form}", MOST_A_MINUTE)


def wait_to_read(request: HttpRequest, *, cost: int = 1) -> int:
    """The same for what costs time and keeps nothing; what takes longer costs more turns."""
    return math.ceil(_READ.take(_place(request), time.monotonic(), cost=cost))


def _place(request: HttpRequest) -> bytes:
    return hashlib.blake2b(throttle.place_of(request).encode(), key=_SALT, digest_size=16).digest()
