"""Forms for tables that are taken over."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.imports.fields import FIELDS
from kamkor.assistance.imports.incoming import Sent
from kamkor.assistance.imports.understanding import PEOPLE, Setup
from kamkor.assistance.models import TableImport
from kamkor.base.codelists import CodeChoice
from kamkor.base.uploads import ScannedFileField

LEFT_OUT = "-"


class TableForm(forms.Form):
    """A table to take over."""

    kind = forms.ChoiceField(label=_("What is in the rows?"), widget=forms.RadioSelect)
    file = ScannedFileField(
        label=pgettext_lazy("on a computer", "File"),
        help_text=_("CSV or XLSX, with a heading over each column."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    sheet = forms.CharField(
        label=_("Name of the sheet"),
        required=False,
        max_length=31,
        help_text=_("Only for a workbook with several. Without it the first is read."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [pair for pair in TableImport.Kind.choices if actor.may_here(f"import.{pair[0]}")]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0][0] if kinds else ""

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        content: bytes = upload.read(settings.IMPORT_MAX_BYTES + 1)
        if len(content) > settings.IMPORT_MAX_BYTES:
            limit = filesizeformat(settings.IMPORT_MAX_BYTES)
            raise forms.ValidationError(
                gettext("The greatest size is %(size)s. Send it in parts.") % {"size": limit}
            )
        self.name = str(upload.name or gettext("file"))[-100:]
        return content

    @property
    def sent(self) -> Sent:
        given = self.cleaned_data
        return Sent(given["kind"], self.name, given["file"], given["sheet"])


class MatchForm(forms.Form):
    """What each column is, and what holds for every row."""

    consent = forms.ChoiceField(
        label=_("Who of these people agreed that your desk keeps a file?"),
        widget=forms.RadioSelect,
        choices=[("row", _("A column says it for each row")), ("all", _("All of them agreed"))],
        help_text=_("Nobody is filed without having agreed. Do not answer for people who were not asked."),
    )
    consent_on = forms.DateField(
        label=_("Day on which they agreed"),
        required=False,
        help_text=_("If it was one day for all. A column with the day comes first."),
    )
    case_kind = CodeChoice("case_kind", label=_("Kind of case, where no column says it"))

    def __init__(
        self, *args: Any, kind: str, headings: list[str], proposed: list[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.columns = kind, [f"column_{position}" for position in range(len(headings))]
        if kind not in PEOPLE:
            del self.fields["consent"], self.fields["consent_on"]
        if kind != "cases":
            del self.fields["case_kind"]
        options = [
            (LEFT_OUT, _("Leave this column out")),
            *((item.name, item.label) for item in FIELDS[kind]),
        ]
        for name, heading, field in zip(self.columns, headings, proposed, strict=True):
            self.fields[name] = forms.ChoiceField(label=heading, choices=options, initial=field or LEFT_OUT)

    def clean_consent_on(self) -> Any:
        day = self.cleaned_data["consent_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(gettext("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        chosen = self._targets(given)
        several = {item.name for item in FIELDS[self.kind] if item.several}
        for position, name in enumerate(self.columns):
            if chosen[position] and chosen[position] not in several and chosen[position] in chosen[:position]:
                self.add_error(name, gettext("Another column is this field already. Leave one of them out."))
        if not any(chosen):
            raise forms.ValidationError(gettext("Say of one column at least what it is."))
        if given.get("consent") == "row" and "consent" not in chosen:
            self.add_error("consent", gettext("Say which column tells whether the person agreed."))
        return given

    def _targets(self, given: dict[str, Any]) -> list[str]:
        return ["" if (field := given.get(name, "")) == LEFT_OUT else field for name in self.columns]

    def setup(self) -> Setup:
        given = self.cleaned_data
        return Setup(
            kind=self.kind,
            targets=tuple(self._targets(given)),
            consent=given.get("consent", "row"),
            consent_on=str(given.get("consent_on") or ""),
            case_kind=given.get("case_kind", "trafficking"),
        )


class TakeTableForm(forms.Form):
    """How much to take, and what to do with people who may be here already."""

    keep_good = forms.ChoiceField(
        label=_("How much to take"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("All rows or none: I mend the file first")),
            ("yes", _("The good rows now, the bad ones later")),
        ],
    )
    likely = forms.ChoiceField(
        label=_("People who are probably here already"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("skip", _("Leave those rows out")),
            ("same", _("The same person: the row becomes part of the file that is here")),
            ("new", _("New people: open a file for each")),
        ],
        help_text=_("For rows about which you say nothing one by one."),
    )
    again = forms.BooleanField(
        required=False, label=_("Take it again: I know that these people are in the books already")
    )
