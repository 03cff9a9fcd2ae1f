"""An estimate that two have signed, as a release for everybody: a figure with its interval, of an indication
a range; what was counted, when, where, from which lists; and nothing of the table behind it."""

import csv
import io
import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kamkor.base import codelists
from kamkor.statistics.estimates import showing
from kamkor.statistics.estimates.wording import figure, method_name, result_of, status, whole
from kamkor.statistics.models import Estimate, Release
from kamkor.statistics.publishing import releases

MEASURE = gettext_noop("Victims in all, those whom nobody has found included: an estimate")
LONGEST = 55  # of a name, with room for a number
About = Mapping[str, Any]


def publish(row: Estimate) -> Release:
    """The release with both signatures; one of the same people, period and place is a new version of it."""
    about = about_of(row)
    named = releases.Named(_data_set(about), "", str(row.about["period"]))
    files = {"estimate.json": _json(about), "estimate.csv": _csv(about)}
    return releases.signed_elsewhere(row, named, about={"estimate": about}, files=files)


def about_of(row: Estimate) -> dict[str, Any]:
    """All that everybody may know; what is only an indication has no single figure."""
    result = result_of(row, row.method)
    assert result is not None
    names = ("population", "definition", "period", "place", "inhabitants", "entries")
    purposes = zip(row.table["lists"], row.about["purposes"], strict=True)
    return {
        **{name: row.about[name] for name in names},
        "method": row.method,
        "status": result["status"],
        "N_hat": result["N_hat"] if result["status"] == "estimate" else None,
        "ci": result["ci"],
        "lists": [{"name": name, "purpose": purpose} for name, purpose in purposes],
        "merged": row.settings["merge"],
        "sha256": row.sha256,
    }


def shown(about: About) -> dict[str, object]:
    """What the page says beside its data sheet."""
    found = {**about, "N_hat": about["N_hat"] or 0}  # nothing is said of it where there is none
    rate = ""
    if about["inhabitants"]:
        people = whole(about["inhabitants"])
        rate = _("For 100,000 of %(people)s inhabitants") % {"people": people}
        rate += f": {figure(found, per=about['inhabitants'] / 1e5)}"
    definition, place = showing.DEFINITIONS[about["definition"]](), _place(about)
    return {
        "of": f"{about['population']}. {definition}, {place}, {about['period'].replace('/', '–')}.",
        "figure": figure(found),
        "state": status(found),
        "rate": rate,
        "lists_head": [_("Name"), _("Kept for")],
        "lists": [[one["name"], one["purpose"] or "–"] for one in about["lists"]],
        **showing.of_doubts(),
    }


def sheet_of(about: About) -> list[tuple[str, str]]:
    """Rows of the data sheet."""
    return [
        (_("Population"), about["population"]),
        (_("Legal definition"), showing.DEFINITIONS[about["definition"]]()),
        (_("Place"), _place(about)),
        (_("Who may have come or gone meanwhile"), about["entries"]),
        (_("Method"), method_name(about["method"])),
        (_("Lists to take as one"), "; ".join(about["merged"])),
        (_("SHA-256 of the table"), about["sha256"]),
    ]


def _place(about: About) -> str:
    return codelists.label("place", about["place"]) if about["place"] else _("Whole country")


def _data_set(about: About) -> str:
    """The stable name: of what, when and where; another population has a number behind it."""
    parts = (
        releases.HIDDEN,
        about["definition"],
        about["period"].replace("/", "-"),
        about["place"].replace("_", "-"),
    )
    name = slugify("-".join(filter(None, parts)))[:LONGEST]
    for number in count(1):
        data_set = name if number == 1 else f"{name}-{number}"
        before = Release.objects.filter(data_set=data_set).first()
        if before is None or before.about.get("estimate", {}).get("population") == about["population"]:
            break
    return data_set


def _json(about: About) -> bytes:
    text = json.dumps({**about, "confirmed": False}, ensure_ascii=False, indent=1)
    return (text + "\n").encode()


def _csv(about: About) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    columns = ("population", "definition", "period", "place", "method", "status")
    rows.writerow([*columns, "estimate", "low", "high", "confirmed"])
    total, low, high = (value and round(value) for value in (about["N_hat"], *_ends(about)))
    rows.writerow([*(about[name] for name in columns), total, low, high, "no"])
    return text.getvalue().encode()


def _ends(about: About) -> tuple[float, float]:
    return about["ci"]["low"], about["ci"]["high"]
