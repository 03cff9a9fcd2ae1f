"""Forms of visits to workplaces."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.forms.fields import DayField
from kamkor.base.codelists import CodeChoice, CodesChoice
from kamkor.prevention.forms.departures import people
from kamkor.prevention.models import Recruiter


class VisitForm(forms.Form):
    """Who went where, how many were met, what was found and asked for."""

    on = DayField(label=_("Day"))
    site = forms.CharField(label=_("Workplace"), help_text=_("Its name; no names of people."), max_length=160)
    country = CodeChoice("country", label=_("Country"))
    place = forms.CharField(label=_("Place"), required=False, max_length=120)
    sector = CodeChoice("work_sector", label=_("Work"))
    recruiter = forms.ModelChoiceField(
        Recruiter.objects.none(), label=_("Firm that sent the people"), required=False, empty_label=""
    )
    by = CodesChoice("visit_body", label=_("Who went"))
    women = people(_("Women"))
    men = people(_("Men"))
    under_18 = people(_("Under 18"))
    findings = CodesChoice("visit_finding", label=_("What was found"))
    deaths = people(_("Deaths that became known"))
    recommended = forms.CharField(
        label=_("What was recommended"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    to_name = forms.CharField(label=_("To whom"), required=False, max_length=200)

    def __init__(self, *args: object, actor: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        firms = self.fields["recruiter"]
        if actor.may_here("recruiter.list"):
            firms.queryset = Recruiter.objects.visible_to(actor).order_by("name", "pk")  # type: ignore[attr-defined]
        else:
            del self.fields["recruiter"]

    def clean_on(self) -> object:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day


class AnswerForm(forms.Form):
    answer = CodeChoice("visit_answer", label=_("Answer"), radios=True)
    answered_on = DayField(label=_("Day"))
