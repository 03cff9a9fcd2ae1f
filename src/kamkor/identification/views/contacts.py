"""Pages of the line: today's contacts, the record of one, the script for a silent one."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.pages import desk_page, page
from kamkor.base.problems import AlreadyChanged, Problem
from kamkor.identification.actions import contacts as actions
from kamkor.identification.forms.contacts import (
    ContactForm,
    DayForm,
    LinkForm,
    SilentForm,
    StartForm,
    listed,
    rows,
)
from kamkor.identification.models import Contact, Line
from kamkor.people.models import Person
from kamkor.people.pages import person_page

ONE_KEY = ("wrong", "prank", "hangup")
SHOWN_AT_ONCE = 50
WAY = "way"  # session key: the line that this operator sits at


@desk_page("contact.list", methods=("GET",))
def contacts(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Open contacts, and those of one day."""
    lines = Line.objects.visible_to(request.actor).order_by("pk")
    form = DayForm(lines, request.GET or None)
    standing = Contact.objects.visible_to(request.actor).standing().select_related("operator")
    shown = _on_day(standing, form).exclude(ended_at=None)
    context = {
        "start": StartForm(lines, chosen=request.session.get(WAY, "")),
        "open_rows": standing.filter(ended_at=None).order_by("started_at")[:SHOWN_AT_ONCE],
        "page": Paginator(shown.order_by("-started_at"), SHOWN_AT_ONCE).get_page(request.GET.get("page")),
        "form": form,
        "day": form.day_shown(),
        "narrowed": bool(form.chosen()),
        "undoable": _undoable(standing, request.GET.get("closed", "")),
        "may_set_lines": request.actor.may_here("line.edit"),
    }
    return render(request, "identification/contacts.html", context)


@desk_page("contact.open", methods=("POST",))
def open_contact(request: DeskRequest, desk: Desk) -> HttpResponse:
    """One key: a new contact with its page, or one that is over already."""
    start = StartForm(Line.objects.visible_to(request.actor).order_by("pk"), request.POST)
    line, channel = start.start()
    asked = request.POST.get("kind", "")
    kind = asked if asked in ONE_KEY else ""
    if request.session.get(WAY) != request.POST.get(WAY, ""):
        request.session[WAY] = request.POST.get(WAY, "")[:30]
    contact = actions.open_contact(request.actor, desk, channel=channel, line=line, kind=kind)
    if kind:
        return _to_list(contact)
    return redirect("contact-silent" if asked == "silent" else "contact", contact.pk)


@person_page("contact.read", Contact)
def contact(request: DeskRequest, contact: Contact) -> HttpResponse:
    """The record of a contact: a form while it is open, then what is kept of it."""
    if request.method == "POST":
        return _saved(request, contact)
    if not contact.open:
        return render(request, "identification/contact_closed.html", _closed(request, contact))
    _keep_session(request)
    form = ContactForm(contact, _lines(request), texts=_texts(request, contact))
    return render(request, "identification/contact.html", _recording(request, contact, form))


