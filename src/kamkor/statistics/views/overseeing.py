"""Pages of a coordinator: codes, desks and hours; and where which service can be reached."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.codelists import label
from kamkor.base.pages import desk_page
from kamkor.statistics import coverage as reach
from kamkor.statistics import oversight as look


@desk_page("oversight.read", methods=("GET",))
def oversight(request: DeskRequest, desk: Desk) -> HttpResponse:
    now = timezone.now()
    rows = look.referrals(request.actor, now)
    context = {
        "sections": sections(""),
        "late_heading": _("Answers that are late"),
        "late_none": _("No answer is late."),
        "late_head": [_("Referral"), _("Receiving desk"), _("Hours late"), _("Escalated")],
        "late_rows": [late(row) for row in look.late(rows, now)],
        "receivers_heading": _("How desks answer"),
        "receivers_none": _("No referral was sent in the last 90 days."),
        "receivers_head": [
            _("Receiving desk"),
            _("Waiting"),
            _("Late"),
            _("Escalated"),
            _("Median hours to answer"),
        ],
        "receivers_rows": [receiver(row) for row in look.by_receiver(rows)],
    }
    return render(request, "statistics/oversight.html", context)


def late(row: look.LateReferral) -> list[object]:
    return [row.code, row.desk, number(row.hours), _("yes") if row.escalated else _("no")]


def receiver(row: look.Receiver) -> list[object]:
    hours = "–" if row.median_hours is None else row.median_hours
    return [row.desk, number(row.waiting), number(row.late), number(row.escalated), number(hours)]


def number(value: int | str) -> dict[str, object]:
    return {"text": str(value), "number": True}


@desk_page("oversight.read", methods=("GET",))
def coverage(request: DeskRequest, desk: Desk, group: str) -> HttpResponse:
    if group not in reach.GROUPS:
        raise Http404
    rows = reach.coverage(request.actor, group)
    places = reach.oblasts()
    context = {
        "sections": sections(group),
        "head": [_("Service"), *(label("place", place) for place in places), _("Whole country")],
        "rows": [line(row, places) for row in rows],
        "gaps": [gap(row) for row in rows if row.unreached],
    }
    return render(request, "statistics/coverage.html", context)


def line(row: reach.Reach, places: list[str]) -> list[object]:
    """One service as a line of the matrix: the number of providers, or the word for none."""
    numbers = [*(row.oblasts[place] for place in places), row.everywhere]
    shown = [{"text": str(count), "tone": "green"} if count else {"text": _("none")} for count in numbers]
    return [label("service_type", row.service), *(cell | {"number": True} for cell in shown)]


def gap(row: reach.Reach) -> dict[str, object]:
    places = reach.whole_oblasts(row.unreached)
    said = (
        _("Everywhere") if places == reach.oblasts() else ", ".join(label("place", place) for place in places)
    )
    return {"label": label("service_type", row.service), "value": said}


def sections(current: str) -> list[dict[str, object]]:
    """The pages of oversight, the one that is shown marked."""
    titles = {
        "": _("Answers and delays"),
        "women": _("Services for women"),
        "men": _("Services for men"),
        "children": _("Services for children"),
    }
    return [
        {
            "label": title,
            "url": reverse("coverage", args=[group]) if group else reverse("oversight"),
            "current": group == current,
        }
        for group, title in titles.items()
    ]
