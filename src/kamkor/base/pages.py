"""Pages: thin views that are handed the object they are about.

`page(verb, Model)` serves one object: out of scope is 404, a verb not allowed is 403, a shut vault leads to
the unlocking page, a read of the object leaves a trace (with the reason `opened` where it is the form of a
change). A form that is sent is done as a whole or not at all, and one that is sent twice counts once.
`desk_page(verb)` does the same for a page about the actor's own desk (lists, searches, forms that create).
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from kamkor.base import once
from kamkor.base.actions import judged, record, require

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Page:
    """What guards a page: its verb, and the model of its object (None for a page about the desk)."""

    verb: str
    model: type[models.Model] | None
    methods: tuple[str, ...]


OPENED = "opened"  # in the access log: the page of a change was looked at, nothing was changed by that
# What else must hold before a page is served: (actor, verb, subject), raising what leads to another page.
GROUNDS: list[Callable[[Any, str, Any], None]] = []
PAGES: dict[View, Page] = {}  # every guarded view, for the walk over all addresses


def guard_of(view: Any) -> Page | None:
    """What guards the view of an address, however it is wrapped; None for one that is open."""
    while view is not None:
        if view in PAGES:
            return PAGES[view]
        view = getattr(view, "__wrapped__", None)
    return None


def page(
    verb: str, model: type[models.Model], *, methods: tuple[str, ...] = ("GET", "POST")
) -> Callable[[View], View]:
    """Serve one object of `model`, found by `pk` among those the actor may see."""

    def frame(view: View) -> View:
        @require_http_methods(methods)
        @functools.wraps(view)
        def run(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            actor = request.actor  # type: ignore[attr-defined]
            actor.must_be_present()
            rows = model._default_manager.visible_to(actor)  # type: ignore[attr-defined]
            subject = get_object_or_404(judged(rows), pk=pk)
            return _answer(view, request, PAGES[run], subject, **kwargs)

        PAGES[run] = Page(verb, model, methods)
        return run

    return frame


def desk_page(verb: str, *, methods: tuple[str, ...] = ("GET", "POST")) -> Callable[[View], View]:
    """Serve a page about the actor's own desk."""

    def frame(view: View) -> View:
        @require_http_methods(methods)
        @functools.wraps(view)
        def run(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            actor = request.actor  # type: ignore[attr-defined]
            actor.must_be_present()
            return _answer(view, request, PAGES[run], actor.desk, **kwargs)

        PAGES[run] = Page(verb, None, methods)
        return run

    return frame


def _answer(
    view: View, request: HttpRequest, guard: Page, subject: models.Model, **kwargs: Any
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, guard.verb, subject)
    actor.must_hold_keys(guard.verb)
    for must_hold in GROUNDS:
        must_hold(actor, guard.verb, subject)
    if request.method == "GET":
        record(actor, guard.verb, subject, reason=OPENED if "POST" in guard.methods else "")
        return view(request, subject, **kwargs)
    with transaction.atomic():  # the form's mark and all that it changes, or nothing of it
        again = once.claim(request)
        if again is not None:
            return again
        response = view(request, subject, **kwargs)
        once.settle(request, response)
        request.finished = True  # type: ignore[attr-defined]  # what is left is to keep it
        transaction.on_commit(functools.partial(setattr, request, "saved", True))
    return response
