"""The one box in which a worker looks before she opens a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

YEARS = {"min_value": 1900, "max_value": 2100}
YEAR_INPUT = forms.NumberInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"})


class SearchForm(forms.Form):
    text = forms.CharField(
        label=_("Name or code"),
        help_text=_("In any spelling: Kyrgyz, Russian, Uzbek or Latin letters."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    birth_year = forms.IntegerField(label=_("Year of birth"), required=False, widget=YEAR_INPUT, **YEARS)
