"""The form of those who leave."""

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.assistance.forms.fields import DayField
from kamkor.base.codelists import CodeChoice

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

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
