"""Gives each request its actor, and tells the second wall which desk is acting."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from kamkor.access import factors, sessions
from kamkor.access.actor import NOBODY, Actor
from kamkor.access.models import Membership
from kamkor.base import wall

API_PAGES = ("/api/v1/", "/api/v1/problems")  # for people with a browser
MEMBERSHIP = sessions.MEMBERSHIP
RESTING = "resting"  # session key: nobody was there for a while, so that first the pass phrase is asked for


class ActorMiddleware:
    """Sets `request.actor` and runs the view inside one transaction of the acting desk on PostgreSQL."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/static/", "/healthz", "/readyz")) or is_api(request.path):
            return self.get_response(request)
        actor = actor_of(request)
        request.actor = actor  # type: ignore[attr-defined]
        with wall.acting(actor.desk_id, scope=scope_of(actor)):
            return self.get_response(request)


def is_api(path: str) -> bool:
    """Whether this is for programs with a token, who have neither session nor cookies."""
    return path.startswith("/api/") and path not in API_PAGES


def scope_of(actor: Actor) -> str:
    """Roles that count or oversee across desks find the open rows that are counted, and nothing sealed; the
    policy decides which pages."""
    return "counts" if actor.role in {"coordinator", "statistician", "monitor"} else "desk"


def actor_of(request: HttpRequest) -> Actor:
    user = request.user
    if not user.is_authenticated:
        return NOBODY
    rows = Membership.objects.current().select_related("desk__organisation", "desk__holder")
    membership = next(iter(rows.filter(user=user, pk=request.session.get(MEMBERSHIP, 0))), None)
    if membership is not None:
        membership.user = user
        if not factors.enough_for(request.session, membership):
            membership = None
    keys = request.keyring  # type: ignore[attr-defined]
    resting = RESTING in request.session and keys is None
    return Actor(membership=membership, keys=keys, user=user, resting=resting)


def use_language(request: HttpRequest, language: str) -> None:
    """Speak the user's own language from sign-in on."""
    translation.activate(language)
    request.session["_language"] = language
