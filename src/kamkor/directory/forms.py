"""Forms of the directory: the search, a desk's own offers, and the reference lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamkor.base.codelists import CodeChoice, CodesChoice
from kamkor.directory.models import Offer
from kamkor.directory.search import Wanted


class SearchForm(forms.Form):
    """What is looked for; an impossible value is left out rather than refused."""

    service = CodeChoice("service_type", required=False, label=_("Service"))
    place = CodeChoice("place", required=False, label=_("Place"))
    language = CodeChoice("language", required=False, label=_("Language"))
    sex = CodeChoice("sex", required=False, label=_("For whom"))
    age = CodeChoice("age_group", required=False, label=_("Age"))
    free = forms.BooleanField(required=False, label=_("Leave out those that are full"))

    def wanted(self) -> Wanted:
        self.is_valid()
        return Wanted(**self.cleaned_data)


class OfferForm(forms.Form):
    """One service of one's own desk."""

    service = CodeChoice("service_type", label=_("Service"))
    room = CodeChoice("room", radios=True, label=_("Is there room today?"))
    place = CodeChoice(
        "place",
        required=False,
        label=_("Where it is given"),
        help_text=_("Rayon or oblast only. The address of a shelter is told by voice."),
    )
    adults = forms.BooleanField(required=False, label=_("Takes adults"))
    children = forms.BooleanField(required=False, label=_("Takes children"))
    sexes = CodesChoice(
        "sex", required=False, label=_("Only for"), help_text=_("Nothing chosen means everybody.")
    )
    languages = forms.MultipleChoiceField(required=False, label=_("Languages spoken there"))
    area = CodesChoice(
        "place",
        required=False,
        label=_("Places served"),
        help_text=_("Nothing chosen means the whole country."),
    )
    hours = forms.CharField(required=False, max_length=80, label=_("Hours"))
    ended_on = forms.DateField(
        required=False,
        label=_("Last day, if it has ended"),
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        languages = CodesChoice("language").choices
        self.fields["languages"].choices = languages  # type: ignore[attr-defined]
        for name in ("languages", "area"):  # long lists: a box that scrolls
            self.fields[name].widget = forms.SelectMultiple(attrs={"size": 6})
            self.fields[name].widget.choices = self.fields[name].choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not (given.get("adults") or given.get("children")):
            self.add_error("adults", _("Say whether it is for adults, for children, or for both."))
        return given

    @classmethod
    def facts_of(cls, offer: Offer) -> dict[str, Any]:
        return {name: getattr(offer, name) for name in cls.base_fields}


class EntryForm(forms.Form):
    """One row of a reference list."""

    en = forms.CharField(max_length=300, label=_("English"))
    ky = forms.CharField(max_length=300, required=False, label=_("Kyrgyz"))
    ru = forms.CharField(max_length=300, required=False, label=_("Russian"))
    uz = forms.CharField(max_length=300, required=False, label=_("Uzbek"))
    note = forms.CharField(
        max_length=1000, required=False, label=_("Note"), widget=forms.Textarea(attrs={"rows": 3})
    )
    confirmed = forms.BooleanField(required=False, label=_("I have confirmed this with the source"))


class OrganisationForm(EntryForm):
    """An outside organisation: how it is reached and what it does. No persons, no addresses of shelters."""

    note = None  # type: ignore[assignment]
    kind = CodeChoice("organisation_kind", label=_("Kind"))
    place = CodeChoice("place", required=False, label=_("Place"))
    phone = forms.CharField(
        max_length=60,
        required=False,
        label=_("Telephone of the office"),
        help_text=_("Not the telephone of a person."),
    )
    services = CodesChoice("service_type", required=False, label=_("Services"))
    children = forms.BooleanField(required=False, label=_("Takes children"))
    field_order = ["en", "ky", "ru", "uz", "kind", "place", "phone", "services", "children", "confirmed"]
