"""Forms of referrals: sending, the quick one, the answer, the report, the end."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.assistance.actions.referrals import Agreement, default_end
from kamkor.assistance.forms.fields import DayField
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.base.templatetags.names import name
from kamkor.directory.models import Offer
from kamkor.people.models import Consent, Person
from kamkor.people.sharing import Shareable
from kamkor.vault.models import Item

GROUNDS = [
    (Consent.Ground.CONSENT, _("The sentence was read out and the answer was yes")),
    (Consent.Ground.EMERGENCY, _("Danger to life: it cannot wait")),
    (Consent.Ground.CHILD, _("A child: it cannot wait")),
]


def text(label: Any, *, required: bool = True, rows: int = 3, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=4000, widget=widget, **kwargs)


class ItemsField(forms.MultipleChoiceField):
    """Which sealed items; only such as were offered can be chosen."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, items: Sequence[Shareable]) -> None:
        self.items = {str(row.item.pk): row.item for row in items}
        self.choices = [(str(row.item.pk), row.label) for row in items]

    def chosen(self, keys: Sequence[str]) -> list[Item]:
        return [self.items[key] for key in keys]


class GroundForm(forms.Form):
    """Her yes, or the ground on which it cannot wait, with its reason."""

    ground = forms.ChoiceField(label=_("On what ground"), choices=GROUNDS, widget=forms.RadioSelect)
    reason = text(
        _("Why it cannot wait"),
        required=False,
        rows=2,
        help_text=_("Only without a yes. A colleague checks it within 24 hours."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("ground", Consent.Ground.CONSENT) != Consent.Ground.CONSENT and not given.get("reason"):
            self.add_error("reason", _("Write why it cannot wait."))
        return given


class SendForm(GroundForm):
    """What is shared, what for, how soon, until when, and on what ground."""

    items = ItemsField(required=False, label=_("What is passed on"))
    basics = forms.BooleanField(required=False, label=_("Sex, adult or child, languages, interpreter"))
    message = text(
        _("Short message to the receiver"),
        required=False,
        help_text=_("What is asked for. No address of a shelter."),
    )
    purpose = CodeChoice("referral_purpose", label=_("What for"), initial="service")
    urgency = CodeChoice("urgency", radios=True, label=_("How soon"), initial="normal")
    ends_on = DayField(label=_("Until when they may read it"), initial=default_end)
    interpreter = forms.BooleanField(required=False, label=_("An interpreter read it out"))
    field_order = ["items", "basics", "message", "purpose", "urgency", "ends_on", "ground", "reason"]

    def __init__(self, *args: Any, items: Sequence[Shareable], person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].offer(items)  # type: ignore[attr-defined]
        if not items:
            del self.fields["items"]
        if not person.is_child:
            self.fields["ground"].choices = GROUNDS[:2]  # type: ignore[attr-defined]

    def clean_ends_on(self) -> Any:
        if self.cleaned_data["ends_on"] < timezone.localdate():
            raise forms.ValidationError(_("Give a day in the future."))
        return self.cleaned_data["ends_on"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not (given.get("items") or given.get("basics") or given.get("message")):
            self.add_error(None, _("Choose at least one thing to pass on, or write a message."))
        return given

    def items_chosen(self) -> list[Item]:
        field = self.fields.get("items")
        return field.chosen(self.cleaned_data["items"]) if isinstance(field, ItemsField) else []

    def agreement(self, language: str) -> Agreement:
        given = self.cleaned_data
        return Agreement(
            ends_on=given["ends_on"],
            ground=given["ground"],
            reason=given["reason"] if given["ground"] != Consent.Ground.CONSENT else "",
            language=language,
            interpreter=given["interpreter"],
        )


class QuickForm(GroundForm):
    """A border officer's one page: eleven fields, six of them with a safe answer already given."""

    danger = CodeChoice("danger", radios=True, label=_("In danger now?"), initial="unknown")
    medical_need = CodeChoice("medical_need", radios=True, label=_("Needs a doctor?"), initial="unknown")
    age = CodeChoice("age_group", radios=True, label=_("Adult or child"), initial="doubt")
    sex = CodeChoice("sex", radios=True, label=_("Sex"), initial="unknown")
    language = CodeChoice("language", label=_("Language"), initial="ky")
    call_name = forms.CharField(
        required=False, max_length=80, label=_("A name to call by"), help_text=_("May be none.")
    )
    safe_contact = forms.CharField(
        required=False,
        max_length=120,
        label=_("Safe contact"),
        help_text=_("Only a way that nobody else hears or reads."),
    )
    offer = forms.ChoiceField(label=_("What is needed, and from whom"))
    note = forms.CharField(
        required=False,
        max_length=300,
        label=_("Two lines"),
        help_text=_("Facts and plans, no account of what happened."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = [
        "danger", "medical_need", "age", "sex", "language", "call_name", "safe_contact", "offer", "note",
        "ground", "reason",
    ]  # fmt: skip

    def __init__(self, *args: Any, offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = {str(offer.pk): offer for offer in offers}
        self.fields["offer"].choices = grouped(offers)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        child = given.get("age") != Person.Age.ADULT
        offer = self.offers.get(given.get("offer", ""))
        if offer and child and not offer.children:
            self.add_error("offer", _("This place does not take children. Choose one that does."))
        if offer and not child and not offer.adults:
            self.add_error("offer", _("This place takes children only. Choose another one."))
        if given.get("ground") == Consent.Ground.CHILD and not child:
            self.add_error("ground", _("This ground is for a child."))
        return given

    @property
    def urgency(self) -> str:
        now = "now" in {self.cleaned_data["danger"], self.cleaned_data["medical_need"]}
        return "emergency" if now else "urgent"

    def agreement(self) -> Agreement:
        given = self.cleaned_data
        return Agreement(
            ends_on=default_end(),
            ground=given["ground"],
            reason=given["reason"] if given["ground"] != Consent.Ground.CONSENT else "",
            language=given["language"],
        )


def grouped(offers: Sequence[Offer]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The offers under their services, each with its provider and whether there is room."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for offer in offers:
        label = f"{name(offer.provider)} ({codelists.label('room', offer.room_now)})"
        groups.setdefault(codelists.label("service_type", offer.service), []).append((str(offer.pk), label))
    return [("", [("", "")]), *sorted(groups.items())]


class DeclineForm(forms.Form):
    reason = CodeChoice("decline_reason", radios=True, label=_("Why not"))


class ReportForm(forms.Form):
    text = text(_("How it goes"), rows=4, help_text=_("The sender reads this. No address of a shelter."))


class FinishForm(forms.Form):
    helped = forms.ChoiceField(
        label=_("Was the service given?"),
        choices=[("yes", _("Yes")), ("no", _("No, help could not be given"))],
        widget=forms.RadioSelect,
    )
    result = CodeChoice("service_result", label=_("With what result"))
    text = text(_("Last report to the sender"), required=False)


class AnswerForm(forms.Form):
    """What the receiver said on the telephone or wrote on paper."""

    by = forms.ChoiceField(label=_("How the answer came"), widget=forms.RadioSelect)
    who = forms.CharField(label=_("Who said so"), max_length=120)
    verb = forms.ChoiceField(label=_("What the answer was"), widget=forms.RadioSelect)
    reason = CodeChoice("decline_reason", required=False, label=_("Why not, if it was a no"))
    result = CodeChoice("service_result", required=False, label=_("With what result, if it is over"))

    VERBS = {
        "accept": _("Yes, they accept"),
        "decline": _("No"),
        "finish": _("The service was given"),
        "fail": _("Help could not be given"),
    }

    def __init__(self, *args: Any, verbs: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = codelists.choices("answer_way")
        self.fields["by"].choices = [way for way in ways() if way[0] != "system"]  # type: ignore[attr-defined]
        answers = [(verb, label) for verb, label in self.VERBS.items() if verb in verbs]
        self.fields["verb"].choices = answers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("verb") == "decline" and not given.get("reason"):
            self.add_error("reason", _("Choose the reason they gave."))
        return given


class OpenFileForm(forms.Form):
    kind = CodeChoice("case_kind", radios=True, label=_("Kind of case"))
