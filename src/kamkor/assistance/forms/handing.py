"""Forms of handing a case over, and of a written demand."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kamkor.access.models import Desk
from kamkor.assistance.actions.referrals import default_end
from kamkor.assistance.forms.fields import DayField
from kamkor.assistance.forms.referrals import ItemsField, text
from kamkor.assistance.models import Referral
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.base.templatetags.names import name
from kamkor.people.sharing import Shareable
from kamkor.vault.models import Item


class HandoverForm(forms.Form):
    """To whom, with what, when they meet, and until when our desk still reads."""

    receiver = forms.ChoiceField(label=_("Which desk takes the case over"))
    items = ItemsField(
        required=False,
        label=_("What is passed on"),
        help_text=_("Sex, adult or child, languages and the need for an interpreter go with it: say so."),
    )
    referrals = forms.MultipleChoiceField(
        required=False,
        label=_("Requests to others that the new desk goes on with"),
        help_text=_("What is not ticked ends with our reading. A packet at the commission goes along."),
        widget=forms.CheckboxSelectMultiple,
    )
    met_on = DayField(required=False, label=_("Day of the meeting with the new worker"))
    reads_until = DayField(
        label=_("Until when our desk still reads the case"),
        help_text=_("The other desk has to accept by then."),
        initial=default_end,
    )
    interpreter = forms.BooleanField(required=False, label=_("An interpreter read it out"))
    agreed = forms.BooleanField(label=_("The sentence was read out and the answer was yes"))

    def __init__(
        self,
        *args: Any,
        receivers: Iterable[Desk],
        items: Sequence[Shareable],
        referrals: Iterable[Referral],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.desks = {str(desk.pk): desk for desk in receivers}
        desks = [(key, name(desk)) for key, desk in self.desks.items()]
        self.fields["receiver"].choices = [("", ""), *desks]  # type: ignore[attr-defined]
        self.fields["items"].offer(items)  # type: ignore[attr-defined]
        self.running = {str(row.pk): row for row in referrals}
        if not self.running:
            del self.fields["referrals"]
        else:
            named = [(key, in_words(row)) for key, row in self.running.items()]
            self.fields["referrals"].choices = named  # type: ignore[attr-defined]

    def clean_reads_until(self) -> Any:
        if self.cleaned_data["reads_until"] < timezone.localdate():
            raise forms.ValidationError(_("Give a day in the future."))
        return self.cleaned_data["reads_until"]

    def given(self) -> dict[str, Any]:
        field = self.fields["items"]
        assert isinstance(field, ItemsField)
        return {
            "receiver": self.desks[self.cleaned_data["receiver"]],
            "items": field.chosen(self.cleaned_data["items"]),
            "referrals": [self.running[key] for key in self.cleaned_data.get("referrals", [])],
            **{name: self.cleaned_data[name] for name in ("met_on", "reads_until", "interpreter")},
        }


def in_words(referral: Referral) -> str:
    words = {
        "service": codelists.label("service_type", referral.service),
        "receiver": name(referral.provider),
        "day": date_format(referral.ends_on, "SHORT_DATE_FORMAT") if referral.ends_on else "–",
    }
    return gettext("%(service)s: %(receiver)s, until %(day)s") % words


class DemandForm(forms.Form):
    """The paper as it came."""

    body = CodeChoice("demanding_body", radios=True, label=_("Who demands it"))
    paper_number = forms.CharField(max_length=80, label=_("Number of the paper"))
    received_on = DayField(label=_("Day it came"))


class DecideForm(forms.Form):
    """What goes out, what does not, why, and whether the person knows."""

    released = ItemsField(required=False, label=_("What is given out"))
    refused = ItemsField(required=False, label=_("What was asked for and is refused"))
    lawyer_view = text(_("The lawyer's view"), rows=4)
    person_told_on = DayField(required=False, label=_("Day on which the person was told"))
    not_told_why = CodeChoice("not_told_reason", required=False, label=_("Why the person was not told"))

    def __init__(self, *args: Any, items: Sequence[Shareable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in ("released", "refused"):
            self.fields[field].offer(items)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if set(given.get("released", [])) & set(given.get("refused", [])):
            self.add_error("refused", _("The same thing cannot be given out and refused."))
        if bool(given.get("person_told_on")) == bool(given.get("not_told_why")):
            self.add_error("person_told_on", _("Give the day, or the reason why not."))
        return given

    def chosen(self, field: str) -> list[Item]:
        chooser = self.fields[field]
        assert isinstance(chooser, ItemsField)
        return chooser.chosen(self.cleaned_data[field])
