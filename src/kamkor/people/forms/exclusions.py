"""Whom a file is kept from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk, Membership, User
from kamkor.base.codelists import CodeChoice
from kamkor.people.forms.consents import NamedModelChoice


class ExclusionForm(forms.Form):
    """One of three: a colleague, another desk, or everybody who works in a place."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("A colleague of this desk"), required=False)
    excluded_desk = NamedModelChoice(Desk.objects.none(), label=_("Another desk"), required=False)
    place = CodeChoice("place", label=_("All desks and organisations of a place"), required=False)
    reason = CodeChoice("exclusion_reason", label=_("Why"), radios=True)

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        here = Membership.objects.visible_to(actor).current().values("user")
        colleagues = User.objects.filter(pk__in=here).order_by("display_name")
        self.fields["user"].queryset = colleagues  # type: ignore[attr-defined]
        desks = Desk.objects.visible_to(actor).exclude(pk=actor.desk.pk).order_by("code")
        self.fields["excluded_desk"].queryset = desks  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        chosen = [name for name in ("user", "excluded_desk", "place") if self.cleaned_data.get(name)]
        if len(chosen) != 1:
            self.add_error("user", _("Choose one: a colleague, a desk or a place."))
