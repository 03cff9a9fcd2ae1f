"""What every page of the desk shows around its content: who acts, where, and the main ways."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor

WAYS: list[tuple[str, str | Promise, str]] = [
    # name of the page, its label, the verb that opens it
    ("my-work", _("My work"), "desk.use"),
    ("contacts", _("Contacts"), "contact.list"),
    ("people", _("People"), "person.search"),
    ("cases", _("Cases"), "case.list"),
    ("events", _("Events with many people"), "event.list"),
    ("referrals", _("Referrals"), "referral.list"),
    ("packets", _("Packets"), "packet.list"),
    ("search-requests", _("Search requests"), "search_request.list"),
    ("tasks", _("Tasks"), "task.list"),
    ("directory", _("Services"), "directory.search"),
    ("supervision", _("Supervision"), "supervision.read"),
    ("oversight", _("Oversight"), "oversight.read"),
    ("counts", _("Figures"), "counts.read"),
    ("imports", _("Data in and out"), "import.list"),
    ("members", _("Staff and keys"), "member.read"),
]


@dataclass(frozen=True)
class Way:
    label: str | Promise
    url: str
    current: bool


def desk(request: HttpRequest) -> dict[str, object]:
    """Context of the base template; empty for a visitor who has not signed in."""
    actor = getattr(request, "actor", None)
    base: dict[str, object] = {"languages": settings.LANGUAGES, "idle_lock": settings.IDLE_LOCK_SECONDS}
    if actor is None or actor.user is None:
        return base
    return base | {
        "actor": actor,
        "unlocked": actor.keys is not None,
        "navigation": ways(actor, request.path),
    }


def ways(actor: Actor, path: str) -> list[Way]:
    """The main ways that the role opens. All lie below my work, which is current alone."""
    return [
        Way(label, url, path == url if name == "my-work" else path.startswith(url))
        for name, label, verb in WAYS
        if actor.may_here(verb)
        for url in [reverse(name)]
    ]
