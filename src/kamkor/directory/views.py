"""Pages of the directory: who offers what, one's own offers, and the reference lists."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.models import CodeEntry
from kamkor.base.pages import desk_page, page
from kamkor.base.templatetags.names import name
from kamkor.directory import actions
from kamkor.directory.forms import EntryForm, OfferForm, OrganisationForm, SearchForm
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.directory.search import find

LISTS = {"hotlines": "hotline", "institutions": "institution", "laws": "legal_article"}


@desk_page("directory.search", methods=("GET",))
def directory(request: DeskRequest, desk: Desk) -> HttpResponse:
    if request.GET.get("case", "").isdecimal():  # for somebody: without those who must not have her file
        return redirect(reverse("referral-new", args=[int(request.GET["case"])]))
    form = SearchForm(request.GET)
    found = Paginator(find(request.actor, form.wanted()), 40).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": found,
        "own": request.actor.may_here("offer.edit"),
        "reference": request.actor.may_here("reference.read"),
    }
    return render(request, "directory/services.html", context)


@desk_page("offer.edit", methods=("GET",))
def own_offers(request: DeskRequest, desk: Desk) -> HttpResponse:
    offers = Offer.objects.visible_to(request.actor).filter(desk=desk).order_by("service", "pk")
    context = {"offers": offers, "rooms": Offer.Room.values, "may_tap": request.actor.may_here("offer.room")}
    return render(request, "directory/own_offers.html", context)


@desk_page("offer.edit")
def new_offer(request: DeskRequest, desk: Desk) -> HttpResponse:
    return offer_form(request, desk, None, {"adults": True, "room": "ask", "place": desk.place})


@page("offer.edit", Offer)
def edit_offer(request: DeskRequest, offer: Offer) -> HttpResponse:
    return offer_form(request, request.actor.desk, offer, OfferForm.facts_of(offer))


def offer_form(
    request: DeskRequest, desk: Desk, offer: Offer | None, initial: dict[str, Any]
) -> HttpResponse:
    form = OfferForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.save_offer(request.actor, desk, offer=offer, facts=form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("own-offers")
    context = {"form": form, "title": _("A service of this desk"), "cancel_url": reverse("own-offers")}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@page("offer.room", Offer, methods=("POST",))
def room(request: DeskRequest, offer: Offer) -> HttpResponse:
    chosen = request.POST.get("room", "")
    if chosen not in Offer.Room.values:
        raise Http404
    actions.set_room(request.actor, offer, room=chosen)
    return redirect("own-offers")


@desk_page("reference.read", methods=("GET",))
def reference(request: DeskRequest, desk: Desk, which: str) -> HttpResponse:
    """Hotlines, institutions, articles of law, outside organisations; what nobody confirmed is marked."""
    forms = request.actor.may_here("organisation.forms")
    rows = organisations(forms=forms) if which == "organisations" else entries(which)
    context = {
        "rows": rows,
        "which": which,
        "items": tabs(which),
        "may_edit": request.actor.may_here("reference.edit"),
    }
    return render(request, "directory/reference.html", context)


@desk_page("reference.edit")
def edit_entry(request: DeskRequest, desk: Desk, which: str, code: str) -> HttpResponse:
    found = codelists.entries(list_name(which)).get(code)
    entry = get_object_or_404(CodeEntry, pk=found.pk if found else None)
    initial = entry.labels | {"note": entry.note, "confirmed": entry.confirmed}
    form = EntryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        labels = {language: given[language] for language in ("en", "ky", "ru", "uz")}
        actions.edit_entry(
            request.actor, desk, entry, labels=labels, note=given["note"], confirmed=given["confirmed"]
        )
        return redirect("reference", which)
    return edit_form(request, form, which)


@page("organisation.edit", OutsideOrganisation)
def edit_organisation(request: DeskRequest, organisation: OutsideOrganisation) -> HttpResponse:
    form = OrganisationForm(request.POST or None, initial=organisation_facts(organisation))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        facts = {name: given[name] for name in ("kind", "place", "phone")}
        facts["names"] = {language: given[language] for language in ("en", "ky", "ru", "uz")}
        today = organisation.confirmed_on or timezone.localdate()
        facts["confirmed_on"] = today if given["confirmed"] else None
        actions.save_organisation(
            request.actor,
            organisation,
            facts=facts,
            services=given["services"],
            children=given["children"],
        )
        return redirect("reference", "organisations")
    return edit_form(request, form, "organisations")


def organisation_facts(organisation: OutsideOrganisation) -> dict[str, object]:
    offers = list(Offer.objects.filter(outside=organisation, ended_on=None))
    return {**organisation.names} | {
        "kind": organisation.kind,
        "place": organisation.place,
        "phone": organisation.phone,
        "services": [offer.service for offer in offers],
        "children": any(offer.children for offer in offers),
        "confirmed": organisation.confirmed_on is not None,
    }


def edit_form(request: DeskRequest, form: EntryForm, which: str) -> HttpResponse:
    context = {"form": form, "title": _("Correct an entry"), "cancel_url": reverse("reference", args=[which])}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


def list_name(which: str) -> str:
    if which not in LISTS:
        raise Http404
    return LISTS[which]


def entries(which: str) -> list[dict[str, object]]:
    """The rows of a code list as the page shows them; what the list has of its own comes as small print."""
    known = list_name(which)
    return [
        {
            "name": codelists.label(known, code),
            "code": code if which == "hotlines" else "",
            "details": [text for text in (*entry.extra.values(), entry.note) if text],
            "confirmed": entry.confirmed,
            "href": reverse("entry-edit", args=[which, code]),
        }
        for code, entry in codelists.entries(known).items()
    ]


def organisations(*, forms: bool) -> list[dict[str, object]]:
    """With the way to the questionnaires about each, for who may have them."""
    return [
        {
            "name": name(row),
            "code": row.phone,
            "details": [codelists.label("place", row.place)] if row.place else [],
            "confirmed": row.confirmed_on is not None,
            "href": reverse("organisation-edit", args=[row.pk]),
            "forms": reverse("organisation-forms", args=[row.pk]) if forms else "",
        }
        for row in OutsideOrganisation.objects.order_by("code")
    ]


def tabs(current: str) -> list[dict[str, object]]:
    labels = {
        "hotlines": _("Telephone lines"),
        "institutions": _("Institutions"),
        "laws": _("Articles of law"),
        "organisations": _("Outside organisations"),
    }
    return [
        {"label": label, "url": reverse("reference", args=[which]), "current": which == current}
        for which, label in labels.items()
    ]
