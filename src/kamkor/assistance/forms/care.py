"""Forms of needs, the plan, services given, and stays."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.forms.fields import DayField, sealed_text
from kamkor.assistance.models import Case, Need
from kamkor.base import codelists
from kamkor.base.codelists import CodeChoice
from kamkor.base.templatetags.names import name as name_of
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.people.models import Exclusion


class NeedForm(forms.Form):
    kind = CodeChoice("need_type", label=_("Need"))
    stage = CodeChoice("stage", label=_("Where"), radios=True)
    urgent = forms.BooleanField(label=_("Urgent: within 24 hours"), required=False)
    seen_on = DayField(label=_("Seen on"))


class NeedEndForm(forms.Form):
    how = CodeChoice("need_end", label=_("How it ended"), radios=True)
    ended_on = DayField(label=_("Ended on"))


class NeedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An open need of one case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Need.objects.none(), required=False, label=_("For which need"), empty_label="", **kwargs
        )

    def label_from_instance(self, obj: Any) -> str:
        return f"{codelists.label('need_type', obj.kind)} ({codelists.label('stage', obj.stage)})"


class NamedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A desk or organisation, by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(name_of(obj))


class GoalForm(forms.Form):
    text = sealed_text(label=_("Goal"), help_text=_("In the person's own words where possible."))
    need = NeedChoice()
    due_on = DayField(label=_("By when"), required=False)

    def __init__(self, *args: Any, actor: Actor, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].queryset = open_needs(actor, case)  # type: ignore[attr-defined]


class GoalEndForm(forms.Form):
    how = forms.ChoiceField(
        label=_("How it ended"),
        choices=[("reached", pgettext_lazy("goal", "Reached")), ("dropped", _("Dropped"))],
        widget=forms.RadioSelect,
    )
    on = DayField(label=_("On"))


class ServiceForm(forms.Form):
    """What was given, by whom, when, with what result."""

    kind = CodeChoice("service_type", label=_("Service"))
    stage = CodeChoice("stage", label=_("Where"), radios=True)
    need = NeedChoice()
    meets_need = forms.BooleanField(label=_("The need is met by this"), required=False)
    by_desk = NamedChoice(
        Desk.objects.none(),
        label=_("Given by a desk"),
        required=False,
        empty_label="",
        help_text=_("Empty: our own desk."),
    )
    by_outside = NamedChoice(
        OutsideOrganisation.objects.none(),
        label=_("Or by an organisation without a desk"),
        empty_label="",
        required=False,
    )
    on = DayField(label=_("On"))
    until = DayField(label=_("Until"), required=False, help_text=_("Needed for economic support."))
    amount = forms.DecimalField(
        label=_("Amount in som"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("Needed for economic support."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "decimal"}),
        localize=True,
    )
    result = CodeChoice("service_result", label=_("Result"), required=False)
    note = sealed_text(label=_("Note"), required=False)

    def __init__(self, *args: Any, actor: Actor, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        desks = Desk.objects.visible_to(actor).exclude(pk=case.desk_id).order_by("code")
        outside = OutsideOrganisation.objects.visible_to(actor).order_by("code")
        self.fields["need"].queryset = open_needs(actor, case)  # type: ignore[attr-defined]
        self.fields["by_desk"].queryset = desks  # type: ignore[attr-defined]
        self.fields["by_outside"].queryset = outside  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if given.get("by_desk") and given.get("by_outside"):
            self.add_error("by_outside", _("Choose either a desk or an organisation."))
        if given.get("meets_need") and not given.get("need"):
            self.add_error("need", _("Choose the need that is met."))
        if given.get("kind") == "economic_support":
            for name in ("amount", "until"):
                if not self.errors.get(name) and given.get(name) is None:
                    self.add_error(name, _("Economic support has an amount and an end."))
        if given.get("until") and given.get("on") and given["until"] < given["on"]:
            self.add_error("until", _("The end is before the beginning."))


class OfferChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A shelter with its room; where it is, is told by voice."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{name_of(obj.desk or obj.outside)}: {codelists.label('room', obj.room)}"


class StayForm(forms.Form):
    offer = OfferChoice(
        Offer.objects.none(),
        label=_("Shelter"),
        required=False,
        empty_label=_("Another place"),
        help_text=_("Only places that take this person are offered. The address is told by voice."),
    )
    since = DayField(label=_("First night"))

    def __init__(self, *args: Any, actor: Actor, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer"].queryset = shelters(actor, case)  # type: ignore[attr-defined]


class StayEndForm(forms.Form):
    until = DayField(label=_("Until"))
    how = CodeChoice("stay_end", label=_("How it ended"))


def open_needs(actor: Actor, case: Case) -> Any:  # a queryset of Need
    return Need.objects.visible_to(actor).filter(case=case, ended_on=None).order_by("pk")


def shelters(actor: Actor, case: Case) -> Any:  # a queryset of Offer
    """Shelters that take this person, by age and sex, without those from whom she is kept; a full one is
    shown, and cannot be taken."""
    person = case.person
    rows = Offer.objects.visible_to(actor).filter(service__contains="shelter")
    kept = Exclusion.objects.visible_to(actor).filter(person=person, lifted_at=None)
    rows = rows.exclude(desk__in=kept.exclude(excluded_desk=None).values("excluded_desk"))
    rows = rows.filter(children=True) if person.is_child else rows.filter(adults=True)
    fitting = [row.pk for row in rows if not (person.sex and row.sexes) or person.sex in row.sexes]
    return Offer.objects.filter(pk__in=fitting).select_related("desk", "outside").order_by("room", "pk")
