"""Events with many people."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.actions import events as actions
from kamkor.assistance.forms.events import EventForm, RowForm, SheetForm
from kamkor.assistance.models import Case, Event
from kamkor.assistance.views.frame import case_page, framed, made
from kamkor.assistance.views.intake import scripts
from kamkor.base.pages import desk_page, page
from kamkor.people import files


@desk_page("event.list", methods=("GET",))
def events(request: DeskRequest, desk: Desk) -> HttpResponse:
    rows = Event.objects.visible_to(request.actor).order_by("-created_at")
    return render(request, "assistance/events.html", {"rows": rows[:200]})


@desk_page("event.open")
def new(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = EventForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        event = actions.open_event(request.actor, desk, facts=form.facts(), text=form.cleaned_data["text"])
        return redirect("event", event.pk)
    return _form(request, form, _("An event with many people"))


@page("event.edit", Event)
def edit(request: DeskRequest, event: Event) -> HttpResponse:
    form = EventForm(
        request.POST if request.method == "POST" else None, initial=_written(request.actor, event)
    )
    if request.method == "POST" and made(form, lambda given: _edit(request.actor, event, form)):
        return redirect("event", event.pk)
    return _form(request, form, _("Shared facts"))


@page("event.read", Event, methods=("GET",))
def event(request: DeskRequest, event: Event) -> HttpResponse:
    return _show(request, event, RowForm())


@page("event.add_person", Event, methods=("POST",))
def add_person(request: DeskRequest, event: Event) -> HttpResponse:
    """One more row; or, after a no, one more in the count and nothing else."""
    form = RowForm(request.POST)
    heads = event.head_count
    if not made(form, lambda given: actions.add_person(request.actor, event, given=form.given(event))):
        return _show(request, event, form)
    event.refresh_from_db()
    if event.head_count > heads:
        messages.warning(request, _("There are more people than were counted: the head count has grown."))
    messages.success(request, _("Counted. Nothing of this person is kept.") if form.counted else _("Added."))
    return redirect("event", event.pk)


@case_page("event.sheet")
def sheet(request: DeskRequest, case: Case) -> HttpResponse:
    """Days, promised, paid, deducted, owed: in his own file, sealed."""
    form = SheetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and made(
        form, lambda given: actions.write_sheet(request.actor, case, lines=form.lines())
    ):
        messages.success(request, _("Kept among the notes of this person."))
        return redirect("event", case.event_id) if case.event_id else redirect("case", case.pk)
    context = framed(request, case, "") | {"form": form}
    return render(request, "assistance/event_sheet.html", context, status=422 if form.errors else 200)


def _show(request: DeskRequest, event: Event, form: RowForm) -> HttpResponse:
    actor = request.actor
    cases = list(Case.objects.visible_to(actor).filter(event=event).select_related("person").order_by("pk"))
    known = files.read_particulars(actor, [case.person for case in cases])
    context = {
        "event": event,
        "text": _text(actor, event),
        "rows": [(case, files.shown_name(known.get(case.person_id, {}), case.person)) for case in cases],
        "without_file": event.head_count - actions.heads(event),
        "form": form,
        "scripts": scripts("consent_file"),
    }
    return render(request, "assistance/event.html", context, status=422 if form.errors else 200)


def _form(request: DeskRequest, form: EventForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    return render(request, "assistance/event_form.html", context, status=422 if form.errors else 200)


def _text(actor: Actor, event: Event) -> str:
    return actor.keyring.read(event.facts) if event.facts else ""


def _written(actor: Actor, event: Event) -> dict[str, object]:
    said = {True: "yes", False: "no", None: ""}
    shared = ("kind", "head_count", "children", "injured", "country", "place", "on")
    return {name: getattr(event, name) for name in shared} | {
        "papers_held": said[event.papers_held],
        "can_leave": said[event.can_leave],
        "text": _text(actor, event),
        "version": event.facts.version if event.facts else 0,
    }


def _edit(actor: Actor, event: Event, form: EventForm) -> Event:
    version = form.cleaned_data["version"] or 0
    return actions.edit_event(actor, event, facts=form.facts(), text=form.new_text(), version=version)
