"""Pages of referrals: the list, the one page that both sides have, and what the sender does."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kamkor.access import policy
from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance import sharing
from kamkor.assistance.actions import answering
from kamkor.assistance.actions import referrals as actions
from kamkor.assistance.forms.referrals import AnswerForm, QuickForm, SendForm
from kamkor.assistance.models import Case, Referral, ReferralStep
from kamkor.assistance.sharing import Shown
from kamkor.assistance.views.frame import case_page
from kamkor.base.pages import desk_page
from kamkor.base.uploads import attachment
from kamkor.directory.forms import SearchForm
from kamkor.directory.models import SHELTERS, Offer
from kamkor.directory.places import chain
from kamkor.directory.search import Wanted, find
from kamkor.methods.journeys import REFERRAL
from kamkor.people.models import Exclusion, Person
from kamkor.people.spoken import Asked, filled, language_of, only_said, say, say_in
from kamkor.people.turning import turn_due_files
from kamkor.vault.spool import spooled


@desk_page("referral.list", methods=("GET",))
def referrals(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What came in, waiting first, and what went out. Before it is opened, a received one names nobody."""
    receives = request.actor.role in policy.RECEIVERS
    sent = request.GET.get("sent") == "1" or not receives
    side = Q(desk=desk) | Q(carried_to=desk) if sent else Q(receiver=desk)
    waiting = ExpressionWrapper(Q(status__in=Referral.WAITING), output_field=BooleanField())
    rows = Referral.objects.visible_to(request.actor).filter(side).annotate(waiting=waiting)
    rows = rows.select_related("desk", "carried_to", "receiver", "outside", "consent").order_by(
        "-waiting", "due_at", "-pk"
    )
    tabs = [
        {"label": _("Received"), "url": reverse("referrals"), "current": not sent},
        {"label": _("Sent"), "url": f"{reverse('referrals')}?sent=1", "current": sent},
    ]
    context = {
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "sent": sent,
        "items": tabs if receives else [],
        "quick": request.actor.may_here("referral.quick"),
        "from_file": request.actor.may_here("referral.take_file"),
    }
    return render(request, "assistance/referrals.html", context)


@case_page("referral.read", Referral, methods=("GET",))
def referral(request: DeskRequest, referral: Referral) -> HttpResponse:
    """For the receiver exactly the items that she agreed to, and nothing else; opening it marks it seen."""
    actor = request.actor
    own = actor.desk_id in (referral.desk_id, referral.carried_to_id)
    if referral.desk_id == actor.desk_id:
        turn_due_files(actor, referral.person)
    elif actor.may("referral.see", referral):
        answering.see(actor, referral)
        referral.refresh_from_db()
    context = {
        "referral": referral,
        "own": own,
        "shown": shown(actor, referral),
        "steps": steps(actor, referral),
        "verbs": verbs(actor, referral),
        "by_voice": referral.service in SHELTERS and referral.standing in answering.UNDER_WAY,
        "case": own_case(actor, referral),
        "may_place": referral.standing in answering.UNDER_WAY and actor.may("placement.begin", referral),
    }
    return render(request, "assistance/referral.html", context)


@case_page("referral.read", Referral, methods=("GET",))
def referral_document(request: DeskRequest, referral: Referral, item: UUID) -> HttpResponse:
    """One shared document; the name of the saved file says nothing about anybody."""
    if referral.is_carried_to(request.actor):
        raise Http404
    documents = referral.consent.items.filter(label=sharing.DOCUMENT).exclude(sealed=b"")
    shared = get_object_or_404(documents, pk=item)
    if referral.desk_id == request.actor.desk_id and not request.actor.may_here("document.read"):
        raise Http404
    extension = shared.media_type.rpartition("/")[2][:4]
    return attachment(spooled(request.actor.keyring, shared), f"{referral.code}.{extension}")


@case_page("referral.draft", Case)
def referral_new(request: DeskRequest, case: Case) -> HttpResponse:
    """First the service and who gives it, found in the directory; then one page for all the rest."""
    person = case.person.standing()
    chosen = request.GET.get("offer", "")
    offer = next((row for row in offers_for(request.actor, person) if str(row.pk) == chosen), None)
    if offer is None:
        return choose_offer(request, case, person)
    return send_form(request, case, person, offer)


