"""Forms of the watch over adverts."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamkor.assistance.forms.fields import DayField
from kamkor.base.codelists import CodeChoice
from kamkor.base.uploads import Checked, CheckedFileField, ScannedFileField
from kamkor.methods.adverts.exports import LONGEST
from kamkor.prevention.models import Advert, Feed


class QueueForm(forms.Form):
    """Which adverts."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            (Advert.State.WAITING, _("To be read")),
            (Advert.State.SECOND, _("Second opinion")),
            (Advert.State.DONE, _("Read")),
        ],
    )
    source = CodeChoice("advert_source", label=_("Source"), required=False)
    country = CodeChoice("country", label=_("Country"), required=False)

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        given = self.cleaned_data
        return {name: given.get(name, "") for name in self.fields} | {
            "state": given.get("state") or Advert.State.WAITING
        }


class WhereForm(forms.Form):
    """Where an advert stood."""

    source = CodeChoice("advert_source", label=_("Source"))
    outlet = forms.CharField(
        label=_("Name of the newspaper, channel or site"), required=False, max_length=120
    )


class PasteForm(WhereForm):
    text = forms.CharField(
        label=_("Text of the advert"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 10})
    )
    link = forms.CharField(label=_("Link"), required=False, max_length=300)
    day = DayField(label=_("Day of the advert"))
    photo = CheckedFileField(
        label=_("Photo of it"),
        help_text=_("Type its words above; the picture itself is not read."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    field_order = ("text", "photo", "source", "outlet", "link", "day")

    def clean_photo(self) -> Checked | None:
        photo: Checked | None = self.cleaned_data["photo"]
        if photo is not None and not photo.media_type.startswith("image/"):
            raise ValidationError(_("Choose a picture."))
        return photo

    def clean_day(self) -> Any:  # a day
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day


class FeedForm(forms.Form):
    """A page to be read by itself."""

    address = forms.CharField(
        label=_("Address of the page"), help_text="https://…", max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What it is"),
        widget=forms.RadioSelect,
        choices=[(Feed.Kind.RSS, "RSS, Atom"), (Feed.Kind.HTML, _("A page with adverts"))],
    )
    outlet = forms.CharField(label=_("Name of the newspaper, channel or site"), max_length=120)
    hours = forms.TypedChoiceField(
        label=_("Read every"),
        coerce=int,
        initial=24,
        choices=[(6, _("6 hours")), (24, _("Day")), (168, _("Week"))],
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        parts = urlsplit(address)
        plain = address.isascii() and address.isprintable() and "@" not in parts.netloc and not parts.fragment
        if parts.scheme != "https" or not parts.hostname or not plain:
            raise ValidationError(_("Write an address that begins with https:// and holds no password."))
        return address


class UploadForm(WhereForm):
    file = ScannedFileField(
        label=pgettext_lazy("on a computer", "File"),
        help_text=_("A Telegram export (JSON), lines of JSON, or a CSV or XLSX table with a column “text”."),
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.csv,.txt,.tsv,.xlsx"}),
    )
    field_order = ("file", "source", "outlet")

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        self.name = str(upload.name or "")[-100:]
        content: bytes = upload.read(settings.IMPORT_MAX_BYTES + 1)
        return content


class ReviewForm(forms.Form):
    decision = CodeChoice("advert_decision", label=_("Your decision"), radios=True)
    why = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    ask_second = forms.BooleanField(label=_("A colleague gives a second opinion"), required=False)


class LetterForm(forms.Form):
    to_kind = CodeChoice("letter_to", label=_("To whom"), radios=True)
    to_name = forms.CharField(label=_("Name of the body"), max_length=200)
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=[("ky", "Кыргызча"), ("ru", "Русский")]
    )
    words = forms.CharField(
        label=_("What you add"), required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )
    written_on = DayField(label=_("Day"))


class AnswerForm(forms.Form):
    answer = CodeChoice("letter_answer", label=_("Answer"), radios=True)
    answered_on = DayField(label=_("Day"))
