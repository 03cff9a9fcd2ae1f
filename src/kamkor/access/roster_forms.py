"""Forms of the roster."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Membership, User
from kamkor.base.codelists import CodeChoice
from kamkor.base.templatetags.names import name

CLOCK = {"type": "time", "class": "govuk-input--width-10"}


class NamedDesk(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Desks by their names in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return name(obj)


def staff_of(actor: Actor) -> Any:
    here = Membership.objects.visible_to(actor).current().values("user")
    return User.objects.filter(pk__in=here).order_by("display_name")


class ShiftForm(forms.Form):
    """Who, on which days of the shown week, from when to when."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Who"))
    days = forms.TypedMultipleChoiceField(
        label=_("On which days"), widget=forms.CheckboxSelectMultiple, coerce=date.fromisoformat
    )
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    ends = forms.TimeField(
        label=_("To"),
        help_text=_("An hour before the first one is on the next day."),
        widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"),
    )

    def __init__(self, actor: Actor, week: datetime, data: Any = None) -> None:
        super().__init__(data, prefix="shift", initial={"begins": "09:00", "ends": "18:00"})
        self.fields["user"].queryset = staff_of(actor)  # type: ignore[attr-defined]
        first = timezone.localtime(week).date()
        days = [first + timedelta(days=number) for number in range(7)]
        self.fields["days"].choices = [(day.isoformat(), day_name(day)) for day in days]  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label=_("Who comes instead"))

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        self.fields["user"].queryset = staff_of(actor)  # type: ignore[attr-defined]


class RegionForm(forms.Form):
    """A place, for the whole desk or for one colleague."""

    place = CodeChoice("place", label=_("Rayon or oblast"))
    user = forms.ModelChoiceField(
        User.objects.none(), label=_("Who serves it"), required=False, empty_label=_("The whole desk")
    )

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data, prefix="region")
        self.fields["user"].queryset = staff_of(actor)  # type: ignore[attr-defined]


class SecondForm(forms.Form):
    second = NamedDesk(
        Desk.objects.none(),
        label=_("The desk that checks where nobody here can"),
        help_text=_("Another desk of your organisation, or a neighbour: its head reads the reason."),
        required=False,
    )

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data, prefix="second", initial={"second": actor.desk.second_id})
        desks = Desk.objects.visible_to(actor).exclude(pk=actor.desk.pk).order_by("code")
        self.fields["second"].queryset = desks  # type: ignore[attr-defined]


def day_name(day: date) -> str:
    return date_format(day, "l, j.m.")
