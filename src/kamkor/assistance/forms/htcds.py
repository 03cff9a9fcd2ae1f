"""Forms for cases in and out in the HTCDS format."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kamkor.assistance.htcds.incoming import Sent
from kamkor.assistance.htcds.wording import say_file
from kamkor.base.codelists import CodeChoice
from kamkor.base.uploads import ScannedFileField
from kamkor.methods.htcds import FileError, Reading
from kamkor.methods.htcds.standard import VERSIONS


class SendForm(forms.Form):
    """A file to take over. Valid when something can be read in it, however many rows are bad."""

    file = ScannedFileField(
        label=pgettext_lazy("on a computer", "File"),
        help_text=_("CSV or JSON with the column names of HTCDS, such as prs_Gender or cas_Status."),
        widget=forms.FileInput(attrs={"accept": ".csv,.json,.txt,.tsv"}),
    )
    version = forms.ChoiceField(
        label=_("Version of HTCDS"),
        required=False,
        choices=[("", _("The file tells")), *((version, version) for version in VERSIONS)],
    )

    sent: Sent
    reading: Reading

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if upload := given.get("file"):
            content = upload.read(settings.UPLOAD_MAX_BYTES + 1)
            if len(content) > settings.UPLOAD_MAX_BYTES:
                limit = filesizeformat(settings.UPLOAD_MAX_BYTES)
                text = gettext("The greatest size is %(size)s. Send it in parts.")
                raise forms.ValidationError({"file": text % {"size": limit}})
            self._read(Sent(upload.name[-100:], content, given.get("version", "")))
        return given

    def _read(self, sent: Sent) -> None:
        self.sent = sent
        try:
            self.reading = sent.read()
        except FileError as error:
            raise forms.ValidationError({"file": say_file(error)}) from error


class TakeForm(forms.Form):
    """What to take of a file that waits."""

    keep_good = forms.BooleanField(required=False, widget=forms.HiddenInput)
    again = forms.BooleanField(
        required=False, label=_("Take it again: I know that these people are in the books already")
    )


class ExportForm(forms.Form):
    """What a file is made for, and in which layout."""

    layout = forms.ChoiceField(
        label=_("Layout"),
        widget=forms.RadioSelect,
        initial="csv",
        choices=[("csv", _("CSV: a table")), ("json", _("JSON: for programs"))],
    )
    reason = CodeChoice("export_reason", radios=True, label=_("What is the file for?"))