def choose_offer(request: DeskRequest, case: Case, person: Person) -> HttpResponse:
    """The directory as it looks for her: only who takes her, and nobody from whom she is kept."""
    given = {"sex": person.sex, "age": person.age or "adult", "place": person.home_place} | request.GET.dict()
    form = SearchForm(given)
    found = offers_for(request.actor, person, form.wanted())
    context = {
        "case": case,
        "form": form,
        "page": Paginator(found, 40).get_page(request.GET.get("page")),
        "choose": f"{reverse('referral-new', args=[case.pk])}?",
    }
    return render(request, "assistance/referral_choose.html", context)


def send_form(request: DeskRequest, case: Case, person: Person, offer: Offer) -> HttpResponse:
    language = language_of(person, request.GET.get("language", ""))
    items = sharing.shareable(request.actor, case)
    form = SendForm(request.POST or None, items=items, person=person)
    if request.method == "POST" and not only_said(request) and form.is_valid():
        given = form.cleaned_data
        asked = actions.Request(offer, given["purpose"], given["urgency"], given["message"])
        sent = actions.send(
            request.actor,
            case,
            request=asked,
            agreement=form.agreement(language),
            items=form.items_chosen(),
            basics=given["basics"],
        )
        return redirect("referral", sent.pk)
    context = {
        "form": form,
        "offer": offer,
        "case": case,
        "spoken": say(asked_of(request.actor, case, offer, filled(form)), language),
    }
    if only_said(request):
        form.errors.clear()
    return render(request, "assistance/referral_send.html", context, status=422 if form.errors else 200)


@desk_page("referral.quick")
def referral_quick(request: DeskRequest, desk: Desk) -> HttpResponse:
    """One page, ninety seconds, no file to search for."""
    offers = [offer for offer in find(request.actor, Wanted()) if offer.desk_id != desk.pk]
    form = QuickForm(request.POST or None, offers=offers)
    if request.method == "POST" and not only_said(request) and form.is_valid():
        given = form.cleaned_data
        offer = form.offers[given["offer"]]
        sent = actions.send_quickly(
            request.actor,
            desk,
            request=actions.Request(offer, "service", form.urgency, given["note"]),
            agreement=form.agreement(),
            particulars={name: given[name] for name in ("call_name", "safe_contact")},
            facts={"sex": given["sex"], "age": given["age"], "languages": [given["language"]]},
            signs={name: given[name] for name in sharing.SIGNS},
        )
        return redirect("referral", sent.pk)
    said = filled(form)
    first = said.get("language") or get_language() or "en"
    spoken = say_in(asked_quickly(said, form.offers), [first, *dict(settings.LANGUAGES)])
    context = {"form": form, "spoken": spoken}
    if only_said(request):
        form.errors.clear()
    return render(request, "assistance/referral_quick.html", context, status=422 if form.errors else 200)


@case_page("referral.recall", Referral)
def recall(request: DeskRequest, referral: Referral) -> HttpResponse:
    if request.method == "POST":
        actions.recall(request.actor, referral)
        messages.success(request, _("Taken back. The receiver can no longer read it."))
        return redirect("referral", referral.pk)
    context = {
        "title": _("Take this referral back?"),
        "intro": _("The receiver stops reading at once. What they have already read cannot be unread."),
        "submit_label": _("Take it back"),
        "submit_kind": "warning",
        "cancel_url": reverse("referral", args=[referral.pk]),
    }
    return render(request, "base/confirm.html", context)


