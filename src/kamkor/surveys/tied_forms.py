"""Forms about what a questionnaire belongs to, and what its answers may fill."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.forms.care import NamedChoice
from kamkor.assistance.forms.fields import DayField
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.directory.models import OutsideOrganisation
from kamkor.methods.surveys.form import Question
from kamkor.surveys import fieldday
from kamkor.surveys.filling import TARGETS, Target
from kamkor.surveys.models import Questionnaire
from kamkor.surveys.tied import Activity, Tie

KINDS = {"case": _("Case"), "activity": _("Training or campaign"), "organisation": _("Organisation")}
FEW = 60  # codes that fit into a choice on each line


class ActivityForm(forms.Form):
    """A training or a campaign."""

    kind = CodeChoice("activity_kind", label=_("Kind"), radios=True)
    title = forms.CharField(label=_("Title"), max_length=200)
    on = DayField(label=_("Day"))
    place = forms.CharField(label=_("Place"), required=False, max_length=120)
    participants = forms.IntegerField(
        label=_("How many took part"),
        required=False,
        min_value=0,
        max_value=999_999,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )


class TiesForm(forms.Form):
    """To what a questionnaire may be attached."""

    kinds = forms.MultipleChoiceField(
        label=_("To what it may be attached"),
        choices=list(KINDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class FillingForm(forms.Form):
    """Which question fills which field."""

    question = forms.ChoiceField(label=_("Question"))
    target = forms.ChoiceField(label=_("Field that its answer may fill"))

    def __init__(
        self, questions: Sequence[tuple[Question, str]], kinds: Sequence[str], *args: Any, **given: Any
    ) -> None:
        super().__init__(*args, **given)
        targets = {key: target for key, target in TARGETS.items() if target.kind in kinds}
        self._questions = {
            question.key: question
            for question, _words in questions
            if any(target.fits(question) for target in targets.values())
        }
        words = [(question.key, said) for question, said in questions if question.key in self._questions]
        labels = [(key, f"{KINDS[target.kind]}: {target.label}") for key, target in targets.items()]
        self.fields["question"].choices = words  # type: ignore[attr-defined]
        self.fields["target"].choices = labels  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if {"question", "target"} <= given.keys():
            question = self._questions[given["question"]]
            if not TARGETS[given["target"]].fits(question):
                self.add_error("target", _("An answer to this question does not fit into this field."))

    def chosen(self) -> tuple[Question, Target]:
        given = self.cleaned_data
        return self._questions[given["question"]], TARGETS[given["target"]]


class CodesForm(forms.Form):
    """Which choice of the question stands for which code of the field; empty fills nothing."""

    def __init__(self, choices: Sequence[tuple[str, str]], list_name: str, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        known = codelists.entries(list_name)
        pairs = [("", ""), *codelists.choices(list_name)()]
        alike = {code.casefold(): code for code in known}
        self._names = [name for name, _words in choices]
        for place, (name, words) in enumerate(choices):
            like = alike.get(name.casefold(), "")
            field: forms.Field = (
                forms.ChoiceField(label=words, choices=pairs, required=False, initial=like)
                if len(known) <= FEW
                else CodeField(known.keys(), label=words, initial=like)
            )
            self.fields[f"code_{place}"] = field

    def codes(self) -> dict[str, str]:
        given = {name: self.cleaned_data[f"code_{place}"] for place, name in enumerate(self._names)}
        return {name: code for name, code in given.items() if code}

    def clean(self) -> None:
        super().clean()
        if self._names and not self.errors and not self.codes():
            raise ValidationError(_("Choose a code for one answer at least."))


class CodeField(forms.CharField):
    """A code of a long list, typed."""

    def __init__(self, known: Any, **given: Any) -> None:
        widget = forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"})
        super().__init__(required=False, max_length=20, widget=widget, **given)
        self._alike = {code.casefold(): code for code in known}

    def clean(self, value: Any) -> str:
        text = str(super().clean(value)).strip()
        if text and text.casefold() not in self._alike:
            raise ValidationError(_("There is no such code."))
        return str(self._alike.get(text.casefold(), ""))


class BelongForm(forms.Form):
    """To what a filled form belongs that came from a telephone."""

    case_code = forms.CharField(label=_("Code of the case"), required=False, max_length=16)
    activity = forms.ModelChoiceField(
        Activity.objects.none(), label=KINDS["activity"], required=False, empty_label=""
    )
    organisation = NamedChoice(
        OutsideOrganisation.objects.none(), label=KINDS["organisation"], required=False, empty_label=""
    )

    def __init__(self, *args: Any, actor: Actor, questionnaire: Questionnaire, **given: Any) -> None:
        super().__init__(*args, **given)
        self._actor = actor
        activities = Activity.objects.visible_to(actor).order_by("-on", "-pk")
        organisations = OutsideOrganisation.objects.visible_to(actor).order_by("code")
        self.fields["activity"].queryset = activities  # type: ignore[attr-defined]
        self.fields["activity"].label_from_instance = lambda row: row.title  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        for kind in Tie.KINDS:
            if kind not in questionnaire.ties_to:
                del self.fields["case_code" if kind == "case" else kind]

    def clean_case_code(self) -> Any:  # a case, or nothing
        text = self.cleaned_data["case_code"].strip()
        case = fieldday.case_by_code(self._actor, text)
        if text and case is None:
            raise ValidationError(_("There is no case with this code at your desk. Look for it under Cases."))
        return case

    def clean(self) -> None:
        super().clean()
        if not self.errors and len(self._given()) != 1:
            raise ValidationError(_("Fill in one of these."))

    def chosen(self) -> tuple[str, Any]:
        ((name, subject),) = self._given().items()
        return ("case" if name == "case_code" else name), subject

    def _given(self) -> dict[str, Any]:
        return {name: subject for name, subject in self.cleaned_data.items() if subject}
