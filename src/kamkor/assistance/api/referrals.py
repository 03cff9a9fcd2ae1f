"""Referrals as their receiver works on them: listed, read, answered, reported on."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from kamkor.access.actor import TokenActor
from kamkor.access.api.endpoints import ApiRequest, Handler, endpoint
from kamkor.access.api.paging import newest_first
from kamkor.access.api.problems import NotFound
from kamkor.access.api.schemas import CodeOf, In, Key, Out, Page, Paged
from kamkor.access.models import Desk
from kamkor.assistance import sharing
from kamkor.assistance.actions import answering
from kamkor.assistance.actions import referrals as actions
from kamkor.assistance.models import Referral, ReferralStep
from kamkor.people.exclusions import note_try
from kamkor.people.turning import turn_due_files

router = Router(tags=["referrals"])
COLUMNS = ("code", "service", "purpose", "urgency", "sent_at", "due_at", "ends_on", "answered_at", "result")


class ReferralRow(Out):
    """A referral in a list: it names nobody."""

    id: int
    code: str
    side: Literal["sent", "received"]
    sender: str
    receiver: str
    service: str
    purpose: str
    urgency: str
    status: str
    late: bool
    sent_at: datetime | None
    due_at: datetime | None
    ends_on: date | None
    answered_at: datetime | None
    decline_reason: str
    result: str


class SharedItem(Out):
    """One thing that she agreed to share; a document is read by its identifier."""

    label: str
    text: str
    document: UUID | None


class Step(Out):
    verb: str
    at: datetime
    desk: str
    reason: str
    report: str | None


class ReferralOut(ReferralRow):
    items: list[SharedItem]
    steps: list[Step]


class DocumentOut(Out):
    media_type: str
    content: Annotated[str, Field(description="In base64.")]


class ReferralFilter(Paged):
    side: Literal["sent", "received"] = "received"
    status: Annotated[str, CodeOf("referral_status", blank=True)] = ""


class DeclineIn(In):
    reason: Annotated[str, CodeOf("decline_reason")]


class ReportIn(In):
    text: Annotated[str, Field(min_length=1, max_length=4000, description="No address of a shelter.")]


class FinishIn(In):
    helped: bool
    result: Annotated[str, CodeOf("service_result")]
    text: Annotated[str, Field(max_length=4000)] = ""


def note_referral(actor: TokenActor, pk: int) -> None:
    note_try(actor, Referral._base_manager.filter(pk=pk).values_list("person", flat=True).first())


@router.get(
    "referrals", response=Page[ReferralRow], operation_id="list_referrals", summary="Referrals of the desk"
)
@endpoint("referral.list", title=_("List referrals by code, without names"))
def referrals(request: ApiRequest, desk: Desk, asked: Query[ReferralFilter]) -> Page[ReferralRow]:
    side = Q(desk=desk) if asked.side == "sent" else Q(receiver=desk)
    rows = Referral.objects.visible_to(request.actor).filter(side)
    if asked.status:
        rows = rows.filter(status=asked.status)
    rows = rows.select_related("desk", "receiver", "outside", "consent")
    return newest_first(rows, asked, lambda found: [row(request.actor, one) for one in found])


@router.get(
    "referrals/{int:id}",
    response=ReferralOut,
    operation_id="read_referral",
    summary="What was shared, and more",
)
@endpoint(
    "referral.read",
    Referral,
    title=_("Read referrals, with what was agreed to be shared"),
    needs=("referral.see",),
    missing=note_referral,
)
def read_referral(request: ApiRequest, referral: Referral) -> ReferralOut:
    """The receiver gets exactly the items that she agreed to; reading it marks it as seen."""
    actor = request.actor
    if referral.desk_id == actor.desk_id:
        turn_due_files(actor, referral.person)
    elif actor.may("referral.see", referral):
        answering.see(actor, referral)
        referral.refresh_from_db()
    return whole(actor, referral)


@router.get(
    "referrals/{int:id}/documents/{uuid:item}",
    response=DocumentOut,
    operation_id="read_referral_document",
    summary="A shared document",
)
@endpoint("referral.read", Referral, title=_("Read referrals"), missing=note_referral)
def read_document(request: ApiRequest, referral: Referral, item: Key) -> DocumentOut:
    actor = request.actor
    shared = referral.consent.items.filter(label=sharing.DOCUMENT, pk=item).select_related("file").first()
    own = referral.desk_id == actor.desk_id
    if shared is None or (own and not actor.may_here("document.read")):
        raise NotFound
    content = b64encode(actor.keyring.read_bytes(shared)).decode()
    return DocumentOut(media_type=shared.media_type, content=content)


def deed(verb: str, *, name: str, summary: str, title: str | Promise) -> Callable[[Handler], Handler]:
    """An operation on one referral, answered with the referral as it is then."""
    path = "referrals/{int:id}/" + verb.partition(".")[2]
    post = router.post(path, response=ReferralRow, operation_id=name, summary=summary)
    guard = endpoint(verb, Referral, title=title, changes=True, missing=note_referral)
    return lambda handler: post(guard(handler))


@deed("referral.accept", name="accept_referral", summary="Accept it", title=_("Accept referrals"))
def accept(request: ApiRequest, referral: Referral) -> ReferralRow:
    answering.accept(request.actor, referral)
    return now(request.actor, referral)


@deed("referral.decline", name="decline_referral", summary="Decline it", title=_("Decline referrals"))
def decline(request: ApiRequest, referral: Referral, given: DeclineIn) -> ReferralRow:
    answering.decline(request.actor, referral, reason=given.reason)
    return now(request.actor, referral)


@deed("referral.start", name="start_referral", summary="Begin the work", title=_("Begin work on referrals"))
def start(request: ApiRequest, referral: Referral) -> ReferralRow:
    answering.start(request.actor, referral)
    return now(request.actor, referral)


@deed("referral.report", name="report_on_referral", summary="Report back", title=_("Report on referrals"))
def report(request: ApiRequest, referral: Referral, given: ReportIn) -> ReferralRow:
    answering.report(request.actor, referral, text=given.text)
    return now(request.actor, referral)


@deed("referral.finish", name="finish_referral", summary="Say how it ended", title=_("Finish referrals"))
def finish(request: ApiRequest, referral: Referral, given: FinishIn) -> ReferralRow:
    answering.finish(request.actor, referral, helped=given.helped, result=given.result, text=given.text)
    return now(request.actor, referral)


@deed("referral.recall", name="recall_referral", summary="Take it back", title=_("Take referrals back"))
def recall(request: ApiRequest, referral: Referral) -> ReferralRow:
    actions.recall(request.actor, referral)
    return now(request.actor, referral)


# What the operations answer with.


def row(actor: TokenActor, referral: Referral) -> ReferralRow:
    return ReferralRow(
        id=referral.pk,
        side="sent" if referral.desk_id == actor.desk_id else "received",
        sender=referral.desk.code,
        receiver=referral.provider.code,
        status=referral.standing,
        late=referral.late,
        decline_reason=referral.decline_reason,
        **{name: getattr(referral, name) for name in COLUMNS},
    )


def now(actor: TokenActor, referral: Referral) -> ReferralRow:
    referral.refresh_from_db()
    return row(actor, referral)


def whole(actor: TokenActor, referral: Referral) -> ReferralOut:
    shared = sharing.read(actor, sharing.items_of(referral.consent.items))
    items = [SharedItem(label=one.label, text=one.text, document=one.document) for one in shared]
    return ReferralOut(**row(actor, referral).model_dump(), items=items, steps=list(_steps(actor, referral)))


def _steps(actor: TokenActor, referral: Referral) -> Iterable[Step]:
    rows = ReferralStep.objects.visible_to(actor).filter(referral=referral)
    found = list(rows.select_related("desk", "report__file").order_by("pk"))
    texts = actor.keyring.read_many([step.report for step in found if step.report])
    for step in found:
        text = texts.get(step.report_id) if step.report_id else None
        yield Step(verb=step.verb, at=step.at, desk=step.desk.code, reason=step.reason, report=text)
