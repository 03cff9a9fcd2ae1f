"""Forms of the public door. What is left out is never asked again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.directory.models import SHELTERS

LONG = 20_000
PRIVATE = {"autocomplete": "off", "spellcheck": "false"}


def long_text(rows: int = 8) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **PRIVATE})


class NearForm(forms.Form):
    """What is looked for, and where."""

    service = CodeChoice("service_type", required=False, label=_("Service"))
    place = CodeChoice("place", required=False, label=_("Place"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        offered = codelists.choices("service_type", blank=True)
        self.fields["service"].choices = [  # type: ignore[attr-defined]
            (code, label) for code, label in offered() if code not in SHELTERS
        ]


class OfferForm(forms.Form):
    """An advert or a message, as it was received."""

    text = forms.CharField(
        label=_("Copy the offer in here"),
        help_text=_("The words of the advert or the message, in any language. It is read here and not kept."),
        widget=long_text(10),
    )
