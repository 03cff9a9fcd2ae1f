"""Pages of a list by a cursor: where the last one ended, so that new rows neither repeat nor hide others."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from kamkor.access.api.problems import FieldError, Invalid
from kamkor.access.api.schemas import Page, Paged

Row = TypeVar("Row", bound=Model)
Thing = TypeVar("Thing")
Shown = TypeVar("Shown")
Name = Callable[[list[Row]], Iterable[Shown]]


def newest_first(
    rows: QuerySet[Row, Row], asked: Paged, show: Callable[[list[Row]], Iterable[Shown]]
) -> Page[Shown]:
    """Rows in the order in which they came, the last first; `show` is given those of the page at once."""
    if asked.cursor:
        rows = rows.filter(pk__lt=_number(asked.cursor))
    found = list(rows.order_by("-pk")[: asked.limit + 1])
    page = found[: asked.limit]
    more = len(found) > len(page)
    return Page(items=list(show(page)), next=_cursor(page[-1].pk) if more else None)


def in_order(
    things: Sequence[Thing],
    asked: Paged,
    key: Callable[[Thing], Sequence[Any]],
    show: Callable[[list[Thing]], Iterable[Shown]],
) -> Page[Shown]:
    """Things sorted by `key` already, of which no two have the same one."""
    if asked.cursor:
        after = _decoded(asked.cursor)
        try:
            things = [thing for thing in things if list(key(thing)) > after]
        except TypeError:
            raise _no_cursor() from None
    page = list(things[: asked.limit])
    more = len(things) > len(page)
    return Page(items=list(show(page)), next=_cursor(list(key(page[-1]))) if more else None)


def _cursor(place: Any) -> str:
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _decoded(cursor: str) -> list[Any]:
    try:
        place = json.loads(urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}"))
    except (ValueError, RecursionError):
        raise _no_cursor() from None
    if not isinstance(place, list):
        raise _no_cursor()
    return place


def _number(cursor: str) -> int:
    try:
        place = json.loads(urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}"))
    except (ValueError, RecursionError):
        raise _no_cursor() from None
    if type(place) is not int or not 0 < place < 2**63:
        raise _no_cursor()
    return place


def _no_cursor() -> Invalid:
    return Invalid(
        FieldError("cursor", _("This is no cursor of ours."), _("Take it from “next” of the page before."))
    )
