"""The form for a table of the register."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamkor.base.uploads import ScannedFileField


class TableForm(forms.Form):
    file = ScannedFileField(
        label=pgettext_lazy("on a computer", "File"),
        help_text=_("CSV or XLSX, with a heading over each column."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    others = forms.BooleanField(label=_("Firms with a similar name are other firms"), required=False)
