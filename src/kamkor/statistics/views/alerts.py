"""Unusual look-ups, as whoever is told of them reads and closes them."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.duty import Alert
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.base.codelists import CodeChoice
from kamkor.base.pages import desk_page, page
from kamkor.base.templatetags.names import name
from kamkor.statistics import alerts as actions

ON_PAGE = 20


class OutcomeForm(forms.Form):
    outcome = CodeChoice("alert_outcome", label=gettext_lazy("What came of it"))


@desk_page("alert.list", methods=("GET",))
def alerts(request: DeskRequest, desk: Desk) -> HttpResponse:
    """Open ones first."""
    rows = Alert.objects.visible_to(request.actor).select_related("user", "about__organisation", "closed_by")
    ordered = rows.order_by(F("closed_at").desc(nulls_first=True), "-until", "-pk")
    found = Paginator(ordered, ON_PAGE).get_page(request.GET.get("page"))
    log = request.actor.may_here("audit.read")
    context = {
        "page": found,
        "rows": [
            {
                "alert": row,
                "who": who(row),
                "log": address(row) if log and row.names_who else "",
                "form": OutcomeForm(auto_id=f"id_{row.pk}_%s") if row.closed_at is None else None,
            }
            for row in found
        ],
    }
    return render(request, "statistics/alerts.html", context)


@page("alert.close", Alert, methods=("POST",))
def close(request: DeskRequest, alert: Alert) -> HttpResponse:
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Say what came of it."))
        return redirect("alerts")
    actions.close(request.actor, alert, outcome=form.cleaned_data["outcome"])
    messages.success(request, _("Closed."))
    return redirect("alerts")


def who(alert: Alert) -> str:
    """The colleague, for their own head; for others the desk alone."""
    if alert.names_who:
        return alert.user.display_name
    return _("Somebody at %(desk)s") % {"desk": name(alert.about)}


def address(alert: Alert) -> str:
    """What this colleague did on that day, in the access log."""
    day = timezone.localdate(alert.until).isoformat()
    return f"{reverse('audit')}?{urlencode({'user': str(alert.user_id), 'day': day})}"
