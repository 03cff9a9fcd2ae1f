"""A form sent twice counts once: the second arrival of its random mark repeats the first answer."""

import secrets

from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

FIELD = "once"


class Submission(models.Model):
    """A form's mark and where its sender was led."""

    mark = models.CharField(max_length=43, unique=True)
    location = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.mark[:8]


def new_mark() -> str:
    return secrets.token_urlsafe(18)


def claim(request: HttpRequest) -> HttpResponse | None:
    """None for a form's first arrival; the first answer again for its second."""
    mark = request.POST.get(FIELD, "")[:43]
    if request.method != "POST" or not mark:
        return None
    try:
        with transaction.atomic():
            Submission.objects.create(mark=mark)
    except IntegrityError:
        first = Submission.objects.get(mark=mark)
        return HttpResponseRedirect(first.location or request.path)
    return None


def settle(request: HttpRequest, response: HttpResponse | None) -> None:
    """Remember where the first arrival led; a form that comes back with errors may be sent again."""
    mark = request.POST.get(FIELD, "")[:43] if request.method == "POST" else ""
    if not mark:
        return
    if isinstance(response, HttpResponseRedirect):
        Submission.objects.filter(mark=mark).update(location=response.url[:300])
    else:
        Submission.objects.filter(mark=mark).delete()
