"""An estimate as cells and pictures of a page."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from kamkor.base import codelists
from kamkor.base.charts import Bar, bars
from kamkor.methods.prevalence.assumptions import ASSUMPTIONS
from kamkor.methods.prevalence.coverage import Covered
from kamkor.methods.prevalence.tables import Table
from kamkor.statistics.estimates.pictures import Span, spans
from kamkor.statistics.estimates.tables import table_of
from kamkor.statistics.estimates.wording import (
    METHODS,
    WORLDS,
    Result,
    change,
    figure,
    method_name,
    reasons,
    result_of,
    status,
    whole,
)
from kamkor.statistics.models import Estimate

Rows = list[list[object]]
MOST_PAIRS = 21  # drawn: all pairs of seven lists
ENOUGH = 200  # populations; of fewer the number stands beside
DEFINITIONS = {"presumed": lambda: _("Presumed victims"), "confirmed": lambda: _("Confirmed victims")}


def of_table(table: Table) -> dict[str, object]:
    """Who is on which list, before anything is estimated."""
    lists = table.lists
    pairs = sorted(((table.on(a, b), f"{lists[a]}, {lists[b]}") for a, b in table.pairs), reverse=True)
    often = sorted(table.counts.items(), key=lambda item: -item[1])
    title = _("How many people each two lists share")
    return {
        "observed": _("%(people)s people are on at least one of %(lists)s lists, %(repeated)s on several.")
        % {"people": whole(table.observed), "lists": len(lists), "repeated": whole(table.repeated)},
        "overlap_title": title,
        "overlap": bars("overlap", title, [Bar(name, number) for number, name in pairs[:MOST_PAIRS]]),
        "overlap_head": [_("On these lists and no other"), _("People")],
        "overlap_rows": [[_on(table, history), count(number)] for history, number in often],
    }


def _on(table: Table, history: int) -> str:
    return ", ".join(name for place, name in enumerate(table.lists) if history >> place & 1)


def count(number: float) -> dict[str, object]:
    return {"text": whole(number), "number": True}


def of_estimate(row: Estimate) -> dict[str, object]:
    """Everything that the page of a finished run shows."""
    table = table_of(row.table, merged=row.settings["merge"])
    assert table is not None
    return {
        **of_table(table),
        "summary": summary(row),
        "facts": facts(row, table),
        "lists_head": [_("Name"), _("People"), _("Kept for")],
        "lists": lists(row, table),
        **of_methods(row.found["results"], table.observed),
        **of_rate(row),
        **of_groups(row),
        **of_changes(row),
        **of_doubts(),
    }


def of_doubts() -> dict[str, object]:
    """What makes any such figure wrong, and how often intervals were right."""
    return {
        "assumptions_head": [_("What must hold"), _("What would make it fail")],
        "assumptions": [[_(name), _(fails)] for name, fails in ASSUMPTIONS],
        **covered(),
    }


def summary(row: Estimate) -> str:
    """What may be said at all, in a sentence."""
    given = [result for result in row.found["results"] if result["N_hat"] is not None]
    if not given:
        return _("These lists allow no estimate of how many more there are.")
    if all(result["status"] == "indication" for result in given):
        return _("The lists allow an indication only: publish a range, and no single figure.")
    return _("What is called an estimate may be given with its interval, the others as a range only.")


def facts(row: Estimate, table: Table) -> list[dict[str, str]]:
    about, given = row.about, row.settings
    place = codelists.label("place", about["place"]) if about["place"] else _("Whole country")
    merged = f"; {'; '.join(given['merge'])}" if given["merge"] else ""
    settings = f"stepwise {given['threshold']:g}; {whole(given['boot'])}; seed {given['seed']}{merged}"
    said = {
        _("Population"): about["population"],
        _("Legal definition"): DEFINITIONS[about["definition"]](),
        _("Period"): str(about["period"]).replace("/", " – "),
        _("Place"): place,
        _("Who may have come or gone meanwhile"): about["entries"] or "–",
        _("Settings"): settings,
        _("SHA-256 of the table"): row.sha256,
    }
    return [{"label": label, "value": value} for label, value in said.items()]


def lists(row: Estimate, table: Table) -> Rows:
    purposes = dict(zip(row.table["lists"], row.about["purposes"], strict=True))
    return [
        [name, count(table.on(place)), "; ".join(purposes.get(one, "") for one in name.split("+")) or "–"]
        for place, name in enumerate(table.lists)
    ]


def of_methods(results: Sequence[Result], observed: int) -> dict[str, object]:
    title = _("In all, with the interval of 95 %")
    return {
        "methods_title": title,
        "methods_picture": spans(title, [_span(result) for result in results], observed),
        "methods_head": [_("Method"), _("In all"), _("State"), _("Model"), _("Why")],
        "methods": [
            [
                method_name(result["method"]),
                figure(result),
                status(result),
                ", ".join(result["model"]) or "–",
                reasons(result) or "–",
            ]
            for result in results
        ],
    }


def _span(result: Result) -> Span:
    interval = result["ci"] or {"low": None, "high": None}
    point = result["N_hat"] if result["status"] == "estimate" else None
    return Span(method_name(result["method"]), figure(result), interval["low"], interval["high"], point)


def of_rate(row: Estimate) -> dict[str, object]:
    inhabitants = row.about["inhabitants"]
    if not inhabitants:
        return {}
    return {
        "rate_title": _("For 100,000 of %(people)s inhabitants") % {"people": whole(inhabitants)},
        "rate_head": [_("Method"), _("For 100,000")],
        "rates": [
            [method_name(result["method"]), figure(result, per=inhabitants / 1e5)]
            for result in row.found["results"]
            if result["N_hat"] is not None
        ],
    }


def of_groups(row: Estimate) -> dict[str, object]:
    """The figures of each group, and of all groups in one model."""
    groups: dict[str, list[Result]] = row.found.get("groups") or {}
    if not groups:
        return {}
    methods = [result["method"] for result in row.found["results"]]
    rows: Rows = []
    for name, results in groups.items():
        why = reasons(next((each for each in results if each["method"] == "stepwise"), results[0]))
        rows.append([name, count(results[0]["observed"]), *map(figure, results), why or "–"])
    return {
        "groups_head": [_("Group"), _("People"), *map(method_name, methods), _("Stepwise: why")],
        "groups": rows,
        "together": _together(row.found.get("together")),
    }


def _together(joint: Result | None) -> str:
    if joint is None:
        return ""
    found = figure({"N_hat": joint["N_hat"], "ci": joint["ci_given_model"], "status": joint["status"]})
    return _("All groups in one model, with what pairs of lists have in common: %(found)s.") % {
        "found": found
    }


def of_changes(row: Estimate) -> dict[str, object]:
    """How far the figure moves."""
    answer = row.found
    beside = zip(answer["results"], answer["alone"], strict=False)
    return {
        "changed_head": [_("Stepwise"), _("In all"), _("State"), _("Why")],
        "changed": [
            [change(each["names"]), figure(each), status(each), reasons(each) or "–"]
            for each in answer["changed"]
        ],
        "missed_head": [_("Links found"), _("Too high by"), _("Stepwise, without that error")],
        "missed": missed(answer["missed"], result_of(row, "stepwise")),
        "alone_head": [_("Method"), _("With own referrals"), _("Without them")],
        "alone": [[method_name(mine["method"]), figure(mine), figure(other)] for mine, other in beside],
    }


def missed(factors: Mapping[str, float], stepwise: Result | None) -> Rows:
    """The band of the stepwise interval if so many links between lists were found."""
    rows: Rows = []
    for recall, factor in factors.items():
        interval = stepwise and stepwise["ci"]
        band = "–"
        if interval:
            band = f"{whole(interval['low'] / factor)}–{whole(interval['high'] / factor)}"
        rows.append([f"{float(recall):.0%}", f"{factor - 1:.0%}", band])
    return rows


def covered() -> dict[str, object]:
    """What was simulated, as it came out: a row for each kind of population, a column for each method."""
    found = {(each.world, each.method): each for each in Covered.kept()}
    return {
        "covered_head": [_("Populations"), *(method_name(method) for method in METHODS)],
        "covered": [
            [str(words), *(_held(found.get((world, method))) for method in METHODS)]
            for world, words in WORLDS.items()
        ],
    }


def _held(each: Covered | None) -> str:
    """The share of intervals that held the truth, and the estimate as a part of it."""
    if each is None or each.coverage is None or each.ratio is None:
        return "–"
    few = "" if each.populations >= ENOUGH else f" [{each.populations}]"
    return f"{each.coverage:.2f} / {each.ratio:.2f}{few}"
