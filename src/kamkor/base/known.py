"""Browsers in which somebody has signed in before: a signed cookie that names nobody and says nothing.

It opens nothing. It only lets her in where strangers' wrong guesses would make everybody else wait.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = f"{settings.COOKIE_PREFIX}kamkor_known"
KEPT = timedelta(days=180)
MOST = 20  # people at one shared computer
SALT = "known browser"


def browser(request: HttpRequest, account: str) -> str:
    """The number of this browser, if `account` has signed in with it before; else nothing."""
    number, marks = _read(request)
    return number if number and _mark(number, account) in marks else ""


def remember(request: HttpRequest, response: HttpResponse, account: str) -> None:
    """After a full sign-in: this browser is known for `account` from now on."""
    number, marks = _read(request)
    number = number or secrets.token_urlsafe(12)
    mark = _mark(number, account)
    kept = [mark, *(other for other in marks if other != mark)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps([number, kept], salt=SALT),
        max_age=KEPT,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        number, marks = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return "", []
    return str(number), list(marks)


def _mark(number: str, account: str) -> str:
    return salted_hmac(SALT, f"{number}\n{account.lower()}", algorithm="sha256").hexdigest()[:20]
