"""Forms of what a person is owed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.forms.fields import DayField, sealed_text
from kamkor.assistance.models import Case
from kamkor.base.codelists import CodeChoice
from kamkor.prevention.forms.recruiters import CURRENCY, SHORT
from kamkor.prevention.models import Recruiter

FOUR = {"class": "govuk-input--width-4"}


def money(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DecimalField:  # lazy strings
    """An amount; nothing is nought."""
    return forms.DecimalField(
        label=label, required=required, min_value=0, max_digits=14, decimal_places=2, help_text=help_text,
        widget=forms.NumberInput(attrs=SHORT),
    )  # fmt: skip


def currency(*, required: bool = True) -> forms.RegexField:
    told = _("Three letters, such as KGS, RUB or USD.")
    widget = forms.TextInput(attrs=FOUR)
    return forms.RegexField(CURRENCY, label=_("Currency"), help_text=told, required=required, widget=widget)


class ClaimForm(forms.Form):
    """Whose, of which firm."""

    case = forms.CharField(
        label=_("Code of the case, if there is one"), required=False, max_length=16,
        widget=forms.TextInput(attrs=SHORT),
    )  # fmt: skip
    who = forms.CharField(
        label=_("Whose claim it is"), help_text=_("Only without a case. Sealed."), required=False,
        max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    recruiter = forms.ModelChoiceField(
        Recruiter.objects.none(), label=_("Firm"), required=False, empty_label=""
    )
    country = CodeChoice("country", label=_("Country"), required=False)
    note = sealed_text(
        label=_("Who owes it, and what proves it"),
        help_text=_("Employer, contract, messages, receipts, witnesses. Sealed."),
        required=False,
        max_length=4000,
    )
    counted = forms.BooleanField(
        label=_("The person agrees that the permit officer counts the sum, without name and case"),
        required=False,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        firms: Any = self.fields["recruiter"]
        firms.queryset = Recruiter.objects.visible_to(actor).order_by("name", "pk")

    def clean_case(self) -> Case | None:
        code = self.cleaned_data["case"].strip()
        if not code:
            return None
        found: Case | None = None
        if self.actor.may_here("case.read"):
            found = Case.objects.visible_to(self.actor).filter(code__iexact=code).first()
        if found is None:
            raise ValidationError(_("No case of your desk has this code."))
        return found

    def clean(self) -> None:
        given = super().clean() or {}
        if "case" not in self.errors and not given.get("case") and not given.get("who"):
            self.add_error("who", _("Write the code of the case or whose claim it is."))


class RowForm(forms.Form):
    """One sum of the sheet."""

    kind = CodeChoice("claim_kind", label=_("For what"), radios=True)
    promised = money(
        _("Promised"), required=True, help_text=_("Of a fee or a deposit: what the person had paid.")
    )
    per = CodeChoice("pay_per", label=_("The sum is"), radios=True)
    days = forms.IntegerField(
        label=_("Days worked"), help_text=_("Pay by the month is counted as 30 days a month."),
        required=False, min_value=0, max_value=20_000, widget=forms.NumberInput(attrs=FOUR),
    )  # fmt: skip
    paid = money(_("Of it paid, or given back"))
    deducted = money(
        _("Deducted"), help_text=_("Only what had been agreed in writing.")
    )  # fmt: skip
    currency = currency()
    on = DayField(label=_("Owed since"), help_text=_("The rate is of this day."))
    som = forms.DecimalField(
        label=_("Som for one unit on that day"), required=False, min_value=0, max_digits=12, decimal_places=4,
        widget=forms.NumberInput(attrs=SHORT),
    )  # fmt: skip
    field_order = ("kind", "promised", "per", "days", "paid", "deducted", "currency", "on", "som")

    def clean(self) -> None:
        given = super().clean() or {}
        for name in ("days", "paid", "deducted"):
            given[name] = given.get(name) or 0
        if given.get("per") in ("day", "month") and not given["days"] and "days" not in self.errors:
            self.add_error("days", _("Write for how many days."))
        if given.get("promised") == 0:
            self.add_error("promised", _("Write a sum above nought."))


class StepForm(forms.Form):
    """What was done, or came."""

    kind = CodeChoice("claim_step", label=_("What has happened"), radios=True)
    on = DayField(label=_("Day"))
    amount = money(_("Sum"), help_text=_("Of what was awarded or paid."))
    currency = currency(required=False)

    def clean(self) -> None:
        given = super().clean() or {}
        given["amount"] = given.get("amount") or None
        if bool(given["amount"]) != bool(given.get("currency")) and not self.errors:
            self.add_error("currency", _("Write the sum together with its currency, or neither."))
