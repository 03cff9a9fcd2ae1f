"""The other side of the comparison: the same views, querysets and templates as in a plain project.

Left out are the policy and the narrowing of rows, the vault (a text is a column that is read as it is), the
access log, the second wall (the tables' owner asks, to whom it does not apply) and every middleware
that is not Django's own. What remains is sessions, signing in, marks against forged forms, messages,
languages.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections, models, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.test import override_settings
from django.utils import timezone

from kamkor.access import policy
from kamkor.access.actor import Actor
from kamkor.access.middleware import MEMBERSHIP
from kamkor.access.models import Membership
from kamkor.assistance.actions import answering
from kamkor.assistance.views import cases
from kamkor.base.pages import PAGES, View
from kamkor.identification.actions import contacts
from kamkor.identification.models import Contact
from kamkor.vault.models import Item

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bench.measures.bare.signed_in_actor",
]
OWN, SENT_OR_RECEIVED = ("desk_id",), ("desk_id", "receiver_id")


class OpenTexts:
    """In the place of the keyring: texts as they lie in their column."""

    def read_many(self, items: Iterable[Item]) -> dict[UUID, str]:
        return {item.pk: text_of(item) for item in items}

    def opens(self, holder: models.Model) -> bool:
        return True


def text_of(item: Item) -> str:
    """As many letters as the text has; which ones makes no difference to a page."""
    return bytes(item.sealed)[: -(-item.size // 2)].hex()


class PlainActor(Actor):
    """The user and the desk, without a policy: which ways to show was settled beforehand."""

    def may(self, verb: str, subject: models.Model) -> bool:
        return verb in SHOWN

    def may_here(self, verb: str) -> bool:
        return verb in SHOWN


SHOWN = frozenset(verb for verb, rule in policy.RULES.items() if "worker" in rule.roles)


def signed_in_actor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """What a plain project would do too: the user's desk, once for each request."""

    def answer(request: HttpRequest) -> HttpResponse:
        rows = Membership.objects.select_related("desk__organisation", "user")
        membership = rows.get(pk=request.session[MEMBERSHIP])
        request.actor = PlainActor(membership, OpenTexts(), membership.user)  # type: ignore[attr-defined, arg-type]
        return get_response(request)

    return answer


class BareHandler(WSGIHandler):
    """The site with Django's own middleware and unguarded views."""

    def __init__(self) -> None:
        with override_settings(MIDDLEWARE=MIDDLEWARE):
            super().__init__()

    def resolve_request(self, request: HttpRequest) -> Any:  # as Django's own, whose type it has
        match = super().resolve_request(request)
        match.func = plain_view(match.func)
        return match


_views: dict[View, View] = {}


def plain_view(guarded: View) -> View:
    if guarded not in _views:
        _views[guarded] = unguarded(guarded)
    return _views[guarded]


def unguarded(guarded: View) -> View:
    """The view inside its guards, given its object by a plain look-up."""
    view, model = guarded, None
    while hasattr(view, "__wrapped__"):
        if view in PAGES:
            model = PAGES[view].model
        view = view.__wrapped__

    def run(request: HttpRequest, pk: int | None = None, **kwargs: Any) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        subject = actor.desk if model is None else get_object_or_404(model._default_manager, pk=pk)
        return view(request, subject, **kwargs)

    return run


def unnarrowed(columns: tuple[str, ...]) -> Callable[[QuerySet[Any], Actor], QuerySet[Any]]:
    """Rows of one's own desk, as every system of many organisations keeps them apart."""

    def visible_to(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
        mine = Q()
        for column in columns:
            mine |= Q(**{column: actor.desk_id})
        return rows.filter(mine)

    return visible_to


def unframed(action: Any) -> Callable[..., object]:
    """What an action changes, in a transaction."""

    def run(*args: Any, **kwargs: Any) -> object:
        with transaction.atomic():
            return action.__wrapped__(*args, **kwargs)

    return run


def open_note(actor: Actor, contact: Contact, name: str, text: str) -> None:
    """A note as a column: it goes into one that is there."""
    contact.silent_answers = {**contact.silent_answers, name: text}


def open_number(actor: Actor, contact: Contact, number: str) -> None:
    contact.caller_hash, contact.hash_until = number, timezone.now() + timedelta(days=90)


def replacements() -> list[tuple[object, str, object]]:
    """What is put in another's place: owner, name, value."""
    found: list[tuple[object, str, object]] = [
        (cases, "turn_due_files", lambda actor, person: None),
        (answering, "accept", unframed(answering.accept)),
        (contacts, "record", unframed(contacts.record)),
        (contacts, "_seal", open_note),
        (contacts, "_keep_caller", open_number),
    ]
    for queryset in narrowing(QuerySet):
        receives = queryset.__name__ in {"ReferralQuerySet", "HandoverQuerySet"}
        found.append((queryset, "visible_to", unnarrowed(SENT_OR_RECEIVED if receives else OWN)))
    return found


def narrowing(base: type[QuerySet[Any]]) -> Iterator[type[QuerySet[Any]]]:
    """The querysets that say who may see which rows of a desk."""
    for queryset in base.__subclasses__():
        yield from narrowing(queryset)
        if "visible_to" in vars(queryset) and queryset.__name__ not in {
            "DeskQuerySet",
            "OutsideOrganisationQuerySet",
        }:
            yield queryset


class Bare:
    """Asks the bare side; the real side stands as it was before and after each request."""

    def __init__(self) -> None:
        self._handler = BareHandler()
        self._swaps = [(owner, name, value, vars(owner)[name]) for owner, name, value in replacements()]
        self.connection = connections.create_connection("default")
        if self.connection.vendor == "postgresql":
            owner = settings.DATABASES["default"] | OWNER
            self.connection.settings_dict |= {"USER": owner["USER"], "PASSWORD": owner["PASSWORD"]}

    @contextmanager
    def standing(self) -> Iterator[WSGIHandler]:
        real = connections["default"]
        connections["default"] = self.connection
        for owner, name, value, _ in self._swaps:
            setattr(owner, name, value)
        try:
            yield self._handler
        finally:
            for owner, name, _, before in self._swaps:
                setattr(owner, name, before)
            connections["default"] = real


OWNER = {"USER": "kamkor_owner", "PASSWORD": "only-for-tests"}
