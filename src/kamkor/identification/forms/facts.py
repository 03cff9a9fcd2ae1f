"""Forms of the dated facts, one for each kind."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.base.codelists import CodeChoice
from kamkor.identification.models import Fact
from kamkor.methods.journeys import PartialDate


class PartialDateField(forms.CharField):
    """A year, a month or a day that is not in the future; None when left empty."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("help_text", _("As well as it is known: 2026, 2026-05 or 2026-05-03."))
        widget = forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"})
        super().__init__(max_length=10, widget=widget, **kwargs)  # type: ignore[arg-type]

    def to_python(self, value: str | None) -> PartialDate | None:  # type: ignore[override]
        text = super().to_python(value)
        if not text:
            return None
        try:
            found = PartialDate.parse(text)
        except ValueError:
            raise ValidationError(_("Write the date as 2026, 2026-05 or 2026-05-03.")) from None
        if found.earliest > timezone.localdate():
            raise ValidationError(_("This day has not come yet. Give the day on which it happened."))
        return found

    def run_validators(self, value: object) -> None:
        """A date has been read already; there is no text left to measure."""


class DayField(forms.DateField):
    """A whole day, picked or typed."""

    def __init__(self, **kwargs: object) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"})
        super().__init__(widget=widget, **kwargs)  # type: ignore[arg-type]


def today() -> date:
    return timezone.localdate()


class PresumedForm(forms.Form):
    on = PartialDateField(label=_("Presumed since"), initial=today)
    ground = CodeChoice("presumption_ground", label=_("On what ground"))


class DecisionForm(forms.Form):
    on = PartialDateField(label=_("Date of the decision"), initial=today)
    value = CodeChoice("decision_value", label=_("Decision"), radios=True)
    body = CodeChoice("deciding_body", label=_("Who decided"))


class RecoveryForm(forms.Form):
    on = PartialDateField(label=_("Agreed on"), initial=today)
    until = DayField(label=_("Last day of the period"))

    def clean(self) -> None:
        on, until = self.cleaned_data.get("on"), self.cleaned_data.get("until")
        if on and until and until < on.earliest:
            self.add_error("until", _("The period cannot end before it begins."))


class WhereaboutsForm(forms.Form):
    on = PartialDateField(label=_("Since when"), initial=today)
    value = CodeChoice("whereabouts", label=_("Where"))


FACT_FORMS: dict[str, type[forms.Form]] = {
    Fact.Kind.PRESUMED: PresumedForm,
    Fact.Kind.DECISION: DecisionForm,
    Fact.Kind.RECOVERY: RecoveryForm,
    Fact.Kind.WHEREABOUTS: WhereaboutsForm,
}
