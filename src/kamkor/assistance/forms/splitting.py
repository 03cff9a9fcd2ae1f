"""Which files go to which desk."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamkor.access.forms import DeskChoice
from kamkor.access.models import Desk, User


class SplitForm(forms.Form):
    into = DeskChoice(Desk.objects.none(), label=_("To which desk?"))
    workers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Whose people?"),
        help_text=_("Those all of whose cases lie with the colleagues you tick."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, offered: Iterable[Desk], workers: Any, data: Any = None) -> None:
        super().__init__(data)
        rows = Desk.objects.filter(pk__in=[desk.pk for desk in offered]).order_by("code")
        self.fields["into"].queryset = rows  # type: ignore[attr-defined]
        self.fields["workers"].queryset = workers  # type: ignore[attr-defined]
