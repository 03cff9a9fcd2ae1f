"""Forms of the public door. What is left out is never asked again."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kamkor.access import sealed
from kamkor.assistance.forms.fields import DayField
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.crossborder.forms import RequestForm
from kamkor.directory.models import SHELTERS

LONG = 20_000
LATEST = timedelta(days=366)
PRIVATE = {"autocomplete": "off", "spellcheck": "false"}


def long_text(rows: int = 8) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **PRIVATE})


class NearForm(forms.Form):
    """What is looked for, and where."""

    service = CodeChoice("service_type", required=False, label=_("Service"))
    place = CodeChoice("place", required=False, label=_("Place"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = codelists.choices("service_type", blank=True)
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            (code, label) for code, label in offered() if code not in SHELTERS
        ]


class OfferForm(forms.Form):
    """An advert or a message, as it was received."""

    text = forms.CharField(
        label=_("Copy the offer in here"),
        help_text=_("The words of the advert or the message, in any language. It is read here and not kept."),
        widget=long_text(10),
    )


class ReadyForm(forms.Form):
    """Questions before a departure; nothing needs an answer, and what is not a yes becomes a step."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for code, entry in codelists.entries("ready_question").items():
            self.fields[code] = CodeChoice(
                "yes_no_unknown", required=False, radios=True, label=entry.label(get_language() or "en")
            )

    def steps(self) -> list[str]:
        """What to do about each question that was not answered with yes."""
        open_ones = [code for code in self.fields if self.cleaned_data.get(code) != "yes"]
        return [codelists.label("ready_step", code) for code in open_ones]


class SealableField(forms.CharField):
    """A long text that the browser may have sealed before it was sent. Where the form is shown again, the
    browser puts back what was typed: only it has the words."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:  # what Django's own field takes
        widget = forms.Textarea(attrs={"rows": rows, "data-seal": "", **PRIVATE})
        super().__init__(widget=widget, **kwargs)

    def run_validators(self, value: str) -> None:
        if not sealed.is_meant(value):
            super().run_validators(value)
        elif not sealed.may_be(value):
            raise ValidationError(_("It could not be read. Write it again."))

    def bound_data(self, data: Any, initial: Any) -> Any:
        return "" if sealed.is_meant(data or "") else super().bound_data(data, initial)


class ReportForm(forms.Form):
    """What somebody reports, and how they come back. Both receipts travel with the form: one that is sent
    twice is one report."""

    kind = CodeChoice("report_kind", label=_("What is it about"), radios=True)
    text = SealableField(
        label=_("What happened, where and when"),
        help_text=_("Leave out what could show who you are."),
        max_length=LONG,
        rows=10,
    )
    receipt = forms.ChoiceField(
        label=_("How you come back for the answer"),
        widget=forms.RadioSelect,
        initial="words",
        choices=[
            ("words", _("Seven everyday words: they look like a list of things to buy")),
            ("digits", _("Sixteen digits")),
            ("none", _("I will not come back")),
        ],
    )
    words = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    digits = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class ReceiptForm(forms.Form):
    """The words or digits; with a text, something is added."""

    slip = forms.CharField(
        label=_("Your seven words or sixteen digits"),
        max_length=200,
        widget=forms.TextInput(attrs=PRIVATE),
    )


class AddForm(forms.Form):
    """Something more, under the same words."""

    slip = forms.CharField(widget=forms.HiddenInput, max_length=200)
    text = SealableField(label=_("Add something"), max_length=LONG, rows=6)


class AnswerForm(forms.Form):
    """The desk's answer."""

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("Read by whoever holds the words. Ask no name and no place."),
        max_length=LONG,
        widget=long_text(6),
    )


class CheckInForm(forms.Form):
    """When to call, how it is safe, and what to do when nobody answers."""

    leaves_on = DayField(label=_("Day of departure"))
    call_on = DayField(label=_("Call me on"), initial=None)
    country = CodeChoice("country", label=_("Country"), required=False)
    reach = SealableField(
        label=_("A safe way to call or write to you"),
        help_text=_("Number or account, hours, and the word by which you say that you are in danger."),
        max_length=500,
        rows=3,
    )
    if_silent = CodeChoice("if_silent", label=_("If you do not answer"), radios=True)
    relative = SealableField(
        label=_("Whom to call then, and what they may know"), required=False, max_length=500, rows=3
    )

    def clean(self) -> None:
        super().clean()
        leaves, call = self.cleaned_data.get("leaves_on"), self.cleaned_data.get("call_on")
        if leaves and call and not leaves <= call <= leaves + LATEST:
            self.add_error("call_on", _("A day after the departure, within a year."))
        if call and call <= timezone.localdate():
            self.add_error("call_on", _("A day that is still to come."))
        if self.cleaned_data.get("if_silent") == "call_relative" and not self.cleaned_data.get("relative"):
            self.add_error("relative", _("Say whom."))


class EndCheckInForm(forms.Form):
    outcome = CodeChoice("check_in_outcome", label=_("What came of it"), radios=True)


class MissingForm(RequestForm):
    """What the line asks a relative, said to the relative."""

    asker_is = CodeChoice("relationship", label=_("Who are you to this person?"))
    names = SealableField(
        label=_("Name of the person who is sought"),
        help_text=_("One spelling or name a line. Sealed."),
        max_length=400,
        rows=2,
    )
    known = SealableField(
        label=_("What is known"),
        help_text=_("Last contact, place, work, who travelled along. Facts only. Sealed."),
        required=False,
        max_length=8000,
        rows=6,
    )
    owed = SealableField(
        label=_("What is owed, and to whom"),
        help_text=_("Debt, creditor, who holds the passport. We never bargain or pay."),
        required=False,
        max_length=4000,
        rows=6,
    )
    asker = SealableField(label=_("How we can reach you safely"), required=False, max_length=1000, rows=6)
    asker_language = None  # type: ignore[assignment]  # Django: the field is left out
    asks_others = forms.BooleanField(
        label=_("You may ask other organisations that help people"),
        help_text=_("They get the name and how to reach you. We never say whether they know the person."),
        required=False,
    )

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"asker_language": (get_language() or "en").split("-")[0]}


class KnowledgeFilter(forms.Form):
    """What is looked for while on a call."""

    q = forms.CharField(label=_("Words"), required=False, max_length=80)
    topic = CodeChoice("contact_topic", label=_("Topic"), required=False)
    country = CodeChoice("country", label=_("Country"), required=False)


class SheetForm(forms.Form):
    """Who reads a page, where it comes from, and until when it may be relied on."""

    public = forms.BooleanField(label=_("Also on the public page"), required=False)
    topic = CodeChoice("contact_topic", label=_("Topic"), required=False)
    country = CodeChoice("country", label=_("Country"), required=False)
    source = forms.CharField(label=_("Source"), max_length=300)
    as_of = DayField(label=_("As of"))
    review_on = DayField(label=_("To be reviewed by"), initial=None)

    def clean(self) -> None:
        super().clean()
        begun, review = self.cleaned_data.get("as_of"), self.cleaned_data.get("review_on")
        if begun and review and review <= begun:
            self.add_error("review_on", _("A day that is still to come."))


class TextForm(forms.Form):
    """A page in one language."""

    title = forms.CharField(label=_("Title"), max_length=120)
    body = forms.CharField(
        label=_("Text"),
        help_text=_("A blank line begins a paragraph, “- ” a point, “## ” a heading."),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 16}),
    )
