"""Guessing is slow: after some failures the same pair of account and address waits, nobody else does."""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.base.models import Attempt
from kamkor.base.problems import Problem

FREE = 8
WINDOW = timedelta(minutes=10)


class TooMany(Problem):
    status = 429


def check(request: HttpRequest, account: str) -> str:
    """The key to report a failure under; raises TooMany when this pair has failed too often lately."""
    text = f"{account.lower()}\n{place_of(request)}".encode()
    key = hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()
    since = timezone.now() - WINDOW
    if Attempt.objects.filter(key=key, at__gte=since).count() >= FREE:
        raise TooMany(_("Too many tries"), _("Wait ten minutes and try again."))
    return key


def place_of(request: HttpRequest) -> str:
    """The caller's address. Behind the proxy all have the proxy's, so that anybody could lock out anybody:
    there it is the last one that the proxy has put down."""
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE else ""
    return seen.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def failed(key: str) -> None:
    Attempt.objects.filter(at__lt=timezone.now() - 6 * WINDOW).delete()
    Attempt.objects.create(key=key)
