"""What of the requests of relatives is old, and how it ends; run by `kamkor tick` with the other classes."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef
from django.utils import timezone

from kamkor.crossborder.models import Asked, Match, SearchRequest, SearchStep
from kamkor.people import erasure, retention
from kamkor.people.retention import RecordClass
from kamkor.vault.keyring import destroy
from kamkor.vault.models import File


def ended(day: date) -> Iterable[SearchRequest]:
    return SearchRequest._base_manager.filter(ended_on__lt=day).select_related("desk", "file")


def asleep(day: date) -> Iterable[SearchRequest]:
    """Searches that nobody has ended, and in which nothing was done since the day."""
    since = timezone.make_aware(datetime.combine(day, time.min))
    steps = SearchStep._base_manager.filter(request=OuterRef("pk"), recorded_at__gte=since)
    rows = SearchRequest._base_manager.filter(ended_on=None, taken_at__lt=since).exclude(Exists(steps))
    return rows.select_related("desk", "file")


def end_request(search: SearchRequest) -> None:
    """All of it goes: nothing of a request is counted, and its rows alone would say that somebody asked."""
    erasure.register([search.file_id])
    destroy(search.file)
    for model in (Match, Asked, SearchStep):
        model._base_manager.filter(request=search).delete()
    search.delete()
    File.objects.filter(pk=search.file_id).delete()


def _nobody(_row: object) -> None:
    return None


retention.CLASSES |= {
    "search_request": RecordClass(ended, end_request, _nobody),
    "search_asleep": RecordClass(asleep, end_request, _nobody),
}
