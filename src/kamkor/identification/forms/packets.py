"""Forms of the commission's packet."""

import re
from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.models import Desk
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.base.templatetags.names import name as name_of
from kamkor.identification.forms.facts import DayField, today
from kamkor.identification.signs import by_dimension


class DeskChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A desk by its name in the reader's language."""

    def label_from_instance(self, obj: object) -> str:
        return str(name_of(obj))


class PacketForm(forms.Form):
    """Reasons and signs; a text in which one of her names, numbers or addresses stands is refused."""

    commission = DeskChoice(label=_("Commission"), queryset=Desk.objects.none(), empty_label=None)
    signs = forms.MultipleChoiceField(
        label=_("Signs that the commission is told"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("Why this person is presumed to be trafficked: no name, no place of work, no account."),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: object,
        commissions: "Iterable[Desk]",
        signs: list[str],
        known: list[str],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["commission"].queryset = commissions  # type: ignore[attr-defined]
        self.fields["signs"].choices = [  # type: ignore[attr-defined]
            (
                codelists.label("ilo_dimension", dimension),
                [(code, codelists.label("ilo_indicator", code)) for code in told],
            )
            for dimension, told in by_dimension(signs)
        ]
        self.known = known
        if not signs:
            del self.fields["signs"]

    def clean_reasons(self) -> str:
        text: str = self.cleaned_data["reasons"]
        if names_in(text, self.known):
            raise ValidationError(_("The text names the person or a way to find the person. Take that out."))
        return text


class SubmitForm(forms.Form):
    agreed = forms.BooleanField(label=_("The person agreed that this commission reads the packet"))


class DecideForm(forms.Form):
    decision = CodeChoice("packet_decision", label=_("Decision"), radios=True)
    on = DayField(label=_("Date of the decision"), initial=today)
    answer = forms.CharField(
        label=_("Words to the desk that asked"),
        help_text=_("Only that desk reads them."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_on(self) -> object:
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError(_("This day has not come yet. Give the day of the decision."))
        return on


def names_in(text: str, known: list[str]) -> bool:
    """Whether a word of what is known of her (a name, a telephone) stands in the text."""
    words = {word for fact in known for word in re.findall(r"\w{3,}", fact.casefold())}
    return bool(words & set(re.findall(r"\w+", text.casefold())))