@case_page("referral.record_answer", Referral)
def record_answer(request: DeskRequest, referral: Referral) -> HttpResponse:
    form = AnswerForm(request.POST or None, verbs=REFERRAL.verbs(referral.standing))
    if request.method == "POST" and form.is_valid():
        actions.record_answer(request.actor, referral, **form.cleaned_data)
        messages.success(request, _("The answer is recorded."))
        return redirect("referral", referral.pk)
    context = {
        "form": form,
        "title": _("Record an answer by telephone or on paper"),
        "cancel_url": reverse("referral", args=[referral.pk]),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@case_page("referral.letter", Referral, methods=("POST",))
def letter(request: DeskRequest, referral: Referral) -> HttpResponse:
    """A neutral sheet to print: on the screen in answer to the button alone, and each time logged."""
    shown = actions.letter(request.actor, referral)
    documents = [row for row in shown if row.document]
    context = {
        "referral": referral,
        "shown": [row for row in shown if not row.document],
        "enclosed": documents,
    }
    return render(request, "assistance/letter.html", context)


# What the pages are made of.


def offers_for(actor: Actor, person: Person, wanted: Wanted | None = None) -> list[Offer]:
    """The offers of others that take her, without those from whom she is kept."""
    wanted = wanted or Wanted(age=person.age or "adult")
    desks, places = kept_from(actor, person)
    return [
        offer
        for offer in find(actor, wanted)
        if offer.desk_id != actor.desk_id
        and offer.desk_id not in desks
        and not places & set(chain(offer.provider.place))
        and (offer.children if person.is_child else offer.adults)
    ]


def kept_from(actor: Actor, person: Person) -> tuple[set[int | None], set[str]]:
    """The desks and places from which her file is kept."""
    rows = Exclusion.objects.visible_to(actor).filter(person__in=person.all_ids(), lifted_at=None)
    pairs = list(rows.values_list("excluded_desk_id", "place"))
    return {desk for desk, _place in pairs if desk}, {place for _desk, place in pairs if place}


def asked_of(actor: Actor, case: Case, offer: Offer, said: dict[str, Any]) -> Asked:
    """What she is asked to agree to, as far as it has been chosen."""

    def items() -> list[str]:
        chosen = sharing.labels(actor, case, said.get("items") or [])
        basics = [sharing.basics_label()] if said.get("basics") else []
        message = [_("A message: %(text)s") % {"text": said["message"]}] if said.get("message") else []
        return [*chosen, *basics, *message]

    return Asked(
        script="consent_sharing",
        purpose=("service_type", offer.service),
        receiver=offer.provider,
        items=items,
        ends_on=said.get("ends_on"),
    )


def asked_quickly(said: dict[str, Any], offers: dict[str, Offer]) -> Asked:
    """The same of the one page, of which all goes to the receiver."""
    offer = offers.get(said.get("offer") or "")

    def items() -> list[str]:
        labels = sharing.particular_labels(said)
        note = [_("A message: %(text)s") % {"text": said["note"]}] if said.get("note") else []
        return [sharing.basics_label(), _("Danger"), _("Doctor"), *labels, *note]

    return Asked(
        script="consent_quick",
        until=gettext_lazy("Until %(day)s."),
        purpose=("service_type", offer.service) if offer else None,
        receiver=offer.provider if offer else None,
        items=items,
        ends_on=actions.default_end(),
    )


def verbs(actor: Actor, referral: Referral) -> set[str]:
    """What this actor may do now: what the journey allows and the policy too."""
    possible = set(REFERRAL.verbs(referral.standing)) & {"accept", "decline", "start", "finish", "recall"}
    if possible & {"accept", "finish"}:
        possible.add("record_answer")
    if referral.standing in answering.UNDER_WAY:
        possible |= {"report"} if referral.receiving_case_id else {"report", "open_file"}
    if referral.outside_id and referral.standing in Referral.READABLE:
        possible.add("letter")
    return {verb for verb in possible if actor.may(f"referral.{verb}", referral)}


def shown(actor: Actor, referral: Referral) -> list[Shown]:
    """What was passed on; who took the case over afterwards is told what it was and not what it says."""
    items = sharing.items_of(referral.consent.items)
    if referral.is_carried_to(actor):
        return [Shown(sharing.label_of(item)) for item in items]
    return sharing.read(actor, items)


def own_case(actor: Actor, referral: Referral) -> Case | None:
    """The case of our own that it came from or led to."""
    if not actor.may_here("case.read"):
        return None
    if referral.is_carried_to(actor):
        return Case.objects.visible_to(actor).filter(person=referral.carried_person_id).first()
    key = referral.case_id if referral.desk_id == actor.desk_id else referral.receiving_case_id
    return Case.objects.visible_to(actor).filter(pk=key).first() if key else None


def steps(actor: Actor, referral: Referral) -> list[dict[str, object]]:
    """What has happened, newest first, with the reports that our keys open."""
    rows = ReferralStep.objects.visible_to(actor).filter(referral=referral)
    found = list(rows.select_related("desk", "report__file").order_by("-at", "-pk"))
    texts = actor.keyring.read_many([row.report for row in found if row.report])
    labels = step_labels()
    return [
        {
            "title": labels.get(row.verb, row.verb),
            "when": row.at,
            "desk": row.desk,
            "reason": row.reason,
            "text": texts.get(row.report_id, "") if row.report_id else "",
        }
        for row in found
    ]


def step_labels() -> dict[str, str]:
    return {
        "send": _("Sent"),
        "see": _("Opened by the receiver"),
        "accept": _("Accepted"),
        "decline": _("Declined"),
        "start": _("Begun"),
        "report": _("Report"),
        "finish": _("The service was given"),
        "fail": _("Help could not be given"),
        "recall": _("Taken back by the sender"),
        "letter": _("Letter printed"),
        "open_file": _("A file of the receiver's own was opened"),
    }
