"""Forms of the register of recruiters."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.assistance.forms.fields import DayField, sealed_text
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice, CodesChoice
from kamkor.methods.adverts.firms import fold_firm
from kamkor.methods.permits import GRANTS
from kamkor.prevention.models import Recruiter

SHORT = {"class": "govuk-input--width-10"}
CURRENCY = "^[A-Z]{3}$"


class FindForm(forms.Form):
    """Which firms, as of which day."""

    q = forms.CharField(label=_("Name of the firm"), required=False, max_length=160)
    country = CodeChoice("country", label=_("Country"), required=False)
    day = DayField(label=_("As of"), required=False)

    def wanted(self) -> dict[str, Any]:
        """What was asked as far as it can be read; without a day it is today."""
        self.is_valid()
        given = self.cleaned_data
        if not given.get("day"):
            self.data = {**self.data.dict(), "day": timezone.localdate().isoformat()}  # type: ignore[attr-defined]
        return {
            "name": given.get("q", ""),
            "country": given.get("country", ""),
            "day": given.get("day") or timezone.localdate(),
        }


class RecruiterForm(forms.Form):
    """A firm, with the ways in which it is written."""

    name = forms.CharField(label=_("Name of the firm"), max_length=160)
    spellings = forms.CharField(
        label=_("Other spellings and former names"),
        help_text=_("One a line."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    number = forms.CharField(
        label=_("Number of registration"), required=False, max_length=20, widget=forms.TextInput(attrs=SHORT)
    )
    place = CodeChoice("place", label=_("Place"), required=False)
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=80)
    site = forms.CharField(label=_("Website"), required=False, max_length=120)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not fold_firm(name):
            raise ValidationError(_("Write the name of the firm."))
        return name

    def clean_spellings(self) -> list[str]:
        lines = [line.strip()[:160] for line in self.cleaned_data["spellings"].splitlines()]
        return list(dict.fromkeys(filter(None, lines)))

    @staticmethod
    def facts_of(firm: Recruiter) -> dict[str, object]:
        names = ("name", "number", "place", "address", "phone", "site")
        return {name: getattr(firm, name) for name in names} | {"spellings": "\n".join(firm.spellings)}


class EventForm(forms.Form):
    """What has happened to a permit."""

    kind = forms.ChoiceField(label=_("What has happened"))
    on = DayField(label=_("Day"))
    until = DayField(
        label=_("Valid until"), help_text=_("Only for a permit that is issued or extended."), required=False
    )
    ground = forms.CharField(label=_("Decision: its number, or why"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = codelists.entries("permit_state")
        told = [code for code, entry in known.items() if entry.extra.get("kind") != "derived"]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", ""),
            *((code, codelists.label("permit_state", code)) for code in told),
        ]

    def clean(self) -> None:
        given = super().clean() or {}
        kind, on, until = given.get("kind"), given.get("on"), given.get("until")
        if kind in GRANTS and "until" not in self.errors:
            if until is None:
                self.add_error("until", _("Write the last day on which the permit is valid."))
            elif on and until < on:
                self.add_error("until", _("The last day is before the first."))
        elif until:
            self.cleaned_data["until"] = None
        if on and on > timezone.localdate():
            self.add_error("on", _("This day is still to come."))


class PermitForm(EventForm):
    """A permit with its first entry."""

    country = CodeChoice("country", label=_("Country"))
    partner = forms.CharField(label=_("Partner in that country"), required=False, max_length=160)
    number = forms.CharField(
        label=_("Number of the permit"), required=False, max_length=40, widget=forms.TextInput(attrs=SHORT)
    )
    field_order = ("country", "partner", "number", "kind", "on", "until", "ground")


class OrderForm(forms.Form):
    """Approved work."""

    employer = forms.CharField(label=_("Employer"), max_length=160)
    work = forms.CharField(label=_("Work"), max_length=120)
    places = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=100_000, widget=forms.NumberInput(attrs=SHORT)
    )
    pay = forms.DecimalField(
        label=_("Pay a month"), required=False, min_value=1, max_digits=12, decimal_places=2,
        widget=forms.NumberInput(attrs=SHORT),
    )  # fmt: skip
    currency = forms.RegexField(
        CURRENCY, label=_("Currency"), help_text=_("Three letters, such as KGS, RUB or USD."),
        required=False, widget=forms.TextInput(attrs={"class": "govuk-input--width-4"}),
    )  # fmt: skip
    approved_on = DayField(label=_("Approved on"))

    def clean(self) -> None:
        given = super().clean() or {}
        if bool(given.get("pay")) != bool(given.get("currency")) and not self.errors:
            self.add_error("currency", _("Write the pay together with its currency, or neither."))


class PlacedForm(forms.Form):
    """How many people were sent in a time."""

    begins = DayField(label=_("From"), initial=None)
    ends = DayField(label=_("Until"), initial=None)
    women = forms.IntegerField(label=_("Women"), min_value=0, widget=forms.NumberInput(attrs=SHORT))
    men = forms.IntegerField(label=_("Men"), min_value=0, widget=forms.NumberInput(attrs=SHORT))
    came_back = forms.IntegerField(
        label=_("Of them came back early"), required=False, min_value=0, widget=forms.NumberInput(attrs=SHORT)
    )

    def clean(self) -> None:
        given = super().clean() or {}
        if given.get("begins") and given.get("ends") and given["ends"] < given["begins"]:
            self.add_error("ends", _("The last day is before the first."))


class OwnersForm(forms.Form):
    text = sealed_text(label=_("Owners and who acts for them"), help_text=_("Sealed."), max_length=4000)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CheckForm(forms.Form):
    """An inspection, a visit, a test call."""

    kind = CodeChoice("check_kind", label=_("What was done"), radios=True)
    caller_safe = forms.BooleanField(
        label=_("For a test call: not from one's own number, not in one's own name, never a meeting alone"),
        required=False,
    )
    on = DayField(label=_("Day"))
    findings = CodesChoice("check_finding", label=_("What was found"), required=False)
    note = sealed_text(label=_("Note"), help_text=_("Sealed."), max_length=8000)

    def clean(self) -> None:
        given = super().clean() or {}
        if given.get("kind") == "test_call" and not given.get("caller_safe"):
            self.add_error("caller_safe", _("A test call is made only if all of this holds."))


class ComplaintForm(forms.Form):
    """What somebody says of the firm."""

    about = CodesChoice("complaint_about", label=_("What about"))
    on = DayField(label=_("Day of the complaint"))
    country = CodeChoice("country", label=_("Country"), required=False)
    account = sealed_text(
        label=_("What happened"),
        help_text=_("The permit officer reads this. Write no name and no telephone here. Sealed."),
        max_length=8000,
    )
    complainant = sealed_text(
        label=_("Who complains, and how they can be reached safely"),
        help_text=_("Stays at this desk. The permit officer never sees it. Sealed."),
        required=False,
        max_length=1000,
    )


class AnswerForm(forms.Form):
    answer = CodeChoice("complaint_answer", label=_("Answer"), radios=True)
    answered_on = DayField(label=_("Day"))
