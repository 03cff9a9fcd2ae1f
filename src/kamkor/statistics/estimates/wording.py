"""An answer in the reader's language: figures, names of methods, reasons, what was done to a table."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamkor.statistics.models import Estimate

METHODS: dict[str, Promise | str] = {
    "stepwise": gettext_lazy("Stepwise"),
    "bic": gettext_lazy("Best model (BIC)"),
    "dga": gettext_lazy("Average of graphs (dga)"),
    "lcm": gettext_lazy("Latent classes (lcm)"),
    "chao": gettext_lazy("At least (Chao)"),
    "independence": gettext_lazy("Independent lists: a warning"),
}
STATUSES: dict[str, tuple[Promise | str, str]] = {
    "estimate": (gettext_lazy("Estimate"), "green"),
    "indication": (gettext_lazy("Indication: a range only"), "yellow"),
    "refused": (gettext_lazy("Refused"), "red"),
}
WORLDS: dict[str, Promise | str] = {
    "independent": gettext_lazy("Independent lists"),
    "as fitted to the UK in 2013": gettext_lazy("As fitted to the lists of the United Kingdom, 2013"),
    "two classes, mild": gettext_lazy("Some are found more easily"),
    "two classes, strong": gettext_lazy("Some are found far more easily"),
    "lists of tens": gettext_lazy("Lists of tens of people"),
}
# What was read from JSON has no narrower type.
Result = dict[str, Any]


def result_of(row: Estimate, method: str) -> Result | None:
    """The answer of one method, or nothing while there is none."""
    results: list[Result] = row.found.get("results", [])
    return next((result for result in results if result["method"] == method), None)


def method_name(method: str) -> str:
    return str(METHODS.get(method, method))


def status(result: Result) -> dict[str, str]:
    """A cell with a tag."""
    words, tone = STATUSES[result["status"]]
    return {"text": str(words), "tone": tone}


def whole(value: float) -> str:
    return number_format(round(value), force_grouping=True)


def figure(result: Result, *, per: float = 1) -> str:
    """What may be said: a figure with its interval, of an indication the range alone, or nothing."""

    def said(value: float) -> str:
        return whole(value) if per == 1 else number_format(value / per, 1, force_grouping=True)

    total, interval = result["N_hat"], result["ci"]
    if total is None or interval is None:
        return "–"
    spread = f"{said(interval['low'])}–{said(interval['high'])}"
    return spread if result["status"] == "indication" else f"{said(total)} ({spread})"


def reasons(result: Result) -> str:
    return " ".join(_(template) % values for template, values in result["said"])


def change(names: Sequence[str]) -> str:
    """What was done to the table: a list was left out, or two were taken as one."""
    if len(names) == 1:
        return _("Without %(name)s") % {"name": names[0]}
    return _("%(one)s and %(other)s as one") % {"one": names[0], "other": names[1]}
