"""Forms of subscriptions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamkor.access.models import Token
from kamkor.webhooks.address import LONGEST
from kamkor.webhooks.kinds import KINDS, offered_to


class SystemForm(forms.Form):
    """Which of the systems with access is to be told."""

    token = forms.ChoiceField(label=_("Which system?"), widget=forms.RadioSelect)

    def __init__(self, systems: Iterable[Token], data: Any = None) -> None:
        super().__init__(data)
        self.fields["token"].choices = [(row.pk, row.name) for row in systems]  # type: ignore[attr-defined]


class SubscriptionForm(forms.Form):
    """Where to, and of what."""

    address = forms.CharField(
        label=_("Address of the system"),
        help_text=_("It begins with https://. The partner's technical staff know it."),
        max_length=LONGEST,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What it is told of"),
        help_text=_("Only what it needs. A message says what happened and under which code, never a name."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, token: Token, data: Any = None) -> None:
        super().__init__(data)
        choices = [(name, KINDS[name].title) for name in offered_to(token.scopes)]
        self.fields["kinds"].choices = choices  # type: ignore[attr-defined]
