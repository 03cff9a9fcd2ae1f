"""Counts at labour markets and buses: the list, the form, and the curve of the season."""

from collections import Counter
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.assistance.forms.fields import DayField
from kamkor.assistance.views.frame import form_page, made
from kamkor.base.charts import Bar, bars
from kamkor.base.codelists import CodeChoice
from kamkor.base.pages import desk_page, page
from kamkor.prevention.actions import departures as actions
from kamkor.prevention.models import Departure
from kamkor.prevention.views.recruiters import AT_ONCE, posted

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MONTHS = 24
MOST = 10_000
SMALL = {"class": "govuk-input--width-4"}


def people(label: "_StrPromise", help_text: "str | _StrPromise" = "") -> forms.IntegerField:
    """How many of them."""
    widget = forms.NumberInput(attrs=SMALL)
    return forms.IntegerField(
        label=label, min_value=0, max_value=MOST, initial=0, widget=widget, help_text=help_text
    )


class CountForm(forms.Form):
    """How many, where, to which work."""

    kind = CodeChoice("departure_kind", label=gettext_lazy("What was counted"), radios=True)
    on = DayField(label=gettext_lazy("Day"))
    place = CodeChoice("place", label=gettext_lazy("Place"))
    spot = forms.CharField(label=gettext_lazy("Name of the market or stop"), required=False, max_length=120)
    women = people(gettext_lazy("Women"))
    men = people(gettext_lazy("Men"))
    under_18 = people(
        gettext_lazy("Under 18"),
        help_text=gettext_lazy("By what you see or hear. They are counted only here. Write no names."),
    )
    country = CodeChoice("country", label=gettext_lazy("Country they go to"), required=False)
    sector = CodeChoice("work_sector", label=gettext_lazy("Work"))
    carrier = forms.CharField(label=gettext_lazy("Bus company or number"), required=False, max_length=120)

    def clean_on(self) -> object:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> None:
        given = super().clean() or {}
        if not self.errors and not (given["women"] or given["men"] or given["under_18"]):
            self.add_error("women", _("Write how many people there were."))


@desk_page("departure.list", methods=("GET",))
def departures(request: DeskRequest, desk: Desk) -> HttpResponse:
    """The newest first; above them how many left in which month."""
    rows = Departure.objects.visible_to(request.actor)
    months: Counter[str] = Counter()
    for on, women, men, minors in rows.values_list("on", "women", "men", "under_18").iterator():
        months[on.strftime("%Y-%m")] += women + men + minors
    curve = [Bar(month, months[month]) for month in sorted(months)[-MONTHS:]]
    recent = rows.filter(under_18__gt=0, on__gt=timezone.localdate() - actions.STILL_OF_USE)
    context = {
        "page": Paginator(rows.order_by("-on", "-pk"), AT_ONCE).get_page(request.GET.get("page")),
        "curve": bars("season", _("People counted in each month"), curve) if curve else "",
        "minors": recent.exists(),
        "may_count": request.actor.may_here("departure.count"),
    }
    return render(request, "prevention/departures.html", context)


@page("departure.read", Departure, methods=("GET",))
def departure(request: DeskRequest, departure: Departure) -> HttpResponse:
    """One count, to which a task leads."""
    context = {"page": Paginator([departure], 1).get_page(1), "minors": departure.under_18}
    return render(request, "prevention/departures.html", context)


@desk_page("departure.count")
def count(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = CountForm(posted(request))
    if request.method == "POST" and made(form, lambda given: actions.count(request.actor, desk, **given)):
        return redirect("departures")
    return form_page(request, form, _("Count people who leave"), reverse("departures"))
