"""A form sent twice counts once: the second arrival of its random mark repeats the first answer."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

FIELD = "once"


class Submission(models.Model):
    """A form's mark, bound to who sent it, and where they were led."""

    mark = models.CharField(max_length=43, unique=True)
    location = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.mark[:8]


KEPT_FOR = timedelta(days=2)  # longer than any page stays open


def forget_marks(now: datetime) -> int:
    """Drop the marks of forms that nobody will send again."""
    dropped, _by_model = Submission.objects.filter(at__lt=now - KEPT_FOR).delete()
    return dropped


def new_mark() -> str:
    return secrets.token_urlsafe(18)


def sent_mark(request: HttpRequest) -> str:
    """The mark of a sent form as it is kept: a stranger who learns it can neither use it up nor follow it."""
    mark = request.POST.get(FIELD, "") if request.method == "POST" else ""
    return hashlib.sha256(f"{request.user.pk}\n{mark}".encode()).hexdigest()[:43] if mark else ""


def claim(request: HttpRequest) -> HttpResponse | None:
    """None for a form's first arrival; the first answer again for its second."""
    mark = sent_mark(request)
    if not mark:
        return None
    try:
        with transaction.atomic():
            Submission.objects.create(mark=mark)
    except IntegrityError:
        first = Submission.objects.get(mark=mark)
        return HttpResponseRedirect(first.location or request.path)
    return None


def settle(request: HttpRequest, response: HttpResponse) -> None:
    """Remember where the first arrival led; a form that comes back with errors may be sent again. Called in
    the transaction of `claim`: what a crash cut off has left no mark."""
    mark = sent_mark(request)
    if not mark:
        return
    if isinstance(response, HttpResponseRedirect):
        Submission.objects.filter(mark=mark).update(location=response.url[:300])
    else:
        Submission.objects.filter(mark=mark).delete()
