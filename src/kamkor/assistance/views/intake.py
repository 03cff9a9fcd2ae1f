"""Day 1."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance import intake as rules
from kamkor.assistance.actions.intake import take_in
from kamkor.assistance.forms.intake import IntakeForm
from kamkor.assistance.models import Case
from kamkor.base import codelists
from kamkor.base.pages import desk_page
from kamkor.identification.actions.contacts import link
from kamkor.identification.models import Contact


@desk_page("person.create")
def intake(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Day 1 on one page. `?contact=` brings over what a call has told already."""
    contact = _contact(request.actor, request.GET.get("contact", ""))
    form = IntakeForm(request.POST if request.method == "POST" else None, initial=_known(contact))
    if request.method == "POST" and form.is_valid():
        case = take_in(request.actor, desk, given=form.given())
        if contact is not None and request.actor.may("contact.link", contact):
            link(request.actor, contact, code=case.person.code)
        _say_clock(request, case)
        return redirect("case", case.pk)
    since = form.cleaned_data.get("medical_since") if form.is_bound else None
    context = {
        "form": form,
        "scripts": scripts("consent_file"),
        "hours_left": rules.hours_left(since),
        "may_event": request.actor.may_here("event.list"),
    }
    return render(request, "assistance/intake.html", context, status=422 if form.errors else 200)


def scripts(code: str) -> list[tuple[str, str, str]]:
    """A spoken text in each language that the system speaks: code, name and words; the reader's own first."""
    entry = codelists.entries("script").get(code)
    own = translation.get_language() or "en"
    spoken = sorted(settings.LANGUAGES, key=lambda language: language[0] != own)
    return [(language, str(name), entry.label(language)) for language, name in spoken] if entry else []


def _contact(actor: Actor, pk: str) -> Contact | None:
    if not pk:
        return None
    rows = Contact.objects.visible_to(actor)
    found: Contact = get_object_or_404(rows, pk=pk if pk.isdecimal() else 0)
    return found


def _known(contact: Contact | None) -> dict[str, str]:
    if contact is None:
        return {}
    return {"danger": contact.danger, "language": contact.language, "came_by": "hotline"}


def _say_clock(request: DeskRequest, case: Case) -> None:
    hours = rules.hours_left(case.medical_since)
    if hours and case.medical_need in {"now", "soon"}:
        text = ngettext(
            "A doctor first: %(hours)s hour is left of the 72.",
            "A doctor first: %(hours)s hours are left of the 72.",
            hours,
        ) % {"hours": hours}
        messages.warning(request, text)
    messages.success(request, _("The file is open. What is missing can wait."))