@page("contact.close", Contact)
def silent(request: DeskRequest, contact: Contact) -> HttpResponse:
    """The yes/no script for somebody who hears us and cannot speak."""
    if not contact.open and request.method == "GET":
        return redirect("contact", contact.pk)
    _keep_session(request)
    form = SilentForm(contact, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        version, seconds = form.saved()
        actions.close(
            request.actor, contact, kind="silent", given=form.given(), version=version, seconds=seconds
        )
        return _to_list(contact)
    context = {"form": form, "contact": contact, "before": _before(request, contact)}
    return render(request, "identification/contact_silent.html", context, status=422 if form.errors else 200)


@page("contact.undo", Contact, methods=("POST",))
def undo(request: DeskRequest, contact: Contact) -> HttpResponse:
    actions.undo(request.actor, contact)
    if contact.never_open:
        messages.success(request, _("Undone. It is not counted."))
        return redirect("contacts")
    return redirect("contact", contact.pk)


@person_page("contact.link", Contact)
def link(request: DeskRequest, contact: Contact) -> HttpResponse:
    """A worker who knows the code of the person's file puts the contact to it."""
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.link(request.actor, contact, code=form.cleaned_data["code"])
            return redirect("contact", contact.pk)
        except Problem as problem:
            form.add_error("code", f"{problem.title}. {problem.mend}")
    context = {
        "form": form,
        "title": _("Put this contact to a file"),
        "submit_label": _("Link"),
        "back_url": reverse("contact", args=[contact.pk]),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


def _saved(request: DeskRequest, contact: Contact) -> HttpResponse:
    """Keep what was typed, sound or not complete, then do what the pressed key says."""
    do = request.POST.get("do", "save")
    form = ContactForm(contact, _lines(request), request.POST, closing=do == "close")
    closes = form.is_valid() and do == "close"
    version, seconds = form.saved()
    try:
        if closes or do in ONE_KEY:
            kind = "substantive" if closes else do
            actions.close(
                request.actor, contact, kind=kind, given=form.given(), version=version, seconds=seconds
            )
        else:
            actions.record(request.actor, contact, given=form.given(), version=version, seconds=seconds)
    except AlreadyChanged as changed:
        raise _both(request, contact, form) from changed
    if do in ONE_KEY:
        return _to_list(contact)
    return _after(request, contact, form, do)


def _after(request: DeskRequest, contact: Contact, form: ContactForm, do: str) -> HttpResponse:
    contact.refresh_from_db()
    if contact.open:
        _keep_session(request)
    if do == "autosave" or form.errors:
        part = do == "autosave" and "safe" not in request.POST
        template = "identification/contact_saved.html" if part else "identification/contact.html"
        status = 422 if form.errors else 200
        return render(request, template, _recording(request, contact, form), status=status)
    if do == "silent":
        return redirect("contact-silent", contact.pk)
    if do == "close":
        messages.success(request, _("The contact is closed."))
        return redirect("contacts")
    messages.success(request, _("Saved. The contact stays open."))
    return redirect("contact", contact.pk)


def _recording(request: DeskRequest, contact: Contact, form: ContactForm) -> dict[str, Any]:
    return {
        "contact": contact,
        "form": form,
        "before": _before(request, contact),
        "now": timezone.now(),
        "hotlines": codelists.entries("hotline").values(),
        **_ways(request, contact),
    }


def _closed(request: DeskRequest, contact: Contact) -> dict[str, Any]:
    people = Person.objects.visible_to(request.actor)
    linked = request.actor.may("contact.link", contact)
    return {
        "contact": contact,
        "rows": rows(contact, _texts(request, contact)),
        "person": people.filter(pk=contact.person_id).first() if linked and contact.person_id else None,
        "undoable": contact if contact.can_be_undone(timezone.now()) else None,
        **_ways(request, contact),
    }


def _ways(request: DeskRequest, contact: Contact) -> dict[str, Any]:
    """Where one can go on from a contact, as far as the role allows."""
    actor = request.actor
    quick = actor.may_here("referral.quick")
    return {
        "hand_over": f"{reverse('referral-quick')}?{urlencode({'contact': contact.pk})}" if quick else "",
        "directory": reverse("directory") if actor.may_here("directory.search") else "",
        "may_link": actor.may("contact.link", contact),
    }


def _before(request: DeskRequest, contact: Contact) -> dict[str, str] | None:
    """Whether this number has called before, and by which rule she may be called back: nothing else of it."""
    earlier = Contact.objects.visible_to(request.actor).with_hash(contact.caller_hash, timezone.now())
    rules = list(
        earlier.exclude(pk=contact.pk).order_by("-started_at").values_list("callback", flat=True)[:20]
    )
    return {"callback": next(filter(None, rules), "")} if rules else None


def _texts(request: DeskRequest, contact: Contact) -> dict[str, str]:
    """The sealed texts of a contact, by field."""
    items = {name: item for name in actions.SEALED if (item := getattr(contact, name)) is not None}
    texts = request.actor.keyring.read_many(items.values()) if items else {}
    return {name: texts[item.pk] for name, item in items.items() if item.pk in texts}


def _both(request: DeskRequest, contact: Contact, form: ContactForm) -> AlreadyChanged:
    """What this operator typed and what a colleague has saved meanwhile, in words."""
    contact.refresh_from_db()
    sides = {"mine": listed(form.given()), "theirs": rows(contact, _texts(request, contact))}
    words = {
        side: "\n".join(f"{one['label']}: {one['value']}" for one in part) for side, part in sides.items()
    }
    return AlreadyChanged(**words)


def _keep_session(request: DeskRequest) -> None:
    """The shift's end does not end an open contact: its session begins anew with each step."""
    request.session.modified = True


def _lines(request: DeskRequest) -> QuerySet[Line]:
    found: QuerySet[Line] = Line.objects.visible_to(request.actor).order_by("pk")
    return found


def _to_list(contact: Contact) -> HttpResponse:
    return redirect(f"{reverse('contacts')}?{urlencode({'closed': contact.pk})}")


def _undoable(standing: QuerySet[Contact], closed: str) -> Contact | None:
    contact = standing.filter(pk=closed).first() if closed.isdecimal() else None
    return contact if contact and contact.can_be_undone(timezone.now()) else None


def _on_day(standing: QuerySet[Contact], form: DayForm) -> QuerySet[Contact]:
    begins = timezone.make_aware(datetime.combine(form.day_shown(), time.min))
    shown = standing.filter(started_at__gte=begins, started_at__lt=begins + timedelta(days=1))
    return shown.filter(**form.chosen())
