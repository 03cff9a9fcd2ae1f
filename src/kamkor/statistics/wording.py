"""Sentences about figures that pages, files and reports share."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamkor.base import codelists
from kamkor.statistics.models import Figure
from kamkor.statistics.register import Conflict


def plain(value: object) -> str:
    """A decimal with as many places as it has, and no more."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return str(number_format(text, use_l10n=True, force_grouping=True))


def how_far_apart(conflict: Conflict) -> str:
    """By how much figures disagree."""
    apart = conflict.spread
    said = {"low": plain(apart.low), "high": plain(apart.high), "apart": plain(apart.difference)}
    if apart.agrees:
        return _("All say %(low)s, but of different people.") % said
    if apart.ratio is None:
        return _("From %(low)s to %(high)s: %(apart)s apart.") % said
    said["ratio"] = plain(apart.ratio)
    return _("From %(low)s to %(high)s: %(apart)s apart, %(ratio)s times.") % said


def figure_line(row: Figure) -> str:
    """A figure with all that it must not be quoted without."""
    unit = codelists.label("figure_unit", row.unit)
    about = ", ".join(filter(None, (row.period.replace("/", " – "), row.definition)))
    return f"{row.said} {unit} ({about}) – {source(row)}"


def source(row: Figure) -> str:
    if row.confirmed:
        return row.source
    return _("%(source)s (unconfirmed)") % {"source": row.source or "–"}


def summed(count: int) -> str:
    """Of how many organisations a figure is the sum."""
    text = ngettext(
        "Sum of %(count)s organisation.", "Sum of %(count)s organisations, may count twice.", count
    )
    return text % {"count": count}
