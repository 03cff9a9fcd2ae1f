"""Forms of an event with many people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamkor.assistance.actions.intake import Given
from kamkor.assistance.forms.fields import PartialDateField
from kamkor.assistance.forms.intake import ConsentFields, LanguageChoice
from kamkor.assistance.models import Event
from kamkor.base.codelists import CodeChoice

NOT_KNOWN = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not known (None)."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            choices=NOT_KNOWN,
            coerce=lambda text: text == "yes",
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            **kwargs,  # type: ignore[arg-type]
        )


def number(label: object, *, required: bool = False) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "govuk-input--width-4"})
    return forms.IntegerField(
        label=label,  # type: ignore[arg-type]
        min_value=1 if required else 0,
        max_value=100_000,
        required=required,
        widget=widget,
    )


class EventForm(forms.Form):
    """What is shared by all: entered once."""

    kind = CodeChoice("case_kind", label=_("Kind"), initial="trafficking")
    head_count = number(_("How many people"), required=True)
    children = number(_("Of them children, or in doubt"))
    injured = number(_("Of them injured"))
    papers_held = YesNoField(label=_("Does somebody hold their papers?"))
    can_leave = YesNoField(label=_("Can they leave?"))
    country = CodeChoice("country", label=_("Country"), required=False)
    place = CodeChoice("place", label=_("Place"), required=False)
    on = PartialDateField(label=_("When"), required=False)
    text = forms.CharField(
        label=_("What all of them share"),
        help_text=_("Facts, sealed. No names: each person gets a file of their own."),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        show_hidden_initial=True,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        for part in ("children", "injured"):
            given[part] = given.get(part) or 0
            if given.get("head_count") and given[part] > given["head_count"]:
                self.add_error(part, _("This is more than all of them."))

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in {"text", "version"}}

    def new_text(self) -> str | None:
        return self.cleaned_data["text"] if "text" in self.changed_data else None


class RowForm(ConsentFields):
    """One person in a hurry. Without a yes nothing is written down: only the count grows."""

    call_name = forms.CharField(
        label=_("What to call the person"),
        help_text=_("May be none. Sealed."),
        required=False,
        max_length=100,
    )
    sex = CodeChoice("sex", label=_("Sex"))
    age = CodeChoice("age_group", label=_("Child or adult"), initial="adult")
    language = LanguageChoice(label=_("Language of the person"), required=False)
    counted_only = forms.BooleanField(
        label=_("Said no: count only"), help_text=_("Nothing of this person is kept."), required=False
    )
    field_order = ["call_name", "sex", "age", "language", "agreed", "ground", "reason", "counted_only"]

    def full_clean(self) -> None:
        """Whoever said no is asked nothing else."""
        if self.is_bound and self.data.get(self.add_prefix("counted_only")):
            for name in self.fields:
                self.fields[name].required = False
        super().full_clean()

    def clean(self) -> None:
        if not self.cleaned_data.get("counted_only"):
            super().clean()

    @property
    def counted(self) -> bool:
        return bool(self.cleaned_data["counted_only"])

    def given(self, event: Event) -> Given | None:
        """None for somebody who is only counted."""
        data = self.cleaned_data
        if self.counted:
            return None
        return Given(
            agreed=self.why(),
            particulars={"call_name": data["call_name"]},
            person={
                "sex": data["sex"],
                "age": data["age"],
                "languages": [data["language"]] if data["language"] else [],
            },
            case={"kind": event.kind},
            presumed_by="worker_finding",
        )


class SheetForm(forms.Form):
    """What he worked and what he is owed, in his own figures."""

    days = forms.CharField(label=_("Days worked"), required=False, max_length=200)
    promised = forms.CharField(label=_("Promised"), required=False, max_length=200)
    paid = forms.CharField(label=_("Paid"), required=False, max_length=200)
    deducted = forms.CharField(label=_("Deducted"), required=False, max_length=200)
    owed = forms.CharField(label=_("Owed"), required=False, max_length=200)

    def clean(self) -> None:
        super().clean()
        if not any(self.cleaned_data.values()):
            self.add_error(None, _("Fill in at least one line."))

    def lines(self) -> dict[str, str]:
        return {str(self.fields[name].label): value for name, value in self.cleaned_data.items() if value}
