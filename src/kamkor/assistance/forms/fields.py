"""Fields that several forms of a case have."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.methods.journeys import PartialDate


class DayField(forms.DateField):
    """A day, picked or typed; today unless something else is said."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        if kwargs.get("required", True):
            kwargs.setdefault("initial", timezone.localdate)
        super().__init__(**kwargs)  # type: ignore[arg-type]


class PartialDateField(forms.CharField):
    """A year, a month or a day: as much as is known."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("help_text", _("As much as is known: 2026, 2026-05 or 2026-05-03."))
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-10"}))
        super().__init__(**kwargs)  # type: ignore[arg-type]

    def clean(self, value: object) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return str(PartialDate.parse(text))
        except ValueError as error:
            raise ValidationError(_("Write a date as 2026, 2026-05 or 2026-05-03.")) from error


class MomentField(forms.SplitDateTimeField):
    """A day and an hour."""

    def __init__(self, **kwargs: Any) -> None:  # what Django's own field takes
        day: dict[str, Any] = {"type": "date", "aria-label": _("Day")}
        hour: dict[str, Any] = {"type": "time", "aria-label": _("Time")}
        widget = forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs=day,
            time_attrs=hour,
        )
        super().__init__(widget=widget, **kwargs)


def sealed_text(**kwargs: object) -> forms.CharField:
    """A long text that is going to be sealed."""
    kwargs.setdefault("max_length", 20_000)
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 6}), **kwargs)  # type: ignore[arg-type]
