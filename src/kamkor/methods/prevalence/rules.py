"""When figures from lists are an estimate, when only an indication, and when there are none.

Lists of tens of people are the rule in a small country, so these limits matter more than any method.
"""

from collections.abc import Sequence
from dataclasses import replace

from kamkor.methods.prevalence.intervals import Interval
from kamkor.methods.prevalence.results import Estimate, Result, Status
from kamkor.methods.prevalence.said import gettext_noop as _
from kamkor.methods.prevalence.said import said
from kamkor.methods.prevalence.tables import Table

FEWEST_LISTS, MOST_LISTS = 3, 12
FEWEST_REPEATED, ENOUGH_REPEATED = 10, 30
MOST_WITHOUT_ESTIMATE = 0.05
WIDEST = 3.0  # high / low of an interval
FARTHEST = 2.0  # between two methods
COMPARED = ("stepwise", "bic", "dga", "lcm")  # a warning and a lower bound are no rival estimates


def refusals(table: Table) -> list[str]:
    """Why no method may estimate anything from this table."""
    reasons: list[str] = []
    if len(table.lists) < FEWEST_LISTS:
        least = _("There are %(lists)s lists with people; at least %(least)s are needed.")
        reasons.append(said(least, lists=len(table.lists), least=FEWEST_LISTS))
    if len(table.lists) > MOST_LISTS:
        most = _("There are %(lists)s lists; merge those alike until %(most)s are left.")
        reasons.append(said(most, lists=len(table.lists), most=MOST_LISTS))
    if table.repeated < FEWEST_REPEATED:
        few = _(
            "People on more than one list: %(people)s; at least %(least)s are needed. Longer lists or a "
            "longer period may help."
        )
        reasons.append(said(few, people=table.repeated, least=FEWEST_REPEATED))
    return reasons


def doubts(table: Table, interval: Interval | None) -> list[str]:
    """Why a figure from this table is an indication only."""
    reasons: list[str] = []
    if FEWEST_REPEATED <= table.repeated < ENOUGH_REPEATED:
        reasons.append(said(_("Only %(people)s people are on more than one list."), people=table.repeated))
    if interval:
        reasons.extend(too_wide(interval))
    if not table.connected():
        reasons.append(said(_("The overlaps do not connect all the lists: some share nobody with the rest.")))
    return reasons


def too_wide(interval: Interval) -> list[str]:
    """Why an interval is too long for an estimate."""
    reasons: list[str] = []
    if interval.high > WIDEST * interval.low:
        wide = _("The interval’s high end is more than %(times)s times its low end.")
        reasons.append(said(wide, times=f"{WIDEST:g}"))
    if interval.open:
        reasons.append(said(_("The interval has no upper end: some resamples have no finite estimate.")))
    return reasons


def unstable(without_estimate: float) -> list[str]:
    """Why an estimate that many resamples do not have must not be given."""
    if without_estimate <= MOST_WITHOUT_ESTIMATE:
        return []
    words = _(
        "%(share)s per cent of the resamples have no finite estimate; at most %(most)s may. Merging lists "
        "that hardly overlap may help."
    )
    return [said(words, share=f"{100 * without_estimate:.0f}", most=f"{100 * MOST_WITHOUT_ESTIMATE:.0f}")]


def verdict(table: Table, estimate: Estimate) -> tuple[Status, list[str]]:
    """The status of one method's answer by itself, and the reasons for it."""
    if estimate.impossible:
        return Status.REFUSED, estimate.impossible
    reasons = [*doubts(table, estimate.interval), *estimate.doubts]
    return (Status.INDICATION if reasons else Status.ESTIMATE), reasons


def compared(results: Sequence[Result]) -> list[Result]:
    """The same results, doubted where the methods are too far apart."""
    rivals = {r.method: r.total for r in results if r.total is not None and r.method in COMPARED}
    if not rivals or max(rivals.values()) <= FARTHEST * min(rivals.values()):
        return list(results)
    low, high = min(rivals, key=rivals.__getitem__), max(rivals, key=rivals.__getitem__)
    words = _(
        "The methods are more than a factor %(factor)s apart: %(low)s finds %(least)s, %(high)s %(most)s."
    )
    ends = {"least": f"{rivals[low]:,.0f}", "most": f"{rivals[high]:,.0f}"}
    reason = said(words, factor=f"{FARTHEST:g}", low=low, high=high, **ends)
    return [_doubted(result, reason) for result in results]


def _doubted(result: Result, reason: str) -> Result:
    if result.status is Status.REFUSED:
        return result
    return replace(result, status=Status.INDICATION, reasons=[*result.reasons, reason])
