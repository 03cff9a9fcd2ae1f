"""Forms about interpreters."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kamkor.access.models import Desk
from kamkor.base.codelists import CodeChoice
from kamkor.identification.forms.packets import DeskChoice

DAY: dict[str, Any] = {"type": "date", "aria-label": _("Day")}  # labels are read when they are shown
HOUR: dict[str, Any] = {"type": "time", "aria-label": _("Time")}


class AskForm(forms.Form):
    language = CodeChoice("language", label=_("Language"))
    interpreters = DeskChoice(
        label=_("Desk with interpreters"), queryset=Desk.objects.none(), empty_label=None
    )
    at = forms.SplitDateTimeField(
        label=_("When"),
        widget=forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs=DAY,
            time_attrs=HOUR,
        ),
    )

    def __init__(self, *args: Any, desks: QuerySet[Desk], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["interpreters"].queryset = desks  # type: ignore[attr-defined]


class BeginForm(forms.Form):
    """The check for kinship comes first: whoever knows somebody need promise nothing."""

    knows = forms.ChoiceField(
        label=_("Do you know anybody concerned?"),
        choices=[("no", _("No, nobody")), ("yes", _("Yes, or I am not sure: I step back"))],
        widget=forms.RadioSelect,
    )
    sworn = forms.BooleanField(label=_("I promise this"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("knows") == "no" and not given.get("sworn"):
            self.add_error("sworn", _("Without the promise the talk cannot begin."))
        return given
