"""Forms of what a person's file says."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kamkor.base.codelists import CodeChoice
from kamkor.people import facts
from kamkor.people.forms.search import year_of_birth
from kamkor.people.models import Particular, Person
from kamkor.people.sharing import NUMBER

_LOOKS_LIKE_NUMBER = re.compile(r"(?<!\d)[12]\d{13}(?!\d)")  # sex, date of birth, the rest
TEXT = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})


def check_number(kind: str, text: str) -> str:
    """The personal number stands in its own, masked particular and nowhere else."""
    if kind != NUMBER and _LOOKS_LIKE_NUMBER.search(re.sub(r"[ -]", "", text)):
        raise ValidationError(
            _("This looks like a personal number. Enter it as its own kind: it is masked there.")
        )
    return text


class ParticularForm(forms.Form):
    kind = CodeChoice("particular", label=_("What it is"))
    text = forms.CharField(label=_("What to write"), max_length=500, widget=TEXT)

    def clean(self) -> None:
        super().clean()
        try:
            check_number(self.cleaned_data.get("kind", NUMBER), self.cleaned_data.get("text", ""))
        except ValidationError as error:
            self.add_error("text", error)


class CorrectionForm(forms.Form):
    """New words for one particular, and the version that the writer saw."""

    text = forms.CharField(label=_("What to write"), max_length=500, widget=TEXT)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, particular: Particular, text: str, data: Any = None) -> None:
        self.kind = particular.kind
        super().__init__(data, initial={"text": text, "version": particular.item.version})

    def clean_text(self) -> str:
        return check_number(self.kind, self.cleaned_data["text"])


class FactsForm(forms.Form):
    """The open facts; two citizenships and two languages are enough for the screen."""

    sex = CodeChoice("sex", label=_("Sex"), required=False)
    age = CodeChoice("age_group", label=_("Age group"), required=False)
    birth_year = year_of_birth()
    citizenship = CodeChoice("country", label=_("Citizenship"), required=False)
    citizenship_2 = CodeChoice("country", label=_("Another citizenship"), required=False)
    language = CodeChoice("language", label=_("Language"), required=False)
    language_2 = CodeChoice("language", label=_("Another language"), required=False)
    interpreter = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    home_place = CodeChoice("place", label=_("Home place"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(self, person: Person, data: Any = None) -> None:
        held = facts.facts(person) | {"seen": person.version}
        for name, codes in (("citizenship", person.citizenships), ("language", person.languages)):
            held |= dict(zip((name, f"{name}_2"), codes, strict=False))
        super().__init__(data, initial=held)
        self._more = {"citizenships": person.citizenships[2:], "languages": person.languages[2:]}

    def given(self) -> dict[str, object]:
        """The facts as columns of Person; what the screen has no room for is kept."""
        said = self.cleaned_data
        kept = {name: said[name] for name in ("sex", "age", "birth_year", "interpreter", "home_place")}
        for name, field in (("citizenships", "citizenship"), ("languages", "language")):
            chosen = [code for code in (said[field], said[f"{field}_2"]) if code]
            kept[name] = list(dict.fromkeys(chosen + self._more[name]))
        return kept


class FlagForm(forms.Form):
    kind = CodeChoice("flag_kind", label=_("What colleagues must see first"))
    text = forms.CharField(
        label=_("A word about it"),
        help_text=_("Never an illness, a pregnancy or what the person did: such things are not flags."),
        required=False,
        max_length=300,
        widget=TEXT,
    )

    def clean_text(self) -> str:
        return check_number("flag", self.cleaned_data["text"])


class RelationshipForm(forms.Form):
    kind = CodeChoice("relationship", label=_("Who the other person is to this one"))
