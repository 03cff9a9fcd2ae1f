"""Forms of a contact. What is only needed to close it is no error while it stays open."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.identification.actions.contacts import CALLABLE, FACTS, keeps_hash
from kamkor.identification.models import Contact, Line

TO_CLOSE = ("safe_to_talk", "danger", "topic", "callback", "outcome")
TO_CLOSE_SHORT = ("safe_to_talk", "danger", "callback")
OWN_WAYS = ("phone", "messenger", "visit", "outreach", "email", "letter", "web", "sms", "other")
PRIVATE = {"autocomplete": "off", "spellcheck": "false"}
SHORTEST_NUMBER = 5


class StartForm(forms.Form):
    """By which line, or in which other way, somebody has come."""

    way = forms.ChoiceField(label=_("Line"))

    def __init__(self, lines: Iterable[Line], data: Any = None, *, chosen: str = "") -> None:
        self.lines = {f"line-{line.pk}": line for line in lines}
        super().__init__(data, initial={"way": chosen})
        by_line = [(key, _line_label(line)) for key, line in self.lines.items()]
        self.fields["way"].choices = [  # type: ignore[attr-defined]
            *by_line,
            *((code, codelists.label("channel", code)) for code in OWN_WAYS),
        ]

    def start(self) -> tuple[Line | None, str]:
        """The line and the channel; the first of the list where nothing usable was sent."""
        key = self.cleaned_data["way"] if self.is_valid() else next(iter(self.lines), OWN_WAYS[0])
        line = self.lines.get(key)
        return line, line.channel if line else key


class TimedForm(forms.Form):
    """A form that knows which version its writer saw and how long the page was open."""

    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seconds = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def saved(self) -> tuple[int, int]:
        return self.cleaned_data.get("version") or 0, self.cleaned_data.get("seconds") or 0


class ContactForm(TimedForm):
    """What is asked of nobody's identity: safety first. A half-filled form is kept as far as it is sound."""

    safe_to_talk = CodeChoice("yes_no_unknown", label=_("Is it safe to talk now?"), radios=True)
    danger = CodeChoice("danger", label=_("Danger"), radios=True)
    topic = CodeChoice("contact_topic", label=_("Topic"))
    advice = CodeChoice("contact_advice", label=_("Advice"), required=False)
    callback = CodeChoice("callback_rule", label=_("May we call back?"))
    outcome = CodeChoice("contact_outcome", label=_("Outcome"))
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Facts and the next step. Sealed; read by this desk alone."),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, **PRIVATE}),
    )
    callback_number = forms.CharField(
        label=_("Number to call back"),
        help_text=_("Only a number that was given for this. Sealed."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "tel", "class": "govuk-input--width-20", **PRIVATE}),
    )
    caller = forms.CharField(
        label=_("Number that is calling"),
        help_text=_("The number is not kept, only a code that tells whether it has called before."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "class": "govuk-input--width-20", **PRIVATE}),
    )
    about = CodeChoice("contact_about", label=_("Who it is about"), required=False)
    language = CodeChoice("language", label=_("Language"), required=False)
    country = CodeChoice("country", label=_("Where the trouble is"), required=False)
    line = forms.ModelChoiceField(Line._base_manager.none(), label=_("Line"), required=False)
    channel = CodeChoice("channel", label=_("Channel"), required=False)

    def __init__(
        self,
        contact: Contact,
        lines: QuerySet[Line],
        data: Any = None,
        *,
        texts: Mapping[str, str] | None = None,
        closing: bool = False,
    ) -> None:
        self.contact, self.closing = contact, closing
        facts = {name: getattr(contact, name) for name in (*FACTS, "version")}
        super().__init__(data, initial={**facts, **(texts or {})})
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]
        self.fields["line"].label_from_instance = _line_label  # type: ignore[attr-defined]
        if contact.version == 1 and data is None:
            self.fields["safe_to_talk"].widget.attrs["autofocus"] = True
        if not keeps_hash(contact.line):
            del self.fields["caller"]

    @property
    def short(self) -> bool:
        """It is not safe to talk: only what keeps her safe is asked."""
        return bool(self["safe_to_talk"].value() == "no")

    def clean_caller(self) -> str:
        number = str(self.cleaned_data["caller"])
        if number and sum(sign.isdigit() for sign in number) < SHORTEST_NUMBER:
            raise ValidationError(_("Give the whole number, or leave it empty."))
        return number

    def clean_channel(self) -> str:
        return str(self.cleaned_data["channel"] or self.contact.channel)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        needed = TO_CLOSE_SHORT if given.get("safe_to_talk") == "no" else TO_CLOSE
        for name in TO_CLOSE:
            if self.has_error(name, "required") and not (self.closing and name in needed):
                del self.errors[name]
                given[name] = ""
        rule = given.get("callback", "")
        if given.get("callback_number") and (rule not in CALLABLE and (rule or self.closing)):
            self.add_error("callback_number", _("By this rule nobody may call back: take the number out."))
        return given

    def given(self) -> dict[str, Any]:
        """The sound fields, also of a form with errors, as the actions take them."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in {"version", "seconds"}
        }


class SilentForm(TimedForm):
    """The yes/no script. What was answered, and nothing else, is kept."""

    QUESTIONS = ("silent_1", "silent_2", "silent_3")
    CHOICES = (("yes", _("Yes")), ("no", _("No")), ("none", _("No answer")))
    DANGER = {"yes": "now", "no": "none", "none": "unknown"}
    CALLBACK = {"yes": "any_time", "no": "never", "none": "unknown"}

    caller = ContactForm.base_fields["caller"]

    def __init__(self, contact: Contact, data: Any = None) -> None:
        super().__init__(data, initial={"version": contact.version})
        self.contact = contact
        for question in self.QUESTIONS:
            label = codelists.label("script", question)
            self.fields[question] = forms.ChoiceField(
                label=label, choices=self.CHOICES, initial="none", widget=forms.RadioSelect
            )
        if not keeps_hash(contact.line):
            del self.fields["caller"]
        self.order_fields([*self.QUESTIONS, "caller"])

    def given(self) -> dict[str, Any]:
        """An answer not given leaves what the page of the contact already says."""
        answers = {question: self.cleaned_data[question] for question in self.QUESTIONS}
        given = {"silent_answers": answers, "caller": self.cleaned_data.get("caller", "")}
        if answers["silent_2"] != "none" or not self.contact.danger:
            given["danger"] = self.DANGER[answers["silent_2"]]
        if answers["silent_3"] != "none" or not self.contact.callback:
            given["callback"] = self.CALLBACK[answers["silent_3"]]
        return given


class DayForm(forms.Form):
    """Which contacts a list shows: of one day, one kind, one line."""

    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    kind = CodeChoice("contact_kind", label=_("Kind"), required=False)
    line = forms.ModelChoiceField(Line._base_manager.none(), label=_("Line"), required=False)

    def __init__(self, lines: QuerySet[Line], data: Any = None) -> None:
        super().__init__(data)
        self.fields["line"].queryset = lines  # type: ignore[attr-defined]
        self.fields["line"].label_from_instance = _line_label  # type: ignore[attr-defined]

    def day_shown(self) -> date:
        chosen: date | None = self.cleaned_data.get("day") if self.is_valid() else None
        return chosen or timezone.localdate()

    def chosen(self) -> dict[str, Any]:
        """The filters in use besides the day, as conditions."""
        given = self.cleaned_data if self.is_valid() else {}
        return {name: given[name] for name in ("kind", "line") if given.get(name)}


class LinkForm(forms.Form):
    code = forms.CharField(label=_("Code of the file"), max_length=16, widget=forms.TextInput(attrs=PRIVATE))


class LineForm(forms.Form):
    number = forms.CharField(label=_("Number or account"), max_length=40)
    channel = CodeChoice("channel", label=_("Channel"))
    keeps_hashes = forms.BooleanField(
        label=_("Keep a code of each caller’s number"),
        help_text=_(
            "It shows that somebody has called before, and the last safety rule. Without it nothing does."
        ),
        required=False,
    )


def rows(contact: Contact, texts: Mapping[str, str]) -> list[dict[str, str]]:
    """Labels and values of what is kept of a contact, without what is empty."""
    values = {**{name: getattr(contact, name) for name in FACTS}, **texts}
    values["line"] = contact.line and _line_label(contact.line)
    return listed(values)


def listed(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """The fields of a contact that have a value, as labels and words."""
    shown = []
    for name, field in ContactForm.base_fields.items():
        value = values.get(name)
        if value and name not in {"caller", "version", "seconds"}:
            pairs: Any = field.choices if isinstance(field, CodeChoice) else ()
            words = dict(pairs)
            shown.append({"label": str(field.label), "value": str(words.get(value, value))})
    return shown


def _line_label(line: Line) -> str:
    return f"{line.number} · {codelists.label('channel', line.channel)}"
