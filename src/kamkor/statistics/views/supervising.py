"""The supervision page of one's own desk."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.codelists import label
from kamkor.base.pages import desk_page
from kamkor.base.templatetags.names import name
from kamkor.people.models import Consent
from kamkor.statistics import supervision as look

Rows = list[list[object]]


@desk_page("supervision.read", methods=("GET",))
def supervision(request: DeskRequest, desk: Desk) -> HttpResponse:
    actor, now = request.actor, timezone.now()
    context = {
        "late_head": [_("Worker"), _("Tasks"), _("Follow-ups"), _("Referrals without answer")],
        "late_rows": late(actor, now),
        "still_head": [_("Case"), _("Worker"), _("Opened")],
        "still_rows": still(actor, now),
        "needs_head": [_("Need"), _("Case"), _("Worker"), _("Seen")],
        "needs_rows": needs(actor, now),
        "unserved_head": [_("Service"), _("Place"), _("For whom"), _("Needs")],
        "unserved_rows": unserved(actor),
        "emergencies_head": [_("Person"), _("Ground"), _("By"), _("State")],
        "emergencies_rows": emergencies(actor, now),
        "tries_head": [_("When"), _("Who"), _("Desk")],
        "tries_rows": tries(actor),
    }
    return render(request, "statistics/supervision.html", context)


def late(actor: Actor, now: datetime) -> Rows:
    return [
        [
            row.user.display_name if row.user else _("Nobody yet"),
            *({"text": str(number), "number": True} for number in (row.tasks, row.follow_ups, row.referrals)),
        ]
        for row in look.late_by_worker(actor, now)
    ]


def still(actor: Actor, now: datetime) -> Rows:
    return [
        [link("case", case.pk, case.code), str(case.worker or ""), date_format(case.opened_on)]
        for case in look.without_contact(actor, now)
    ]


def needs(actor: Actor, now: datetime) -> Rows:
    return [
        [
            label("need_type", need.kind),
            link("case", need.case_id, need.case.code),
            str(need.case.worker or ""),
            date_format(need.seen_on),
        ]
        for need in look.open_needs(actor, now)
    ]


def unserved(actor: Actor) -> Rows:
    return [
        [
            label("service_type", row.service),
            label("place", row.place),
            ", ".join(filter(None, [label("sex", row.sex), label("age_group", row.age)])),
            {"text": str(row.needs), "number": True},
        ]
        for row in look.unserved(actor)
    ]


def emergencies(actor: Actor, now: datetime) -> Rows:
    return [
        [
            link("person", consent.person_id, consent.person.code),
            label("consent_ground", consent.ground),
            consent.taken_by.display_name,
            reviewed(consent),
        ]
        for consent in look.emergencies(actor, now)
    ]


def reviewed(consent: Consent) -> dict[str, object]:
    if consent.review_open:
        return {"due": consent.review_due}
    if consent.upheld is None:
        return {"text": _("Withdrawn")}
    if consent.upheld:
        return {"text": _("Upheld"), "tone": "green"}
    return {"text": _("Not upheld"), "tone": "red"}


def tries(actor: Actor) -> Rows:
    return [
        [
            date_format(timezone.localtime(each.at), "SHORT_DATETIME_FORMAT"),
            str(each.user or ""),
            name(each.desk) if each.desk else "",
        ]
        for each in look.exclusion_tries(actor)
    ]


def link(page: str, pk: int, text: str) -> dict[str, object]:
    return {"text": text, "href": reverse(page, args=[pk])}
