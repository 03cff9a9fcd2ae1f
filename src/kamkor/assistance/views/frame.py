"""What the pages of a case have in common: who it is about, the ways through it, refusals in forms."""

import functools
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kamkor.access.http import DeskRequest
from kamkor.access.models import DeskOwned
from kamkor.assistance.models import Case, Referral
from kamkor.base import codelists
from kamkor.base.pages import View, page
from kamkor.base.problems import AlreadyChanged, Problem, WrongState
from kamkor.people import files
from kamkor.people.exclusions import note_try
from kamkor.people.models import Flag

HARMLESS_FLAGS = (
    "interpreter_needed",
    "prefers_woman",
    "prefers_man",
    "accessibility",
    "with_children",
    "child",
)


def case_page(
    verb: str, model: type[DeskOwned] = Case, *, methods: tuple[str, ...] = ("GET", "POST")
) -> Callable[[View], View]:
    """As `page`, for a case, a row of one or a referral; a try of who is kept from her is logged."""

    def frame(view: View) -> View:
        serve = page(verb, model, methods=methods)(view)

        @functools.wraps(serve)
        def run(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            try:
                return serve(request, pk=pk, **kwargs)
            except Http404:
                path = "person" if model in (Case, Referral) else "case__person"
                person = model._base_manager.filter(pk=pk).values_list(path, flat=True).first()
                note_try(request.actor, person)  # type: ignore[attr-defined]
                raise

        return run

    return frame


def framed(request: DeskRequest, case: Case, here: str) -> dict[str, Any]:
    """The context of `case_base.html`; `here` is the name of the page's address."""
    actor, person = request.actor, case.person
    known = files.read_particulars(actor, [person]).get(person.pk, {})
    return {
        "case": case,
        "person": person,
        "call_name": files.shown_name(known, person),
        "identity": _identity(request, case),
        "sections": _sections(case, here, forms=actor.may("case.forms", case)),
        "safe_contact": known.get("safe_contact", []),
    }


def _identity(request: DeskRequest, case: Case) -> list[dict[str, str]]:
    state = {"value": _("Open"), "tone": "green"} if case.is_open else {"value": _("Closed"), "tone": "grey"}
    rows = [
        {"label": _("Code"), "value": case.code},
        {"value": codelists.label("case_kind", case.kind)},
        state,
        {"label": _("Worker"), "value": str(case.worker or pgettext("worker of a case", "nobody"))},
    ]
    if case.person.is_child:
        rows.append({"value": _("Child"), "tone": "purple"})
    flags = Flag.objects.visible_to(request.actor).filter(person=case.person_id, cleared_at=None)
    return rows + [flag_tag(flag) for flag in flags.order_by("raised_at")]


def flag_tag(flag: Flag) -> dict[str, str]:
    tone = "yellow" if flag.kind in HARMLESS_FLAGS else "red"
    return {"value": codelists.label("flag_kind", flag.kind), "tone": tone}


def _sections(case: Case, here: str, *, forms: bool) -> list[dict[str, Any]]:
    ways = [
        ("case", _("Overview")),
        ("case-plan", _("Needs and plan")),
        ("case-services", _("Services and stays")),
        ("case-notes", _("Notes")),
        ("case-documents", _("Documents")),
        ("case-exploitation", _("Exploitation")),
        ("case-timeline", _("Timeline")),
    ]
    if forms and link("case-forms", case.pk):
        ways.insert(-1, ("case-forms", _("Questionnaires")))
    return [
        {"label": label, "url": reverse(name, args=[case.pk]), "current": name == here}
        for name, label in ways
    ]


def link(name: str, *args: object) -> str:
    """The address of a page by its name; empty where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def made(form: forms.Form, change: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the form was good and the change was made; a refusal that can be mended stands in the form."""
    if not form.is_valid():
        return False
    try:
        change(form.cleaned_data)
    except (AlreadyChanged, WrongState):
        raise
    except Problem as error:
        if error.status != Problem.status:
            raise
        form.add_error(None, f"{error.title}. {error.mend}")
        return False
    return True


def answer_form(
    request: HttpRequest,
    form: forms.Form,
    change: Callable[[dict[str, Any]], object],
    title: str,
    *,
    back: str,
) -> HttpResponse:
    """A page of one form: make the change and go back, or show the form (again)."""
    if request.method == "POST" and made(form, change):
        return redirect(back)
    return form_page(request, form, title, back)


def form_page(
    request: HttpRequest,
    form: forms.Form,
    title: str,
    back: str,
    *,
    template: str = "base/form_page.html",
    **more: object,
) -> HttpResponse:
    context = {"form": form, "title": title, "back_url": back, "cancel_url": back, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def conflict_page(
    request: HttpRequest, form: forms.Form, both: AlreadyChanged, version: int, **more: object
) -> HttpResponse:
    """Both texts, and the form with one's own ready to be saved over the newer version."""
    assert isinstance(form.data, QueryDict)
    again = form.data.copy()
    again["version"] = str(version)
    context = {"form": type(form)(again), "problem": both, "title": both.title, **more}
    return render(request, "assistance/conflict.html", context, status=409)
