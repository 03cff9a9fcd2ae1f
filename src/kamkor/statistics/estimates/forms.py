"""Forms of an estimate: the lists, and what they do not say themselves."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kamkor.base.codelists import CodeChoice
from kamkor.base.uploads import ScannedFileField
from kamkor.methods.prevalence.reading import Sheet, read
from kamkor.methods.prevalence.rules import MOST_LISTS
from kamkor.methods.prevalence.tables import Table, TableProblem
from kamkor.statistics.forms import PERIOD

LARGEST = 5_000_000  # bytes of a file
READ_LISTS = 2 * MOST_LISTS  # that may be merged later
MOST_GROUPS = 12
RESAMPLES = [(10_000, "10 000"), (1000, "1 000")]


class TableForm(forms.Form):
    """A file or pasted text; of a file of individuals only the counts are kept."""

    file = ScannedFileField(
        required=False,
        label=_("A table of lists (CSV)"),
        help_text=_(
            "A column of 0 and 1 for each list, and a column “count”; or a row of 0 and 1 for each person. "
            "No names, no numbers of persons. The files of “kamkor link” and “kamkor link match-encoded” are "
            "taken as they are: the overlap table, or the clusters."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
    )
    text = forms.CharField(
        required=False,
        max_length=200_000,
        label=_("Or paste the table"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    referred = forms.CharField(
        required=False,
        max_length=60,
        label=_("Column of own referrals"),
        help_text=_("It names the list that somebody is on only because we sent the person there."),
    )
    without = ScannedFileField(
        required=False,
        label=_("Or the same table without overlaps that our own referrals made"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
    )
    by = forms.CharField(
        required=False,
        max_length=60,
        label=_("Column of groups"),
        help_text=_("Sex, child or adult, citizenship, form, year: each group is estimated as well."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                given["sheet"] = self._sheet()
            except TableProblem as problem:
                words = problem.words
                raise forms.ValidationError(gettext(words.template) % words.values) from problem
        return given

    def _sheet(self) -> Sheet:
        given = self.cleaned_data
        referred, by = (given[name].strip() or None for name in ("referred", "by"))
        sheet = read(self._text("file") or str(given["text"]), referred=referred, by=by)
        if len(sheet.strata) > MOST_GROUPS:
            words = gettext("There are %(groups)s groups; put them together until %(most)s are left.")
            raise forms.ValidationError(words % {"groups": len(sheet.strata), "most": MOST_GROUPS})
        if referred and given["without"]:
            raise forms.ValidationError(gettext("Name the column or bring the second table, not both."))
        if given["without"]:
            sheet = sheet.beside(read(self._text("without")).table)
        if len(sheet.table.lists) > READ_LISTS:
            words = gettext("There are %(lists)s lists; merge those alike until %(most)s are left.")
            raise forms.ValidationError(words % {"lists": len(sheet.table.lists), "most": MOST_LISTS})
        return sheet

    def _text(self, name: str) -> str:
        upload = self.cleaned_data[name]
        if not upload:
            return ""
        if upload.size > LARGEST:
            raise forms.ValidationError(gettext("This is too large"))
        try:
            return str(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError(gettext("Save it as CSV in UTF-8.")) from error


class StartForm(forms.Form):
    """What only people know of the lists, and the settings; the usual ones are filled in."""

    population = forms.CharField(
        max_length=200, label=_("Population"), help_text=_("Who is counted, and where they may be.")
    )
    definition = forms.ChoiceField(
        label=_("Legal definition"),
        choices=[("presumed", _("Presumed victims")), ("confirmed", _("Confirmed victims"))],
        widget=forms.RadioSelect,
    )
    period = forms.CharField(max_length=21, label=_("Period"), help_text="2025, 2025-01/2025-08")
    place = CodeChoice("place", required=False, label=_("Place"))
    inhabitants = forms.IntegerField(
        required=False, min_value=1, max_value=10**10, label=_("Inhabitants, for the rate per 100,000")
    )
    entries = forms.CharField(
        required=False,
        max_length=1000,
        label=_("Who may have come or gone meanwhile"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        for place, name in enumerate(table.lists):
            label = gettext("What “%(name)s” is kept for") % {"name": name}
            self.fields[f"list{place}"] = forms.CharField(required=False, max_length=200, label=label)
        self.fields |= {
            "merge": forms.CharField(
                required=False, max_length=500, label=_("Lists to take as one"), widget=_lines(2),
                help_text=_("Names joined by +, as in PF+NCA; each such group on a line of its own."),
            ),
            "threshold": forms.FloatField(
                label=_("Threshold of “stepwise”"), min_value=0, max_value=1, initial=0.02
            ),
            "boot": forms.TypedChoiceField(
                label=_("Resamples"), coerce=int, initial=10_000, choices=RESAMPLES,
            ),
            "seed": forms.IntegerField(label=_("Seed"), min_value=0, max_value=2**31, initial=1),
        }  # fmt: skip

    def clean_period(self) -> str:
        period = str(self.cleaned_data["period"]).strip()
        if not PERIOD.fullmatch(period):
            raise forms.ValidationError(gettext("Write it as in the example."))
        return period

    def clean_merge(self) -> list[str]:
        """The groups, once they can be merged one after the other."""
        groups = [line.strip() for line in str(self.cleaned_data["merge"]).splitlines() if line.strip()]
        table = self.table
        try:
            for names in groups:
                table = table.merged([name.strip() for name in names.split("+")])
        except TableProblem as problem:
            raise forms.ValidationError(gettext(problem.words.template) % problem.words.values) from problem
        return groups

    def about(self) -> dict[str, object]:
        given = self.cleaned_data
        names = ("population", "definition", "period", "place", "inhabitants", "entries")
        purposes: Sequence[str] = [given[f"list{place}"] for place in range(len(self.table.lists))]
        return {name: given[name] for name in names} | {"purposes": purposes}

    def settings(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in ("merge", "threshold", "boot", "seed")}


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})
