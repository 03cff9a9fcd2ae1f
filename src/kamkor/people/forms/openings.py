"""The form for opening a file outside one's own caseload."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kamkor.base.codelists import CodeChoice


class OpeningForm(forms.Form):
    reason = CodeChoice("opening_reason", label=_("Why"), radios=True)
    words = forms.CharField(
        label=_("In a few words"),
        help_text=_("For the head of the desk. The person is shown the reason above, not these words."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("reason") == "other" and not self.cleaned_data.get("words"):
            self.add_error("words", _("Write what the reason is."))
