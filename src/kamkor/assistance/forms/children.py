"""The forms of the child's path. Nothing in the long one is required; the warning only asks whom."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Membership, User
from kamkor.access.policy import RULES
from kamkor.assistance.forms.fields import DayField
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.base.templatetags.names import name
from kamkor.directory.models import Offer

TEXTS = ("wish", "representative_name")


class WishForm(forms.Form):
    """What the child wants and who acts: sealed, with the versions of the texts that the page showed."""

    wish = forms.CharField(
        label=_("What the child wants"),
        help_text=_("In the child's own words. Sealed."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        show_hidden_initial=True,
    )
    representative = CodeChoice("representative", label=_("Who acts for the child"), required=False)
    representative_name = forms.CharField(
        label=_("Name of who acts, and how to reach this person"),
        help_text=_("Sealed."),
        required=False,
        max_length=300,
        show_hidden_initial=True,
    )
    versions = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def texts(self) -> dict[str, str]:
        """Those that the writer changed."""
        return {name: self.cleaned_data[name] for name in TEXTS if name in self.changed_data}

    def seen(self) -> dict[str, int]:
        """The versions of the sealed texts that the page showed."""
        numbers = self.cleaned_data["versions"].split(",")
        return {name: int(number) for name, number in zip(TEXTS, numbers, strict=False) if number.isdecimal()}


class ChildForm(WishForm):
    parent_involved = CodeChoice(
        "yes_no_unknown", label=_("May a parent be involved in what happened?"), radios=True, required=False
    )
    parents_told = forms.BooleanField(
        label=_("The parents have been told"),
        help_text=_("Only when no parent can be involved."),
        required=False,
    )
    interviewer = forms.ModelChoiceField(
        label=_("The one trained interviewer"), queryset=User.objects.none(), required=False
    )
    adult_on = DayField(
        label=_("Turns 18 on"), help_text=_("On that day you are asked who decides now."), required=False
    )

    field_order = ["parent_involved", "parents_told"]

    def __init__(self, *args: object, actor: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        colleagues = (
            Membership.objects.visible_to(actor).current().filter(role__in=RULES["screening.answer"].roles)
        )
        self.fields["interviewer"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            pk__in=colleagues.values("user")
        ).order_by("display_name")

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if given.get("parents_told") and given.get("parent_involved") != "no":
            self.add_error(
                "parents_told", _("The parents must not be told while one of them may be involved.")
            )

    def facts(self) -> dict[str, Any]:
        facts = {name: value for name, value in self.cleaned_data.items() if name not in {*TEXTS, "versions"}}
        return facts | {"parent_involved": facts["parent_involved"] or "unknown"}


class WarnForm(forms.Form):
    """Which body is warned: the nearest is chosen already."""

    body = forms.ChoiceField(label=_("Who is warned"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, bodies: Sequence[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {_key(row): row for row in bodies}
        self.fields["body"].choices = [(key, _told_how(row)) for key, row in self.bodies.items()]  # type: ignore[attr-defined]
        self.fields["body"].initial = next(iter(self.bodies), None)

    def chosen(self) -> Offer:
        return self.bodies[self.cleaned_data["body"]]


def _key(row: Offer) -> str:
    return f"desk-{row.desk_id}" if row.desk_id else f"outside-{row.outside_id}"


def _told_how(row: Offer) -> str:
    place = codelists.label("place", row.provider.place) if row.provider.place else ""
    outside = _("by letter and telephone") if row.outside_id else ""
    return ", ".join(str(part) for part in (name(row.provider), place, outside) if part)
