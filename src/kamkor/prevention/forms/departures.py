"""The form of those who leave."""

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.access.actor import Actor
from kamkor.assistance.forms.fields import DayField
from kamkor.base.codelists import CodeChoice
from kamkor.prevention.models import Agreement

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


class AgreementChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # the stubs' own
    """One of the desk's agreements."""

    def label_from_instance(self, obj: Agreement) -> str:
        return f"{obj.home} – {obj.abroad}, {date_format(obj.begins, 'SHORT_DATE_FORMAT')}"


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
    agreement = AgreementChoice(
        Agreement.objects.none(), label=gettext_lazy("Seasonal agreement"), required=False, empty_label=""
    )

    def __init__(self, *args: object, actor: Actor, under: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        known = Agreement.objects.visible_to(actor).order_by("-begins", "-pk")
        if known.exists():
            self.fields["agreement"].queryset = known  # type: ignore[attr-defined]
        else:
            del self.fields["agreement"]
        chosen = known.filter(pk=under).first() if under.isdecimal() else None
        if chosen:
            told = {"agreement": chosen, "country": chosen.country, "sector": chosen.sector}
            self.initial.update(told, kind="season")

    def clean_on(self) -> object:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> None:
        given = super().clean() or {}
        if not self.errors and not (given["women"] or given["men"] or given["under_18"]):
            self.add_error("women", _("Write how many people there were."))
        if agreement := given.get("agreement"):
            given["country"] = agreement.country
