"""The one box in which a worker looks before she opens a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1900, 2100


def year_of_birth() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Year of birth"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}),
    )


class SearchForm(forms.Form):
    text = forms.CharField(
        label=_("Name, telephone number or code"),
        help_text=_("A name in any spelling: Kyrgyz, Russian, Uzbek or Latin letters. A number in full."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    birth_year = year_of_birth()
