"""Forms of a screening: nothing is required, and only what was changed is sent on."""

from collections.abc import Iterator

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from kamkor.base.codelists import CodeChoice, CodesChoice, entries, label
from kamkor.identification.actions.screening import Elements
from kamkor.identification.models import Screening

ANSWERS = [("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not known"))]
ELEMENTS = ("act", "means", "purpose")


class OpenForm(forms.Form):
    profile = CodeChoice("screening_profile", label=_("List of signs"), radios=True)
    second_reason = CodeChoice(
        "second_screening_reason", label=_("Why the person is asked again"), required=False
    )

    def __init__(self, *args: object, child: bool, again: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        group = "child" if child else "adult"
        self.initial.setdefault("profile", f"{group}_labour")
        self.fields["second_reason"].required = again
        if not again:
            del self.fields["second_reason"]


class AnswersForm(forms.Form):
    """The signs with act, means, purpose and the reasons. Each field carries what the page showed, so that
    what a colleague ticked meanwhile is not undone by a page that still shows the old state."""

    act = CodesChoice(
        "trafficking_act", label=_("What was done (act)"), required=False, show_hidden_initial=True
    )
    means = CodesChoice("trafficking_means", label=_("How (means)"), required=False, show_hidden_initial=True)
    purpose = CodesChoice(
        "exploitation", label=_("What for (purpose)"), required=False, show_hidden_initial=True
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("Facts in a few sentences, not the account word for word. Sealed."),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        show_hidden_initial=True,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, screening: Screening, told: dict[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.signs = list(entries("ilo_indicator"))
        for code in self.signs:
            self.fields[code] = forms.ChoiceField(
                label=label("ilo_indicator", code),
                choices=ANSWERS,
                widget=forms.RadioSelect,
                required=False,
                initial=told.get(code, "unknown"),
                show_hidden_initial=True,
            )
        for name in ELEMENTS:
            self.initial.setdefault(name, getattr(screening, name))

    def of(self, codes: tuple[str, ...]) -> Iterator[tuple[BoundField, str]]:
        """Each sign's field, and the hidden field that says what the page showed."""
        return ((self[code], self[code].as_hidden(only_initial=True)) for code in codes)

    def changed(self) -> dict[str, str]:
        signs = set(self.signs)
        return {name: self.cleaned_data[name] or "unknown" for name in self.changed_data if name in signs}

    def elements(self) -> Elements:
        found: Elements = {}
        for name in ELEMENTS:
            if name in self.changed_data:
                found[name] = self.cleaned_data[name]  # type: ignore[literal-required]
        return found

    def new_reasons(self) -> str | None:
        return self.cleaned_data["reasons"] if "reasons" in self.changed_data else None


class TalkForm(forms.Form):
    """How a talk ended."""

    stopped = CodeChoice("stop_reason", label=_("Why the talk stopped"))
    minutes = forms.IntegerField(
        label=_("Minutes"),
        help_text=_("Left empty, the clock is taken."),
        required=False,
        min_value=0,
        max_value=600,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
    )
