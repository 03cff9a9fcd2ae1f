"""Forms of the figures."""

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.base.codelists import CodeChoice
from kamkor.statistics.indicators import words
from kamkor.statistics.models import Figure
from kamkor.statistics.publishing.tables import measures
from kamkor.statistics.reports.donor import BEGINS, ENDS, Span

PERIOD = re.compile(r"\d{4}(-\d{2})?(/\d{4}(-\d{2})?)?")
LANGUAGES = ("en", "ky", "ru", "uz")


class RegisterFilter(forms.Form):
    """Which figures are shown; an impossible value is left out rather than refused."""

    subject = CodeChoice("figure_subject", required=False, label=_("Subject"))

    def chosen(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("subject", ""))


class FigureForm(forms.Form):
    """A figure as its source says it."""

    en = forms.CharField(max_length=200, label=_("What is counted, in English"))
    ky = forms.CharField(max_length=200, required=False, label=_("Kyrgyz"))
    ru = forms.CharField(max_length=200, required=False, label=_("Russian"))
    uz = forms.CharField(max_length=200, required=False, label=_("Uzbek"))
    subject = CodeChoice("figure_subject", label=_("Subject"))
    question = forms.SlugField(
        max_length=60,
        required=False,
        label=_("Stands beside"),
        help_text=_("The same short word for all figures that answer one question."),
    )
    said = forms.CharField(max_length=40, label=_("As the source writes it"))
    low = forms.DecimalField(required=False, max_digits=16, decimal_places=2, label=_("Number, or the least"))
    high = forms.DecimalField(
        required=False,
        max_digits=16,
        decimal_places=2,
        label=_("The most"),
        help_text=_("Empty means: or more."),
    )
    unit = CodeChoice("figure_unit", label=_("Unit"))
    period = forms.CharField(
        max_length=21, required=False, label=_("Period"), help_text="2025, 2025-01/2025-08"
    )
    place = CodeChoice("place", required=False, label=_("Place"))
    definition = forms.CharField(
        required=False, max_length=1000, label=_("Definition"), widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(max_length=1000, label=_("Source"), widget=forms.Textarea(attrs={"rows": 2}))
    confirmed = forms.BooleanField(required=False, label=_("I have confirmed this with the source"))
    why = forms.CharField(
        max_length=500, label=_("Why it is changed"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if new:
            del self.fields["why"]

    def clean_period(self) -> str:
        period = str(self.cleaned_data["period"]).strip()
        if period and not PERIOD.fullmatch(period):
            raise forms.ValidationError(_("Write it as in the example."))
        return period

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        low, high = given.get("low"), given.get("high")
        if high is not None and (low is None or low > high):
            self.add_error("high", _("The most is not less than the least."))
        return given

    def measure(self) -> dict[str, str]:
        return {language: self.cleaned_data[language] for language in LANGUAGES}

    def facts(self) -> dict[str, object]:
        """The open columns of a figure."""
        names = (
            "subject",
            "question",
            "unit",
            "said",
            "low",
            "high",
            "period",
            "place",
            "definition",
            "source",
        )
        facts: dict[str, object] = {name: self.cleaned_data[name] for name in names}
        return facts | {"status": "verified" if self.cleaned_data["confirmed"] else "our proposal"}

    @classmethod
    def facts_of(cls, figure: Figure) -> dict[str, Any]:
        held = {name: getattr(figure, name) for name in cls.base_fields if hasattr(figure, name)}
        return {**held, **figure.measure, "confirmed": figure.confirmed}


class ReleaseForm(forms.Form):
    """Which public table, and up to which year."""

    name = forms.ChoiceField(label=_("Table"))
    year = forms.TypedChoiceField(coerce=int, label=_("Year"))
    changes = forms.CharField(
        max_length=500, required=False, label=_("What is new"), widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = measures().items()
        names = [(name, f"{words(one.title)}: {words(measure.title)}") for name, (one, measure) in held]
        now = timezone.localdate().year
        self.fields["name"].choices = names  # type: ignore[attr-defined]
        years = [(str(year), str(year)) for year in range(now - 1, now - 7, -1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    why = forms.CharField(max_length=500, label=_("Why?"), widget=forms.Textarea(attrs={"rows": 2}))


class DonorForm(forms.Form):
    """A donor's own period, in whole quarters."""

    whom = forms.CharField(
        label=_("For whom"), max_length=60, help_text=_("For the named recipient alone: not for publication.")
    )
    since = forms.ChoiceField(label=_("From"))
    until = forms.ChoiceField(label=_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        years = range(today.year, today.year - 5, -1)
        for name, months in (("since", BEGINS), ("until", ENDS)):
            codes = [f"{year}-{month:02}" for year in years for month in reversed(months)]
            self.fields[name].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until"):
            if given["since"] > given["until"]:
                raise forms.ValidationError(_("The end lies before the beginning."))
            given["span"] = Span(f"{given['since']}/{given['until']}")
        return given
