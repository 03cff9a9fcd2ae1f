"""The roster of a desk on one page: shifts of a week, places served, the second person elsewhere."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamkor.access import rostering
from kamkor.access.duty import WEEK, Region, Shift, monday
from kamkor.access.http import DeskRequest
from kamkor.access.models import Desk
from kamkor.access.roster_forms import HandOverForm, RegionForm, SecondForm, ShiftForm, day_name
from kamkor.base.pages import desk_page, page
from kamkor.base.problems import Problem, WrongState

YEARS = 10  # that can be looked at, back and ahead


@desk_page("roster.read", methods=("GET",))
def roster(request: DeskRequest, desk: Desk) -> HttpResponse:
    return _page(request, desk, _week(request))


@desk_page("roster.add", methods=("POST",))
def add(request: DeskRequest, desk: Desk) -> HttpResponse:
    week = _week(request)
    form = ShiftForm(request.actor, week, request.POST)
    if _made(form, lambda given: rostering.add_shifts(request.actor, desk, **given)):
        return _back(week)
    return _page(request, desk, week, shift_form=form)


@desk_page("roster.copy", methods=("POST",))
def copy(request: DeskRequest, desk: Desk) -> HttpResponse:
    week = _week(request)
    added = rostering.copy_week(request.actor, desk, week=week)
    text = ngettext("%(count)s shift was added.", "%(count)s shifts were added.", added)
    messages.success(request, text % {"count": added})
    return _back(week)


@page("shift.remove", Shift, methods=("POST",))
def remove(request: DeskRequest, shift: Shift) -> HttpResponse:
    week = monday(shift.begins_at)
    rostering.remove(request.actor, shift)
    return _back(week)


@page("shift.hand_over", Shift)
def hand_over(request: DeskRequest, shift: Shift) -> HttpResponse:
    form = HandOverForm(request.actor, request.POST or None)
    week = monday(shift.begins_at)
    if request.method == "POST" and _made(
        form, lambda given: rostering.hand_over(request.actor, shift, **given)
    ):
        messages.success(request, _("The shift has been handed over."))
        return _back(week)
    context = {
        "form": form,
        "title": _("Hand a shift over"),
        "intro": shift_in_words(shift),
        "submit_label": _("Hand over"),
        "back_url": _address(week),
    }
    return render(request, "base/form_page.html", context, status=422 if form.errors else 200)


@desk_page("region.add", methods=("POST",))
def region_add(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = RegionForm(request.actor, request.POST)
    if _made(form, lambda given: rostering.add_region(request.actor, desk, **given)):
        return _back(_week(request))
    return _page(request, desk, _week(request), region_form=form)


@page("region.remove", Region, methods=("POST",))
def region_remove(request: DeskRequest, region: Region) -> HttpResponse:
    rostering.remove_region(request.actor, region)
    return _back(monday(timezone.now()))


@desk_page("desk.second", methods=("POST",))
def second(request: DeskRequest, desk: Desk) -> HttpResponse:
    form = SecondForm(request.actor, request.POST)
    if _made(form, lambda given: rostering.set_second(request.actor, desk, **given)):
        messages.success(request, _("Saved."))
        return _back(_week(request))
    return _page(request, desk, _week(request), second_form=form)


def _page(request: DeskRequest, desk: Desk, week: datetime, **bound: forms.Form) -> HttpResponse:
    """The whole page; `bound` is the form that was filled in wrongly."""
    actor, shifts = request.actor, list(rostering.shifts_of(desk, week))
    context = {
        "week": _day(week),
        "week_text": _day(week).isoformat(),
        "last_day": _day(week) + timedelta(days=6),
        "earlier": _address(week - WEEK),
        "later": _address(week + WEEK),
        "days": _days(request, week, shifts),
        "empty": not shifts,
        "regions": Region.objects.visible_to(actor).select_related("user").order_by("user", "place"),
        "second": desk.second,
        "may_edit": actor.may_here("roster.add"),
        "shift_form": ShiftForm(actor, week),
        "region_form": RegionForm(actor),
        "second_form": SecondForm(actor),
        **bound,
    }
    return render(request, "access/roster.html", context, status=422 if bound else 200)


def _days(request: DeskRequest, week: datetime, shifts: list[Shift]) -> list[dict[str, object]]:
    now = timezone.now()
    found = []
    for number in range(7):
        day = _day(week) + timedelta(days=number)
        rows = [
            {
                "shift": shift,
                "may_hand_over": shift.ends_at > now and request.actor.may("shift.hand_over", shift),
                "may_remove": shift.begins_at > now and request.actor.may("shift.remove", shift),
            }
            for shift in shifts
            if timezone.localtime(shift.begins_at).date() == day
        ]
        found.append({"name": day_name(day), "today": day == timezone.localdate(now), "rows": rows})
    return found


def shift_in_words(shift: Shift) -> str:
    begins, ends = timezone.localtime(shift.begins_at), timezone.localtime(shift.ends_at)
    return f"{shift.user.display_name}, {day_name(begins.date())} {begins:%H:%M}–{ends:%H:%M}"


def _made(form: forms.Form, change: Callable[[dict[str, Any]], object]) -> bool:
    if not form.is_valid():
        return False
    try:
        change(form.cleaned_data)
    except WrongState:
        raise
    except Problem as error:
        form.add_error(None, f"{error.title}. {error.mend}")
        return False
    return True


def _week(request: DeskRequest) -> datetime:
    """The week in the address; the present one where it names none, or none of these years."""
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return monday(timezone.now())
    if abs(day.year - timezone.localdate().year) > YEARS:
        return monday(timezone.now())
    return monday(timezone.make_aware(datetime.combine(day, time(12))))


def _day(week: datetime) -> date:
    return timezone.localtime(week).date()


def _address(week: datetime) -> str:
    return f"{reverse('roster')}?week={_day(week).isoformat()}"


def _back(week: datetime) -> HttpResponse:
    return redirect(_address(week))
