"""Forms about forms."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kamkor.assistance.forms.fields import DayField
from kamkor.base.uploads import BadFile, ScannedFileField, must_be_harmless
from kamkor.methods.surveys.flaws import BadForm
from kamkor.methods.surveys.form import Question
from kamkor.methods.surveys.xlsform import LIMITS
from kamkor.surveys import wording
from kamkor.surveys.checking import Checked, check

MEDIA_LIMIT = 5 * 2**20
MEDIA_NAME = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9 _-]{0,80}\.(?:png|jpe?g|gif|svg|mp3|m4a|wav|mp4|3gp|csv|xml|geojson)"
)


OF = {"people": _("A person or a family"), "organisations": _("An organisation"), "places": _("A place")}

FILL_BY = {
    "everybody": _(
        "Telephones that this desk has added, its staff, and whoever has a link, while it is open"
    ),
    "desk": _("Telephones that this desk has added, and its staff, while it is open"),
    "staff": _("Staff of this desk alone, while it is open"),
}
SEEN_BY = {"desk": _("This desk alone"), "readers": _("Of this desk, only those who open filled forms")}


class UploadForm(forms.Form):
    """An XLSForm; whatever is wrong in it stands in the form, by sheet, row and cell."""

    workbook = ScannedFileField(
        label=_("Questionnaire (XLSForm, .xlsx)"),
        help_text=_("A workbook with the sheets survey, choices and settings, as ODK and KoboToolbox use."),
    )
    checked: Checked
    raw: bytes

    def clean_workbook(self) -> Any:  # an uploaded file, as Django types it
        file = self.cleaned_data["workbook"]
        if file.size > LIMITS.bytes:
            raise ValidationError(_("The file is too large."))
        self.raw = file.read()
        name = file.name or "form.xlsx"
        try:
            must_be_harmless(name, self.raw, limit=LIMITS.bytes)
            self.checked = check(name, self.raw)
        except BadFile as error:
            raise ValidationError(f"{error.title}. {error.mend}") from error
        except BadForm as error:
            raise ValidationError([wording.flaw(flaw) for flaw in error.flaws[:100]]) from error
        return file


class SealForm(forms.Form):
    """Which answers that could be counted are sealed all the same."""

    of = forms.ChoiceField(
        label=_("What does one filled form tell of?"),
        choices=[*OF.items()],
        widget=forms.RadioSelect,
        help_text=_("Of people, small numbers are hidden in tables."),
    )
    fill_by = forms.ChoiceField(
        label=_("Who may fill it in"), choices=[*FILL_BY.items()], widget=forms.RadioSelect
    )
    seen_by = forms.ChoiceField(
        label=_("Who may see the answers"), choices=[*SEEN_BY.items()], widget=forms.RadioSelect
    )
    sealed = forms.MultipleChoiceField(
        label=_("Seal these answers too"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("They are not counted. Texts, dates, places, pictures and codes are always sealed."),
    )

    def __init__(self, questions: Iterable[tuple[Question, str]], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        choices = [(question.key, words) for question, words in questions if question.kind]
        self.fields["sealed"].choices = choices  # type: ignore[attr-defined]


class MediaForm(forms.Form):
    """A picture, sound or list that the form shows."""

    file = ScannedFileField(label=_("File"), help_text=_("Under the name that the questionnaire gives it."))

    def clean_file(self) -> Any:  # an uploaded file, as Django types it
        file = self.cleaned_data["file"]
        if file.size > MEDIA_LIMIT:
            raise ValidationError(_("The file is too large."))
        if not MEDIA_NAME.fullmatch(file.name or ""):
            raise ValidationError(
                _("Name it with Latin letters, digits, - and _ and an ending such as .png.")
            )
        return file


class LinkForm(forms.Form):
    """What whoever follows the link is told, and until when it is open."""

    why = forms.CharField(
        label=_("Why you ask"),
        max_length=300,
        help_text=_("Everybody who opens the link reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    ends_on = DayField(label=_("Open until"), required=False)


class DeviceForm(forms.Form):
    name = forms.CharField(
        label=_("Telephone"),
        max_length=80,
        help_text=_("Such as “second phone of the centre”, not a person's name."),
    )
