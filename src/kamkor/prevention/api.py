"""The register of recruiters, for other systems."""

from datetime import date
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from kamkor.access.api.endpoints import ApiRequest, endpoint
from kamkor.access.api.paging import in_order
from kamkor.access.api.schemas import Out, Page, Paged
from kamkor.access.models import Desk
from kamkor.prevention import register
from kamkor.prevention.models import Recruiter
from kamkor.prevention.register import Standings
from kamkor.prevention.views.recruiters import with_permits

router = Router(tags=["prevention"])
MOST = 50


class PermitOut(Out):
    """A permit as it stood on the day that was asked for. `state` is empty where nothing had happened yet."""

    country: str
    partner: str
    number: str
    state: str
    since: date | None
    until: date | None
    in_force: bool

    @classmethod
    def of(cls, row: Standings) -> "PermitOut":
        same = {name: getattr(row.permit, name) for name in ("country", "partner", "number")}
        now = {name: getattr(row.now, name) for name in ("state", "since", "until", "in_force")}
        return cls(**same, **now)


class Firm(Out):
    """A firm that may be meant. A permit makes no offer safe."""

    id: int
    name: str
    spellings: list[str]
    number: str
    place: str
    permits: list[PermitOut]


class FirmFilter(Paged):
    name: Annotated[str, Field(max_length=160, description="In any spelling or script; empty: all.")] = ""
    day: Annotated[date | None, Field(description="As of which day; without it, today.")] = None


@router.get(
    "recruiters",
    response=Page[Firm],
    operation_id="search_recruiters",
    summary="Firms of the register that a name may mean, with their permits",
)
@endpoint("recruiter.list", title=_("Search the register of recruiters"))
def recruiters(request: ApiRequest, desk: Desk, asked: Query[FirmFilter]) -> Page[Firm]:
    rows = list(Recruiter.objects.visible_to(request.actor).order_by("pk"))
    if asked.name:
        rows = sorted(register.likely(asked.name, rows, top=MOST), key=lambda firm: firm.pk)
    day = asked.day or timezone.localdate()
    return in_order(rows, asked, lambda firm: [firm.pk], lambda firms: _shown(firms, day))


def _shown(firms: list[Recruiter], day: date) -> list[Firm]:
    same = ("id", "name", "spellings", "number", "place")
    return [
        Firm(**{name: getattr(firm, name) for name in same}, permits=[PermitOut.of(row) for row in permits])
        for firm, permits in with_permits(firms, day)
    ]
