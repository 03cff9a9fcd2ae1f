"""Handovers of cases as both desks see them: by code, without a name."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from kamkor.access.actor import TokenActor
from kamkor.access.api.endpoints import ApiRequest, endpoint
from kamkor.access.api.paging import newest_first
from kamkor.access.api.schemas import Out, Page, Paged
from kamkor.access.models import Desk
from kamkor.assistance.models import Handover

router = Router(tags=["handovers"])


class HandoverOut(Out):
    id: int
    code: str
    side: Literal["offered", "received"]
    desk: str
    receiver: str
    state: Literal["waiting", "accepted", "declined", "recalled", "ended"]
    accepted_at: datetime | None
    reads_until: date | None


class HandoverFilter(Paged):
    side: Literal["offered", "received", "all"] = "all"


@router.get(
    "handovers", response=Page[HandoverOut], operation_id="list_handovers", summary="Cases handed over"
)
@endpoint("handover.read", title=_("List handovers by code, without names"))
def handovers(request: ApiRequest, desk: Desk, asked: Query[HandoverFilter]) -> Page[HandoverOut]:
    rows = Handover.objects.visible_to(request.actor).select_related("desk", "receiver", "consent")
    if asked.side != "all":
        rows = rows.filter(**{"desk" if asked.side == "offered" else "receiver": desk})
    return newest_first(rows, asked, lambda found: list(_rows(request.actor, found)))


def row(actor: TokenActor, handover: Handover) -> HandoverOut:
    return HandoverOut(
        id=handover.pk,
        code=handover.code,
        side="offered" if handover.desk_id == actor.desk_id else "received",
        desk=handover.desk.code,
        receiver=handover.receiver.code,
        state=_state(handover),
        accepted_at=handover.accepted_at,
        reads_until=handover.reads_until,
    )


def _rows(actor: TokenActor, found: Iterable[Handover]) -> Iterable[HandoverOut]:
    return (row(actor, one) for one in found)


def _state(handover: Handover) -> Literal["waiting", "accepted", "declined", "recalled", "ended"]:
    if handover.accepted_at:
        return "accepted"
    if handover.declined_at:
        return "declined"
    if handover.recalled_at:
        return "recalled"
    return "waiting" if handover.waiting else "ended"
