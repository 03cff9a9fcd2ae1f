"""A shift from signing in to its end: the vault is locked when nobody is there, and the shift has an end.

Both are decided here, by the server, from the time of the last use; the script on the page only makes sure
that the screen follows. Neither falls while the person has a contact open (`SHIFT_KEPT_OPEN_BY`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from kamkor.access import drafts, sessions
from kamkor.access.middleware import RESTING
from kamkor.base.middleware import SignInNeeded
from kamkor.vault import session as vault

ANSWERED = {200, 302, 409, 422}  # done, or shown again with all that was written
FORGET = '"cache", "storage"'


class ShiftMiddleware:
    """Stands before the vault is opened for a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        here = SESSION_KEY in request.session
        if here:
            keep_time(request, timezone.now())
        over = here and SESSION_KEY not in request.session and request.method == "POST"
        response = after_shift(request) if over else self.get_response(request)
        if SESSION_KEY in request.session:
            if sessions.BEGAN not in request.session:
                sessions.begin(request.session, request.headers.get("User-Agent", ""))
        elif here:
            response["Clear-Site-Data"] = FORGET
        return response


class KeptTextMiddleware:
    """Stands next to the views: a form that meets a locked vault is sealed before the way to unlocking, and
    let go when it has been sent again and answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        ours = request.method == "POST" and SESSION_KEY in request.session  # a telephone's form is not read
        again = ours and drafts.AGAIN in request.POST
        if again and response.status_code in ANSWERED and not getattr(request, "kept", False):
            drafts.drop(request, request.get_full_path())
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        if isinstance(error, SignInNeeded):
            request.kept = drafts.keep_sent(request)  # type: ignore[attr-defined]


def keep_time(request: HttpRequest, now: datetime) -> None:
    left = time_left(request, now)
    if left is not None and left <= timedelta() and not kept_open(request):
        kept = request.method != "POST" or from_our_page(request)
        kept = kept and drafts.keep_at_end_of_shift(request)
        logout(request)
        messages.warning(request, _("Your shift has ended. Sign in again to go on."))
        if kept:
            messages.warning(request, _("What you were writing is kept sealed until you sign in again."))
        return
    if is_idle(request, now) and not kept_open(request):
        rest(request)
    elif RESTING in request.session and vault.OPEN in request.session:
        del request.session[RESTING]
    sessions.note_use(request.session, now)


def from_our_page(request: HttpRequest) -> bool:
    """Whether a form carries the mark of its page; the check that all forms go through comes later."""
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    return check.process_view(request, HttpResponse, (), {}) is None


def after_shift(request: HttpRequest) -> HttpResponse:
    """A form that came when the shift was over is answered by the way to sign in, and done by nobody."""
    if request.path == reverse("rest"):
        return JsonResponse({"to": reverse("sign-in")})
    return redirect("sign-in")


def rest(request: HttpRequest) -> None:
    """Shut the vault, and everything else until the pass phrase has been given."""
    vault.lock(request)
    request.session[RESTING] = True


def time_left(request: HttpRequest, now: datetime) -> timedelta | None:
    """Until the end of the shift; None before it has begun."""
    begun = sessions.began(request.session)
    return None if begun is None else begun + timedelta(seconds=settings.SHIFT_SECONDS) - now


def is_idle(request: HttpRequest, now: datetime) -> bool:
    row: sessions.SignIn | None = getattr(request.session, "row", None)
    resting = RESTING in request.session and vault.OPEN not in request.session
    if row is None or resting or not settings.IDLE_LOCK_SECONDS:
        return False
    return now - row.used_at >= timedelta(seconds=settings.IDLE_LOCK_SECONDS)


def kept_open(request: HttpRequest) -> bool:
    """Whether this person is at something that must not be cut off. Asked only when it would be."""
    rule = cast(Callable[[int], bool], import_string(settings.SHIFT_KEPT_OPEN_BY))
    return rule(int(request.session[SESSION_KEY]))
