"""Pages about a person or one of her rows."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from kamkor.access.models import DeskOwned
from kamkor.base.pages import View, page
from kamkor.people.exclusions import note_try
from kamkor.people.models import Person


def person_page(
    verb: str, model: type[DeskOwned] = Person, *, methods: tuple[str, ...] = ("GET", "POST")
) -> Callable[[View], View]:
    """As `page`; a try by somebody from whom she is kept is logged, and a merged file leads to the standing
    one."""

    def frame(view: View) -> View:
        serve = page(verb, model, methods=methods)(_led_on(view))

        @functools.wraps(serve)
        def run(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            try:
                return serve(request, pk=pk, **kwargs)
            except Http404:
                note_try(request.actor, _person_of(model, pk))  # type: ignore[attr-defined]
                raise

        return run

    return frame


def _led_on(view: View) -> View:
    @functools.wraps(view)
    def run(request: HttpRequest, subject: DeskOwned, **kwargs: Any) -> HttpResponse:
        if isinstance(subject, Person) and subject.merged_into_id is not None:
            return redirect("person", subject.standing().pk)
        return view(request, subject, **kwargs)

    return run


def _person_of(model: type[DeskOwned], pk: int) -> int | None:
    if model is Person:
        return pk
    rows = model._base_manager.filter(pk=pk)
    return rows.values_list("person", flat=True).first()  # type: ignore[misc] # each of them has one
