"""Forms of a search request. Four answers are needed; whether asking is dangerous comes first."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.assistance.forms.fields import DayField, PartialDateField, sealed_text
from kamkor.assistance.forms.intake import LanguageChoice
from kamkor.base.codelists import CodeChoice
from kamkor.crossborder.actions import TEXTS

PRIVATE = {"autocomplete": "off", "spellcheck": "false"}


class RequestForm(forms.Form):
    """What the asker says. Nothing is looked up, so nothing can be told."""

    asking_dangerous = CodeChoice(
        "yes_no_unknown",
        label=_("Can asking bring the person into danger?"),
        help_text=_("Who might learn of it: a creditor, an employer, a husband, the police there?"),
        radios=True,
    )
    kind = CodeChoice("search_kind", label=_("What has happened"), radios=True)
    asker_is = CodeChoice("relationship", label=_("Who asks"), help_text=_("As the asker says."))
    names = forms.CharField(
        label=_("Name of the person who is sought"),
        help_text=_("One spelling or name a line. Sealed."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, **PRIVATE}),
    )
    sex = CodeChoice("sex", label=_("Sex"), required=False)
    birth_year = forms.IntegerField(
        label=_("Year of birth, about"),
        required=False,
        min_value=1900,
        max_value=2100,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )
    country = CodeChoice("country", label=_("Country of the last message"), required=False)
    last_heard = PartialDateField(label=_("When of the last message"), required=False)
    home = CodeChoice("place", label=_("Village or town of the person"), required=False)
    together = forms.IntegerField(
        label=_("How many left together and are without a word, this person too"),
        required=False,
        min_value=1,
        max_value=999,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )
    known = sealed_text(
        label=_("What is known"),
        help_text=_("Last contact, place, work, who travelled along. Facts only. Sealed."),
        required=False,
        max_length=8000,
    )
    owed = sealed_text(
        label=_("What is owed, and to whom"),
        help_text=_("Debt, creditor, who holds the passport, how it grows. Stays at this desk. Sealed."),
        required=False,
        max_length=4000,
    )
    asker = sealed_text(
        label=_("How the asker can be reached safely"),
        help_text=_("Only what was given for this. Sealed."),
        required=False,
        max_length=1000,
    )
    asker_language = LanguageChoice(label=_("Language of the asker"), required=False)
    asks_others = forms.BooleanField(
        label=_("The asker agrees that other organisations that help people are asked"),
        help_text=_("They get the name and how to reach the asker. They never answer through us."),
        required=False,
    )

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in TEXTS}

    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in TEXTS}


class StepForm(forms.Form):
    """Something was tried, or an answer came."""

    kind = CodeChoice("search_step", label=_("What was done"))
    on = PartialDateField(label=_("When"), initial=timezone.localdate)
    post = forms.CharField(
        label=_("With whom"),
        help_text=_("The body and the officer's post, not the name. Sealed."),
        required=False,
        max_length=200,
    )
    note = sealed_text(label=_("What came of it"), required=False, max_length=4000)

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("kind") == "police_refused" and not self.cleaned_data.get("post"):
            self.add_error("post", _("Name the body and the post of the officer who refused."))


class EndForm(forms.Form):
    outcome = CodeChoice("search_outcome", label=_("How the search ended"), radios=True)
    on = DayField(label=_("Day"))


class DecideForm(forms.Form):
    decision = CodeChoice("match_decision", label=_("Your decision"), radios=True)
