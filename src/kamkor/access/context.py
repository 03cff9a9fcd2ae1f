"""What every page of the desk shows around its content: who acts, where, and the main ways."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamkor.access import shift
from kamkor.access.actor import Actor

WAYS: list[tuple[str, str | Promise, str]] = [
    # name of the page, its label, the verb that opens it
    ("my-work", _("My work"), "desk.use"),
    ("contacts", _("Contacts"), "contact.list"),
    ("door", _("From the public"), "report.list"),
    ("knowledge", _("Knowledge base"), "sheet.list"),
    ("people", _("People"), "person.search"),
    ("cases", _("Cases"), "case.list"),
    ("events", _("Events with many people"), "event.list"),
    ("referral-quick", _("Quick referral"), "referral.quick"),
    ("referrals", _("Referrals"), "referral.list"),
    ("placements", _("Children placed"), "placement.list"),
    ("interpreting", _("Talks"), "interpreting.list"),
    ("packets", _("Packets"), "packet.list"),
    ("search-requests", _("Search requests"), "search_request.list"),
    ("recruiters", _("Recruiters"), "recruiter.list"),
    ("adverts", _("Adverts"), "advert.list"),
    ("departures", _("Departures"), "departure.list"),
    ("visits", _("Visits to workplaces"), "visit.list"),
    ("claims", _("Money owed"), "claim.list"),
    ("tasks", _("Tasks"), "task.list"),
    ("directory", _("Services"), "directory.search"),
    ("supervision", _("Supervision"), "supervision.read"),
    ("oversight", _("Oversight"), "oversight.read"),
    ("counts", _("Figures"), "counts.read"),
    ("returns", _("Half-year returns"), "return.list"),
    ("questionnaires", _("Questionnaires"), "form.list"),
    ("without-line", _("Without a line"), "envelope.list"),
    ("imports", _("Data in and out"), "import.list"),
    ("roster", _("Duty roster"), "roster.read"),
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
    left = shift.time_left(request, timezone.now())
    seconds = None if left is None else max(int(left.total_seconds()), 0)
    return base | {
        "actor": actor,
        "shift_left": seconds,
        "shift_ends": None if left is None else timezone.localtime(timezone.now() + left),
        "shift_warning": settings.SHIFT_WARNING_SECONDS,
        "unlocked": actor.keys is not None,
        "navigation": ways(actor, request.path),
    }


def ways(actor: Actor, path: str) -> list[Way]:
    """The main ways that the role opens; of those that a page lies below, the longest is current. All lie
    below my work, which is current alone."""
    opened = [(label, reverse(name)) for name, label, verb in WAYS if actor.may_here(verb)]
    home = reverse("my-work")
    below = [url for _label, url in opened if path == url or (url != home and path.startswith(url))]
    current = max(below, key=len, default="")
    return [Way(label, url, url == current) for label, url in opened]
