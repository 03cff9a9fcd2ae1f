"""The report: who was counted, what every method says, how far it moves, and what would make it wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from kamkor.cli.hidden_number import pictures
from kamkor.cli.hidden_number.about import About
from kamkor.cli.hidden_number.wording import figure
from kamkor.methods.prevalence.assumptions import ASSUMPTIONS
from kamkor.methods.prevalence.coverage import Covered
from kamkor.methods.prevalence.results import Result, Status
from kamkor.methods.prevalence.sensitivity import missed_links
from kamkor.methods.prevalence.strata import Together
from kamkor.methods.prevalence.tables import Table

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;color:#1d2426;max-width:62rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem}th,td{text-align:left;vertical-align:top;"
    "padding:.3rem .8rem .3rem 0;border-bottom:1px solid #b9d3d6}td.n{text-align:right}"
    "h1,h2{color:#0c4a54;line-height:1.2}.note{border-left:4px solid #0c4a54;padding-left:1rem}"
)


@dataclass(frozen=True)
class Findings:
    """All that the report shows."""

    table: Table
    results: Sequence[Result]
    about: About
    strata: dict[str, Sequence[Result]]
    together: Together | None
    variants: dict[str, Result]
    without_referred: Sequence[Result]
    threshold: float
    repeated_by: str  # how to get the same again: file, digest, settings


def page(found: Findings) -> str:
    """The whole page as HTML."""
    parts = [
        "<h1>How many there may be</h1>", _summary(found), _facts(found.about), _lists(found),
        _overlaps(found.table), _methods(found), _rate(found), _strata(found), _sensitivity(found),
        _links(found), _referrals(found), _assumptions(), _coverage(), _again(found),
    ]  # fmt: skip
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>How many there may be</title><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>\n"
    )


def _summary(found: Findings) -> str:
    given = [result for result in found.results if result.total is not None]
    known = f"{found.table.observed:,} people are on at least one of {len(found.table.lists)} lists."
    if not given:
        words = "These lists allow no estimate of how many more there are."
    elif all(result.status is Status.INDICATION for result in given):
        words = "The lists allow an indication only: publish a range, and no single figure."
    else:
        words = "Figures marked “estimate” may be given with their intervals, the others as a range only."
    small = "This page holds small counts. It is for those who work on the figures, not for the public."
    return f'<p class="note">{known} {words}</p><p>{small}</p>'


def _facts(about: About) -> str:
    rows = [
        ("Population", about.population), ("Legal definition (presumed or confirmed)", about.definition),
        ("Period", about.period), ("Place", about.place), ("Entries and exits", about.entries_and_exits),
    ]  # fmt: skip
    return "<h2>What is estimated</h2>" + _table(("", "As stated"), rows)


def _lists(found: Findings) -> str:
    table = found.table
    rows = [(name, f"{table.on(at):,}", found.about.purpose(name)) for at, name in enumerate(table.lists)]
    return "<h2>The lists</h2>" + _table(("List", "People", "Kept for"), rows)


def _overlaps(table: Table) -> str:
    places = range(len(table.lists))
    shared = [[table.on(row, column) for column in places] for row in places]
    often = sorted(table.counts.items(), key=lambda item: -item[1])
    rows = [(_on(table, history), f"{number:,}") for history, number in often]
    return (
        f"<h2>How the lists overlap</h2><p>{table.repeated:,} people are on more than one list.</p>"
        + pictures.overlaps(table.lists, shared) + _table(("On these lists and no other", "People"), rows)
    )  # fmt: skip


def _on(table: Table, history: int) -> str:
    return ", ".join(name for place, name in enumerate(table.lists) if history >> place & 1)


def _methods(found: Findings) -> str:
    rows = [
        (
            result.method,
            figure(result),
            result.status.value,
            ", ".join(result.model),
            " ".join(result.reasons),
        )
        for result in found.results
    ]
    picture = pictures.spans(
        "The intervals of every method", [_span(r.method, r) for r in found.results], found.table.observed
    )
    head = ("Method", "In all, with 95 % interval", "Status", "Model", "Why")
    return f"<h2>Every method side by side</h2>{picture}{_table(head, rows)}"


def _span(name: str, result: Result) -> pictures.Span:
    point = result.total if result.status is Status.ESTIMATE else None
    if result.interval is None:
        return pictures.Span(name, None, None, point)
    return pictures.Span(name, result.interval.low, result.interval.high, point)


def _rate(found: Findings) -> str:
    inhabitants = found.about.inhabitants
    if not inhabitants:
        return "<h2>Rate</h2><p>The number of inhabitants is not stated, so that no rate is given.</p>"
    rows = [(r.method, figure(r, per=inhabitants / 1e5)) for r in found.results if r.total is not None]
    return f"<h2>Rate per 100,000 of {inhabitants:,} inhabitants</h2>" + _table(
        ("Method", "With 95 % interval"), rows
    )


def _strata(found: Findings) -> str:
    if not found.strata:
        return ""
    rows = [
        (name, r.method, f"{r.observed:,}", figure(r), r.status.value, " ".join(r.reasons))
        for name, results in found.strata.items()
        for r in results
    ]
    text = "<h2>By group</h2>" + _table(("Group", "Method", "Observed", "In all", "Status", "Why"), rows)
    if found.together:
        low, high = found.together.interval.low, found.together.interval.high
        text += (
            f"<p>One model with the groups as a covariate: {low:,.0f} to {high:,.0f} in all, if the model "
            f"that it chose is right. {escape(' '.join(found.together.reasons))}</p>"
        )
    return text


def _sensitivity(found: Findings) -> str:
    rows = [
        (done, f"{r.observed:,}", figure(r), r.status.value, " ".join(r.reasons))
        for done, r in found.variants.items()
    ]
    head = ("Stepwise", "Observed", "In all, with 95 % interval", "Status", "Why")
    return "<h2>If a list is dropped, or two are merged</h2>" + _table(head, rows) if rows else ""


def _links(found: Findings) -> str:
    stepwise = next((r for r in found.results if r.method == "stepwise" and r.interval), None)
    rows = []
    for recall, factor in missed_links(found.table.trimmed(), threshold=found.threshold).items():
        band = "no range was computed"
        if stepwise and stepwise.interval:
            band = f"{stepwise.interval.low / factor:,.0f} to {stepwise.interval.high / factor:,.0f}"
        rows.append((f"{float(recall):.0%}", f"{factor - 1:+.0%}", f"divide by {factor:.2f}", band))
    if not rows:
        return ""
    head = ("Links found", "The estimate is wrong by", "To undo it", "Stepwise interval, undone")
    return "<h2>If links between lists were missed</h2>" + _table(head, rows)


def _referrals(found: Findings) -> str:
    heading = "<h2>Overlaps that our own referrals made</h2>"
    if not found.without_referred:
        return heading + "<p>Not stated. People sent from list to list make the estimate too low.</p>"
    rows = [
        (mine.method, figure(mine), figure(without))
        for mine, without in zip(found.results, found.without_referred, strict=True)
    ]
    return heading + _table(("Method", "With them", "Without them"), rows)


def _assumptions() -> str:
    rows = ASSUMPTIONS
    return "<h2>What must hold</h2>" + _table(("Assumption", "What would make it fail"), rows)


def _coverage() -> str:
    rows = [
        (
            row.world, row.method, f"{row.populations}", f"{row.given}",
            "none" if row.coverage is None else f"{row.coverage:.2f}",
            "none" if row.ratio is None else f"{row.ratio:.2f}",
            row.effort,
        )
        for row in Covered.kept()
    ]  # fmt: skip
    head = (
        "Populations",
        "Method",
        "Simulated",
        "With a figure",
        "Interval held the truth",
        "Estimate / truth",
        "Effort for each",
    )
    words = "<p>Simulated populations whose size is known; .95 is what an interval of 95 % promises.</p>"
    return f"<h2>How often the intervals hold the truth</h2>{words}{_table(head, rows)}"


def _again(found: Findings) -> str:
    return f"<h2>To repeat it</h2><p><code>{escape(found.repeated_by)}</code></p>"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heading = "".join(f"<th scope=col>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{heading}</tr></thead><tbody>{body}</tbody></table>"
