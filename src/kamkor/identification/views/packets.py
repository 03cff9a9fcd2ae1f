"""Pages of the commission's packet: prepared and followed by the desk, decided by the commission."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.pages import desk_page
from kamkor.identification import signs
from kamkor.identification.actions import facts
from kamkor.identification.actions import packets as actions
from kamkor.identification.forms.packets import DecideForm, PacketForm, SubmitForm
from kamkor.identification.models import Answer, Fact, Packet
from kamkor.people import files
from kamkor.people.models import Person
from kamkor.people.pages import person_page
from kamkor.people.spoken import Asked, Spoken, language_of, say
from kamkor.vault.models import Item

FINDABLE = ("name", "call_name", "phone", "email", "messenger", "relative", "identity_number")


@desk_page("packet.list", methods=("GET",))
def packets(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Those of the desk, and for a commission those that wait for it: code, kind of desk and dates."""
    rows = (
        Packet.objects.visible_to(request.actor).select_related("desk", "commission").order_by("-prepared_at")
    )
    context = {
        "own": [row for row in rows if desk.pk in (row.desk_id, row.carried_to_id)],
        "received": [row for row in rows if row.commission_id == desk.pk and row.submitted_at],
    }
    return render(request, "identification/packets.html", context)


@person_page("packet.prepare")
def prepare(request: DeskRequest, person: Person) -> HttpResponse:
    """A new packet; with `?draft=` one that has not been submitted yet."""
    actor = request.actor
    draft = _draft(actor, person, request.GET.get("draft", ""))
    form = PacketForm(
        request.POST if request.method == "POST" else None,
        commissions=_commissions(actor),
        signs=_told(actor, person),
        known=_known(actor, person),
        initial=_written(actor, draft) if draft else {"signs": _told(actor, person)},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        packet = actions.prepare(
            actor,
            person,
            commission=given["commission"],
            reasons=given["reasons"],
            signs=given.get("signs", []),
            draft=draft,
            version=given["version"] or 0,
        )
        return redirect("packet", packet.pk)
    context = {"form": form, "person": person}
    return render(request, "identification/packet_form.html", context, status=422 if form.errors else 200)


@person_page("packet.read", Packet)
def packet(request: DeskRequest, packet: Packet) -> HttpResponse:
    """What the commission sees; below it, the next step of the desk or of the commission."""
    actor = request.actor
    # The reasons are out of reach of a desk that took the case over: then there is no text.
    items = Item.objects.filter(pk__in=[packet.reasons_id, packet.answer_id])
    texts = actor.keyring.read_many(items)
    own = actor.desk_id in (packet.desk_id, packet.carried_to_id)
    sent = request.POST if request.method == "POST" else None
    form = DecideForm(sent) if _may_decide(actor, packet) else None
    if request.method == "POST" and form is not None and form.is_valid():
        actions.decide(actor, packet, **form.cleaned_data)
        messages.success(request, _("The decision is recorded, and the desk that asked sees it."))
        return redirect("packets")
    context = {
        "packet": packet,
        "signs": signs.by_dimension(packet.signs),
        "reasons": texts.get(packet.reasons_id, ""),
        "answer": texts.get(packet.answer_id, "") if packet.answer_id else "",
        "own": own,
        "person": packet.person_of(actor) if own else None,
        "recorded": Fact.objects.visible_to(actor).filter(packet=packet).exists(),
        "may_record": packet.decided_at and actor.may("packet.record", packet),
        "submit_form": _submit_form(actor, packet),
        "spoken": _spoken(packet) if own and not packet.submitted_at else [],
        "form": form,
    }
    return render(request, "identification/packet.html", context, status=422 if form and form.errors else 200)


@person_page("packet.submit", Packet, methods=("POST",))
def submit(request: DeskRequest, packet: Packet) -> HttpResponse:
    if SubmitForm(request.POST).is_valid():
        actions.submit(request.actor, packet, language=language_of(packet.person))
        messages.success(request, _("Submitted under its code. All help goes on, whatever is decided."))
    else:
        messages.error(request, _("Ask the person first; without a yes nothing is sent."))
    return redirect("packet", packet.pk)


@person_page("packet.record", Packet, methods=("POST",))
def record(request: DeskRequest, packet: Packet) -> HttpResponse:
    facts.record_decision(request.actor, packet)
    messages.success(request, _("The decision is among the facts. Nothing that the person is given changes."))
    return redirect("fact-add", packet.person_of(request.actor).pk)


def _may_decide(actor: Actor, packet: Packet) -> bool:
    return packet.decided_at is None and actor.may("packet.decide", packet)


def _submit_form(actor: Actor, packet: Packet) -> SubmitForm | None:
    return SubmitForm() if not packet.submitted_at and actor.may("packet.submit", packet) else None


def _spoken(packet: Packet) -> list[Spoken]:
    asked = Asked(
        script="consent_sharing",
        purpose=("consent_purpose", "identification"),
        receiver=packet.commission,
        items=lambda: [_("The reasons and the signs on this page, without your name")],
        ends_on=timezone.localdate() + actions.READ_FOR,
    )
    return say(asked, language_of(packet.person))


def _commissions(actor: Actor) -> QuerySet[Desk]:
    return Desk.objects.visible_to(actor).filter(kind="commission").order_by("code")


def _draft(actor: Actor, person: Person, pk: str) -> Packet | None:
    if not pk:
        return None
    rows = Packet.objects.visible_to(actor).filter(person__in=person.all_ids(), desk_id=actor.desk_id)
    found: Packet = get_object_or_404(rows, pk=pk if pk.isdecimal() else 0)
    return found


def _written(actor: Actor, draft: Packet) -> dict[str, object]:
    reasons = actor.keyring.read(draft.reasons)
    return {
        "commission": draft.commission_id,
        "signs": draft.signs,
        "reasons": reasons,
        "version": draft.reasons.version,
    }


def _told(actor: Actor, person: Person) -> list[str]:
    rows = Answer.objects.visible_to(actor).filter(person__in=person.all_ids(), value="yes")
    return list(dict.fromkeys(rows.order_by("indicator").values_list("indicator", flat=True)))


def _known(actor: Actor, person: Person) -> list[str]:
    """What would name her, so that it is not sent by mistake."""
    by_kind = files.read_particulars(actor, [person]).get(person.pk, {})
    return [person.code, *(text for kind in FINDABLE for text in by_kind.get(kind, []))]
