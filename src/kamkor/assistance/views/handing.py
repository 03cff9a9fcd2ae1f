"""Pages of handing a case over, and of a written demand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance import sharing
from kamkor.assistance.actions import handing as actions
from kamkor.assistance.forms.handing import DecideForm, DemandForm, HandoverForm, in_words
from kamkor.assistance.forms.referrals import OpenFileForm
from kamkor.assistance.models import Case, Demand, Handover, Referral
from kamkor.assistance.models.referrals import in_force
from kamkor.assistance.views.frame import case_page
from kamkor.assistance.views.referrals import kept_from
from kamkor.base.problems import WrongState
from kamkor.directory.places import chain
from kamkor.people.models import Person
from kamkor.people.spoken import Asked, filled, language_of, only_said, say
from kamkor.people.turning import turn_due_files


@case_page("handover.offer", Case)
def handover_new(request: DeskRequest, case: Case) -> HttpResponse:
    person = case.person.standing()
    language = language_of(person, request.GET.get("language", ""))
    form = HandoverForm(
        request.POST or None,
        receivers=receivers_for(request.actor, person),
        items=sharing.shareable(request.actor, case),
        referrals=running(request.actor, person),
    )
    if request.method == "POST" and not only_said(request) and form.is_valid():
        handover = actions.offer(request.actor, case, language=language, **form.given())
        return redirect("handover", handover.pk)
    context = {
        "form": form,
        "case": case,
        "spoken": say(asked_of(request.actor, case, form), language),
    }
    if only_said(request):
        form.errors.clear()
    return render(request, "assistance/handover_offer.html", context, status=422 if form.errors else 200)


@case_page("handover.read", Handover)
def handover(request: DeskRequest, handover: Handover) -> HttpResponse:
    """For the receiver exactly the items that were agreed to, with the question whether to take the case."""
    actor = request.actor
    own = handover.desk_id == actor.desk_id
    if own:
        turn_due_files(actor, handover.consent.person)
    taken = Case.objects.visible_to(actor).filter(pk=handover.receiving_case_id).first()
    context = {
        "handover": handover,
        "own": own,
        "shown": sharing.read(actor, sharing.items_of(handover.consent.items)),
        "form": OpenFileForm() if handover.waiting and actor.may("handover.accept", handover) else None,
        "case": taken,
        "may_recall": handover.waiting and actor.may("handover.recall", handover),
        "may_end_term": handover.in_term and actor.may("handover.end_term", handover),
    }
    return render(request, "assistance/handover.html", context)


@case_page("handover.accept", Handover, methods=("POST",))
def handover_accept(request: DeskRequest, handover: Handover) -> HttpResponse:
    form = OpenFileForm(request.POST)
    if not form.is_valid():
        return redirect("handover", handover.pk)
    actions.accept(request.actor, handover, kind=form.cleaned_data["kind"])
    messages.success(request, _("The case is yours now, with a file of your own."))
    return redirect("handover", handover.pk)


@case_page("handover.decline", Handover, methods=("POST",))
def handover_decline(request: DeskRequest, handover: Handover) -> HttpResponse:
    actions.decline(request.actor, handover)
    messages.success(request, _("Declined. What was shared is closed to you now."))
    return redirect("referrals")


@case_page("handover.recall", Handover, methods=("POST",))
def handover_recall(request: DeskRequest, handover: Handover) -> HttpResponse:
    actions.recall(request.actor, handover)
    messages.success(request, _("Taken back. The other desk can no longer read it."))
    return redirect("handover", handover.pk)


@case_page("handover.end_term", Handover, methods=("POST",))
def handover_end_term(request: DeskRequest, handover: Handover) -> HttpResponse:
    actions.end_term(request.actor, handover)
    messages.success(request, _("The desk that had the case no longer reads it."))
    return redirect("handover", handover.pk)


@case_page("demand.record", Case)
def demand_new(request: DeskRequest, case: Case) -> HttpResponse:
    form = DemandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        demand = actions.record_demand(request.actor, case, **form.cleaned_data)
        return redirect("demand", demand.pk)
    context = {
        "form": form,
        "title": _("Record a written demand"),
        "intro": _("Writing it down gives nothing out. The supervisor or the lawyer decides."),
        "cancel_url": case_url(case),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@case_page("demand.read", Demand, methods=("GET",))
def demand(request: DeskRequest, demand: Demand) -> HttpResponse:
    actor = request.actor
    sealed = [item for item in (demand.paper_number, demand.lawyer_view) if item]
    texts = actor.keyring.read_many(sealed)
    context = {
        "demand": demand,
        "paper_number": texts.get(demand.paper_number_id, ""),
        "lawyer_view": texts.get(demand.lawyer_view_id, "") if demand.lawyer_view_id else "",
        "released": sharing.read(actor, sharing.items_of(demand.released)),
        "refused": [sharing.label_of(item) for item in sharing.items_of(demand.refused)],
        "may_decide": demand.decided_on is None and actor.may("demand.decide", demand),
        "case_url": case_url(demand.case),
    }
    return render(request, "assistance/demand.html", context)


@case_page("demand.decide", Demand)
def demand_decide(request: DeskRequest, demand: Demand) -> HttpResponse:
    form = DecideForm(request.POST or None, items=sharing.shareable(request.actor, demand.case))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.decide(
            request.actor,
            demand,
            released=form.chosen("released"),
            refused=form.chosen("refused"),
            **{name: given[name] for name in ("lawyer_view", "person_told_on", "not_told_why")},
        )
        return redirect("demand", demand.pk)
    context = {
        "form": form,
        "title": _("Decide on the demand"),
        "cancel_url": reverse("demand", args=[demand.pk]),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@case_page("demand.read", Demand, methods=("GET",))
def demand_sheet(request: DeskRequest, demand: Demand) -> HttpResponse:
    """What is given out, to print; nothing else can be opened from here."""
    if demand.decided_on is None:
        raise WrongState
    shown = sharing.read(request.actor, sharing.items_of(demand.released))
    number = request.actor.keyring.read(demand.paper_number)
    context = {"demand": demand, "shown": shown, "paper_number": number}
    return render(request, "assistance/demand_sheet.html", context)


def asked_of(actor: Actor, case: Case, form: HandoverForm) -> Asked:
    """What she is asked to agree to, as far as it has been chosen."""
    said = filled(form)

    def items() -> list[str]:
        goes_on = [in_words(form.running[key]) for key in said.get("referrals") or []]
        return [*sharing.labels(actor, case, said.get("items") or []), sharing.basics_label(), *goes_on]

    return Asked(
        script="consent_sharing",
        more=[
            gettext_lazy("Another worker would go on with you. You meet first."),
            gettext_lazy(
                "What already runs with others goes on if you agree, and the new worker can stop it. "
                "The rest ends with us."
            ),
        ],
        purpose=("consent_purpose", "handover"),
        receiver=form.desks.get(said.get("receiver") or ""),
        items=items,
        ends_on=said.get("reads_until"),
        until=gettext_lazy("Until when we still read it: %(day)s."),
    )


def running(actor: Actor, person: Person) -> list[Referral]:
    """What has been asked of others for her and is not over."""
    rows = Referral.objects.visible_to(actor).filter(person__in=person.all_ids(), desk_id=actor.desk_id)
    rows = rows.filter(in_force(), status__in=Referral.READABLE, carried_to=None)
    return list(rows.select_related("receiver__organisation", "outside").order_by("sent_at"))


def receivers_for(actor: Actor, person: Person) -> list[Desk]:
    """The desks of others that may have her file."""
    desks, places = kept_from(actor, person)
    rows = Desk.objects.visible_to(actor).exclude(pk__in=[*desks, actor.desk.pk])
    return [desk for desk in rows.order_by("code") if not places & set(chain(desk.place))]


def case_url(case: Case) -> str:
    try:
        return reverse("case", args=[case.pk])
    except NoReverseMatch:
        return ""
