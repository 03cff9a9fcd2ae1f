"""Pages of the desk about work without a line: begin it here, enter what came sealed, make links."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamkor.access import devices, drafts, qr, sessions
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import wall
from kamkor.base.pages import desk_page, page
from kamkor.surveys import actions, browsers, envelopes, fieldday
from kamkor.surveys.forms import LinkForm
from kamkor.surveys.models import Device, Envelope, Questionnaire
from kamkor.surveys.openrosa import known
from kamkor.vault import tokens
from kamkor.vault.envelopes import Unreadable

SHOWN = 200
BROWSER_DAYS = 30


@desk_page("envelope.list", methods=("GET",))
def without_line(request: DeskRequest, desk: Desk) -> HttpResponse:
    """What this browser may do, and what waits to be opened or entered."""
    waiting = envelopes.open_on_the_way(request.actor)
    rows = Envelope.objects.visible_to(request.actor).waiting().select_related("device").order_by("pk")
    own = Device.objects.visible_to(request.actor).alive()
    own = own.filter(kind=Device.Kind.BROWSER, made_by=request.actor.signed_in)
    context = {
        "here": is_begun(request, desk),
        "own": own.order_by("-pk"),
        "waiting": waiting,
        "not_opened": rows.filter(kind=Envelope.FORM).exclude(problem="").count() if waiting else 0,
        "day": [(row, fieldday.DAY[row.kind].label) for row in rows.exclude(kind=Envelope.FORM)[:SHOWN]],
        **{f"may_{verb}": request.actor.may_here(f"envelope.{verb}") for verb in ("open", "read")},
    }
    return render(request, "surveys/without_line.html", context)


def is_begun(request: DeskRequest, desk: Desk) -> bool:
    """Whether this browser may fill in for the desk already."""
    here = known(request.COOKIES.get(browsers.COOKIE, ""), Device.Kind.BROWSER)
    return here is not None and here.desk_id == desk.pk


@desk_page("device.begin", methods=("POST",))
def begin(request: DeskRequest, desk: Desk) -> HttpResponse:
    """From now on this browser fills in and keeps sealed without a line, until it is signed out of."""
    return begin_here(request, desk, "fill")


def begin_here(request: DeskRequest, desk: Desk, to: str) -> HttpResponse:
    """On to the page `to`, in a browser that may fill in from now on."""
    secret = tokens.new_secret()
    kind = devices.in_words(request.session.get(sessions.DEVICE, ""))
    actions.begin_browser(
        request.actor, desk, secret=secret, name=kind, sign_in=request.session.get(sessions.MARK, "")
    )
    response = redirect(to)
    response.set_cookie(
        browsers.COOKIE,
        secret,
        max_age=BROWSER_DAYS * 24 * 3600,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@page("device.end", Device, methods=("POST",))
def end(request: DeskRequest, device: Device) -> HttpResponse:
    """One's own browser, wherever it is now."""
    if device.kind != Device.Kind.BROWSER or device.made_by_id != request.actor.user_id:
        raise Http404
    actions.end_browser(request.actor, device, here=request.session.get(sessions.MARK, ""))
    messages.success(request, _("Shut out. What it has sent stays."))
    return redirect("without-line")


def shut_out(user_id: int, mark: str = "") -> None:
    """A sign-in was ended: its browser sends nothing any more; without a mark, none of theirs does."""
    with wall.acting(None, scope="all"):
        rows = Device._base_manager.filter(made_by=user_id, kind=Device.Kind.BROWSER, ended_at=None)
        (rows.filter(sign_in=mark) if mark else rows).update(ended_at=timezone.now())


@desk_page("envelope.open", methods=("POST",))
def open_forms(request: DeskRequest, desk: Desk) -> HttpResponse:
    """By hand: what is too much for a page on the way, and what could not be opened before."""
    taken, not_taken = envelopes.open_forms(request.actor, again=True)
    said = ngettext("%(number)s form was taken.", "%(number)s forms were taken.", taken)
    messages.success(request, said % {"number": taken})
    if not_taken:
        said = ngettext(
            "%(number)s form could not be taken.", "%(number)s forms could not be taken.", not_taken
        )
        messages.warning(request, said % {"number": not_taken})
    return redirect("without-line")


@page("envelope.read", Envelope, methods=("GET",))
def written(request: DeskRequest, envelope: Envelope) -> HttpResponse:
    """What was written down, and the page on which it is entered."""
    if envelope.kind == Envelope.FORM or envelope.done_at is not None:
        raise Http404
    try:
        fields = _fields(request, envelope)
    except Unreadable:
        fields = []
    kind, case = fieldday.DAY[envelope.kind], fieldday.case_of(request.actor, fields)
    refers = case is not None and envelope.kind == "referral"
    context: dict[str, Any] = {
        "envelope": envelope,
        "label": kind.label,
        "rows": [{"key": label, "value": said} for label, said in fieldday.told(envelope.kind, fields)],
        "case": case,
        "of_case": kind.of_case,
        "offers": fieldday.offers_of(request.actor, case, fields) if case and refers else [],
    }
    return render(request, "surveys/envelope.html", context)


@page("envelope.take", Envelope, methods=("POST",))
def take(request: DeskRequest, envelope: Envelope) -> HttpResponse:
    """On to the page on which it is entered, with what was written in its fields; a person sends it there."""
    fields = _fields(request, envelope)
    case = fieldday.case_of(request.actor, fields)
    if fieldday.DAY[envelope.kind].of_case and case is None:
        messages.warning(request, _("There is no case with this code at your desk. Look for it under Cases."))
        return redirect("envelope", envelope.pk)
    to = fieldday.where(request.actor, envelope, case)
    action = to if envelope.kind == "contact" else ""  # as the form of that page has it
    fields = [pair for pair in fields if pair[0] != fieldday.CODE]
    if envelope.kind == "referral" and case is not None:
        offer = request.POST.get("offer", "")
        if not offer.isdecimal():
            return redirect(to)  # the choice among all services
        to, fields = f"{to}?offer={offer}", fieldday.as_referral(request.actor, case, fields)
    typed = [{"action": action, "at": 0, "fields": fields}]
    drafts.keep(request, request.actor.signed_in, to, typed)
    return redirect(f"{to}#kept")


def _fields(request: DeskRequest, envelope: Envelope) -> fieldday.Fields:
    return fieldday.read(envelopes.opened(request.actor, envelope))


@page("envelope.end", Envelope, methods=("POST",))
def entered(request: DeskRequest, envelope: Envelope) -> HttpResponse:
    envelopes.end(request.actor, envelope)
    messages.success(request, _("Removed."))
    return redirect("without-line")


@page("device.link", Questionnaire)
def link(request: DeskRequest, questionnaire: Questionnaire) -> HttpResponse:
    """A link by which anybody may fill it in; its address is shown this once."""
    if questionnaire.fill_by != questionnaire.EVERYBODY:
        raise Http404
    form, here = LinkForm(request.POST or None), reverse("questionnaire", args=[questionnaire.pk])
    if request.method == "POST" and form.is_valid():
        secret = tokens.new_secret()
        actions.make_link(request.actor, questionnaire, secret=secret, **form.cleaned_data)
        address = request.build_absolute_uri(reverse("fill-link", args=[secret]))
        shown = {"title": questionnaire.title, "address": address, "picture": qr.picture(address)}
        return render(request, "surveys/link.html", shown | {"back": here})
    context = {"form": form, "title": _("Make a link for everybody"), "back_url": here, "cancel_url": here}
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)
