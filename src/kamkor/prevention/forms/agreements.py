"""Forms of seasonal agreements."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.forms.fields import DayField
from kamkor.base.codelists import CodeChoice, CodesChoice
from kamkor.prevention.forms.departures import SMALL, people
from kamkor.prevention.models import Agreement, Recruiter


class AgreementForm(forms.Form):
    """Who agreed with whom, on what, for how many people and which days."""

    kind = CodeChoice("agreement_kind", label=_("Who agreed"), radios=True)
    home = forms.CharField(
        label=_("Party here"), help_text=_("Its name; no names of people."), max_length=160
    )
    abroad = forms.CharField(label=_("Party there"), max_length=160)
    country = CodeChoice("country", label=_("Country they go to"))
    sector = CodeChoice("work_sector", label=_("Work"))
    recruiter = forms.ModelChoiceField(
        Recruiter.objects.none(), label=_("Firm that sent the people"), required=False, empty_label=""
    )
    number = forms.CharField(label=_("Number of the paper"), required=False, max_length=40)
    signed_on = DayField(label=_("Signed on"), required=False)
    begins = DayField(label=_("First day of the season"), initial=None)
    ends = DayField(label=_("Last day of the season"), initial=None)
    places = forms.IntegerField(
        label=_("Places"), min_value=1, max_value=100_000, widget=forms.NumberInput(attrs=SMALL)
    )
    settled = CodesChoice("agreement_term", label=_("What is settled in writing"), required=False)

    def __init__(self, *args: object, actor: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if actor.may_here("recruiter.list"):
            firms = Recruiter.objects.visible_to(actor).order_by("name", "pk")
            self.fields["recruiter"].queryset = firms  # type: ignore[attr-defined]
        else:
            del self.fields["recruiter"]

    def clean(self) -> None:
        given = super().clean() or {}
        if given.get("begins") and given.get("ends") and given["ends"] < given["begins"]:
            self.add_error("ends", _("The last day is before the first."))

    @classmethod
    def facts_of(cls, agreement: Agreement) -> dict[str, Any]:
        return {name: getattr(agreement, name) for name in cls.base_fields}


class SeasonReportForm(forms.Form):
    """All who have come back so far, not only those since the last time."""

    on = DayField(label=_("Day"))
    told_by = CodesChoice("visit_body", label=_("Who told it"), required=False)
    came_back = people(_("Came back so far"))
    deaths = people(_("Deaths that became known"))
    findings = CodesChoice("visit_finding", label=_("What was found"), required=False)

    def clean_on(self) -> object:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day
