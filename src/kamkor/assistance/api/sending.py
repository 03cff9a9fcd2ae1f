"""Referrals as their sender makes them: what can be shared, and sending it with her consent."""

from typing import Annotated, Literal
from uuid import UUID

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status
from pydantic import Field

from kamkor.access.actor import TokenActor
from kamkor.access.api.endpoints import ApiRequest, endpoint
from kamkor.access.api.problems import FieldError, Invalid
from kamkor.access.api.schemas import CodeOf, Day, In, Key, Language, Out, Text
from kamkor.assistance import sharing
from kamkor.assistance.actions import referrals as actions
from kamkor.assistance.api.cases import note_case
from kamkor.assistance.api.referrals import ReferralRow, row
from kamkor.assistance.models import Case
from kamkor.assistance.views.referrals import offers_for
from kamkor.directory.models import Offer
from kamkor.vault.models import Item

router = Router(tags=["referrals"])


class ShareableOut(Out):
    item: UUID
    kind: str
    label: str


class Shareables(Out):
    items: list[ShareableOut]


class ToShareIn(In):
    """Her yes to exactly these items for this receiver, or the ground on which it could not wait."""

    ground: Literal["consent", "emergency", "child"]
    reason: Text = ""
    ends_on: Annotated[Day, Field(description="Until when the receiver may read.")]
    language: Language
    interpreter: bool = False


class ReferralIn(In):
    offer: Annotated[int, Field(ge=1, description="The id of the service, from the search of services.")]
    purpose: Annotated[str, CodeOf("referral_purpose")]
    urgency: Literal["emergency", "urgent", "normal"] = "normal"
    items: Annotated[list[Key], Field(max_length=100)] = []
    basics: Annotated[bool, Field(description="Sex, adult or child, languages, interpreter.")] = False
    message: Annotated[Text, Field(description="What is asked for. No address of a shelter.")] = ""
    consent: ToShareIn

    def agreement(self) -> actions.Agreement:
        said = self.consent
        reason = "" if said.ground == "consent" else said.reason
        return actions.Agreement(said.ends_on, said.ground, reason, said.language, said.interpreter)


@router.get(
    "cases/{int:id}/shareable",
    response=Shareables,
    operation_id="list_shareable",
    summary="What of a case could be shared",
)
@endpoint("referral.draft", Case, title=_("See what of a case could be shared"), missing=note_case)
def shareable(request: ApiRequest, case: Case) -> Shareables:
    rows = sharing.shareable(request.actor, case)
    return Shareables(items=[ShareableOut(item=one.item.pk, kind=one.kind, label=one.label) for one in rows])


@router.post(
    "cases/{int:id}/referrals",
    response={201: ReferralRow},
    operation_id="send_referral",
    summary="Refer to another desk or organisation",
)
@endpoint("referral.send", Case, title=_("Send referrals, with consent"), changes=True, missing=note_case)
def send(request: ApiRequest, case: Case, given: ReferralIn) -> Status[ReferralRow]:
    offer = _offer(request.actor, case, given.offer)
    items = _items(request.actor, case, given)
    asked = actions.Request(offer, given.purpose, given.urgency, given.message)
    sent = actions.send(
        request.actor, case, request=asked, agreement=given.agreement(), items=items, basics=given.basics
    )
    return Status(201, row(request.actor, sent))


def _offer(actor: TokenActor, case: Case, pk: int) -> Offer:
    """Only who takes her, and nobody from whom she is kept: all else is as if it were not there."""
    found = next((offer for offer in offers_for(actor, case.person.standing()) if offer.pk == pk), None)
    if found is None:
        error = FieldError(
            "/offer", _now("There is no such service for this person."), _now("Search the services.")
        )
        raise Invalid(error)
    return found


def _items(actor: TokenActor, case: Case, given: ReferralIn) -> list[Item]:
    if not (given.items or given.basics or given.message):
        detail = _now("Choose at least one thing to pass on, or write a message.")
        raise Invalid(FieldError("/items", detail, _now("Add it.")))
    known = {one.item.pk: one.item for one in sharing.shareable(actor, case)}
    if unknown := [place for place, key in enumerate(given.items) if key not in known]:
        detail, mend = _now("This cannot be shared from this case."), _now("Ask what can be shared.")
        raise Invalid(*(FieldError(f"/items/{place}", detail, mend) for place in unknown))
    return [known[key] for key in dict.fromkeys(given.items)]
