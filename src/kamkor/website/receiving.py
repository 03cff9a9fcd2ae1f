"""Which desk receives what comes in by the public door."""

from django.conf import settings

from kamkor.access.models import Desk

LINES = "hotline"


def receiving_desk() -> Desk | None:
    """The one that the installation names, else its oldest line; None where there is none yet."""
    desks = Desk.objects.filter(active=True).select_related("holder").order_by("pk")
    if settings.PUBLIC_DESK:
        return desks.filter(code=settings.PUBLIC_DESK).first()
    return desks.filter(kind=LINES).first()
