"""The form of a child's placement. Nothing in it is required."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamkor.assistance.forms.children import WishForm
from kamkor.assistance.forms.fields import DayField
from kamkor.assistance.forms.referrals import grouped
from kamkor.base.codelists import CodeChoice
from kamkor.directory.models import Offer


class PlacementForm(WishForm):
    kind = CodeChoice("placement_kind", label=_("Where the child is"), required=False)
    offer = forms.ChoiceField(
        label=_("Which place"),
        help_text=_("Only places that take children. No address: the way is told by voice."),
        required=False,
    )
    since = DayField(label=_("Since"), required=False)
    until = DayField(label=_("Until"), required=False)
    field_order = ["kind", "offer", "since", "until"]

    def __init__(self, *args: Any, offers: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offers = {str(offer.pk): offer for offer in offers}
        self.fields["offer"].choices = grouped(offers)  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        facts = {name: given[name] for name in ("kind", "since", "until", "representative")}
        return facts | {"offer": self.offers.get(given["offer"])}
