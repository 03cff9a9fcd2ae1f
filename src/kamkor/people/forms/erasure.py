"""Forms of forgetting somebody, and of what holds that up."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.base.codelists import CodeChoice
from kamkor.people.forms.consents import DAY


class WishForm(forms.Form):
    """She asks us to forget her: what she was told, in her own language."""

    language = forms.ChoiceField(label=_("Language in which it was said"), choices=settings.LANGUAGES)
    words = forms.CharField(
        label=_("In the person’s own words, if the second colleague should know them"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    told = forms.BooleanField(label=_("I have said the words above and they were understood"))

    def __init__(self, language: str, data: Any = None) -> None:
        super().__init__(data, initial={"language": language})


class RefuseForm(forms.Form):
    why = CodeChoice("erasure_refusal", label=_("Why can it not be done?"), radios=True)


class CertainForm(forms.Form):
    certain = forms.BooleanField(label=_("I have made sure that it is this person's own wish"))


class HoldForm(forms.Form):
    """Why a file must stay, and until when at the latest."""

    ground = CodeChoice("hold_ground", label=_("Why must it be kept?"), radios=True)
    ends_on = forms.DateField(
        label=_("Until when"),
        help_text=_("Leave it empty where nobody knows yet; it is lifted by hand then."),
        required=False,
        widget=DAY,
    )
    paper = forms.CharField(label=_("Number of the paper"), max_length=200, required=False)

    def clean_ends_on(self) -> date | None:
        day: date | None = self.cleaned_data["ends_on"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("Give a day in the future."))
        return day
