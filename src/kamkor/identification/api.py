"""Contacts, for the systems of other lines; packets, for those that follow a decision."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import Field

from kamkor.access.api.endpoints import ApiRequest, endpoint
from kamkor.access.api.paging import newest_first
from kamkor.access.api.schemas import CodeOf, In, Moment, Out, Page, Paged
from kamkor.access.models import Desk
from kamkor.identification.actions import contacts as actions
from kamkor.identification.models import Contact, Packet

router = Router(tags=["contacts"])
COLUMNS = (
    *("kind", "channel", "started_at", "ended_at", "seconds", "safe_to_talk", "about", "danger", "topic"),
    *("advice", "callback", "outcome", "language", "country", "version"),
)


class ContactOut(Out):
    """A contact without what was noted: that is sealed, and not given out here."""

    id: int
    kind: str
    channel: str
    started_at: datetime
    ended_at: datetime | None
    seconds: int | None
    safe_to_talk: str
    about: str
    danger: str
    topic: str
    advice: str
    callback: str
    outcome: str
    language: str
    country: str
    version: int

    @classmethod
    def of(cls, contact: Contact) -> "ContactOut":
        return cls(id=contact.pk, **{name: getattr(contact, name) for name in COLUMNS})


class ContactFacts(In):
    """What may be said of a contact. It names nobody; what is noted is sealed for the staff of the desk."""

    safe_to_talk: Annotated[str, CodeOf("yes_no_unknown", blank=True)] = ""
    about: Annotated[str, CodeOf("contact_about", blank=True)] = ""
    danger: Annotated[str, CodeOf("danger", blank=True)] = ""
    topic: Annotated[str, CodeOf("contact_topic", blank=True)] = ""
    advice: Annotated[str, CodeOf("contact_advice", blank=True)] = ""
    callback: Annotated[str, CodeOf("callback_rule", blank=True)] = ""
    outcome: Annotated[str, CodeOf("contact_outcome", blank=True)] = ""
    language: Annotated[str, CodeOf("language", blank=True)] = ""
    country: Annotated[str, CodeOf("country", blank=True)] = ""
    note: Annotated[str, Field(max_length=10_000)] = ""
    callback_number: Annotated[str, Field(max_length=60)] = ""
    caller: Annotated[
        str, Field(max_length=40, description="Not kept; only a code that tells a second call from it.")
    ] = ""


class ContactIn(ContactFacts):
    """One contact that is over."""

    kind: Annotated[str, CodeOf("contact_kind")]
    channel: Annotated[str, CodeOf("channel")]
    seconds: Annotated[int, Field(ge=0, le=actions.DAY)] = 0


class ContactFilter(Paged):
    kind: Annotated[str, CodeOf("contact_kind", blank=True)] = ""
    since: Annotated[Moment | None, Field(description="Begun at or after this moment.")] = None


@router.get(
    "contacts", response=Page[ContactOut], operation_id="list_contacts", summary="Contacts of the desk"
)
@endpoint("contact.list", title=_("List contacts, without what was noted"))
def contacts(request: ApiRequest, desk: Desk, asked: Query[ContactFilter]) -> Page[ContactOut]:
    rows = Contact.objects.visible_to(request.actor).standing()
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.since:
        rows = rows.filter(started_at__gte=asked.since)
    return newest_first(rows, asked, _shown)


@router.post(
    "contacts", response={201: ContactOut}, operation_id="record_contact", summary="Record a contact"
)
@endpoint(
    "contact.record",
    title=_("Record a contact"),
    needs=("contact.open", "contact.close"),
    changes=True,
)
def record_contact(request: ApiRequest, desk: Desk, given: ContactIn) -> Status[ContactOut]:
    said = given.model_dump(exclude={"kind", "channel", "seconds"})
    contact = actions.open_contact(request.actor, desk, channel=given.channel)
    actions.close(
        request.actor, contact, kind=given.kind, given=said, version=contact.version, seconds=given.seconds
    )
    contact.refresh_from_db()
    return Status(201, ContactOut.of(contact))


@router.get("contacts/{int:id}", response=ContactOut, operation_id="read_contact", summary="One contact")
@endpoint("contact.read", Contact, title=_("Read contacts, without what was noted"), versioned=True)
def read_contact(request: ApiRequest, contact: Contact) -> ContactOut:
    return ContactOut.of(contact)


@router.patch(
    "contacts/{int:id}", response=ContactOut, operation_id="change_contact", summary="Write on in a contact"
)
@endpoint("contact.record", Contact, title=_("Record a contact"), versioned=True, changes=True)
def change_contact(request: ApiRequest, contact: Contact, given: ContactFacts) -> ContactOut:
    """While it is open, as on the page; a field that is left out stays as it is."""
    said = given.model_dump(exclude_unset=True)
    actions.record(request.actor, contact, given=said, version=contact.version)
    contact.refresh_from_db()
    return ContactOut.of(contact)


class PacketOut(Out):
    """A packet by its code: how far it is, and what was decided. The reasons are not given out here."""

    id: int
    code: str
    desk: str
    commission: str
    submitted_at: datetime | None
    due_at: datetime | None
    late: bool
    decision: str
    decided_on: date | None

    @classmethod
    def of(cls, packet: Packet) -> "PacketOut":
        return cls(
            id=packet.pk,
            code=packet.code,
            desk=packet.desk.code,
            commission=packet.commission.code,
            submitted_at=packet.submitted_at,
            due_at=packet.due_at,
            late=packet.late,
            decision=packet.decision,
            decided_on=packet.decided_on,
        )


class PacketFilter(Paged):
    state: Literal["open", "decided", "all"] = "all"


@router.get("packets", response=Page[PacketOut], operation_id="list_packets", summary="Packets of the desk")
@endpoint("packet.list", title=_("List packets by code, without names"))
def packets(request: ApiRequest, desk: Desk, asked: Query[PacketFilter]) -> Page[PacketOut]:
    """Those that the desk prepared; for a commission, those submitted to it."""
    rows = Packet.objects.visible_to(request.actor).select_related("desk", "commission")
    if asked.state != "all":
        rows = rows.filter(decided_at__isnull=asked.state == "open")
    return newest_first(rows, asked, lambda found: [PacketOut.of(row) for row in found])


def _shown(rows: Iterable[Contact]) -> list[ContactOut]:
    return [ContactOut.of(row) for row in rows]
