"""When figures from lists are an estimate, when only an indication, and when there are none.

Lists of tens of people are the rule in a small country, so these limits matter more than any method.
"""

from collections.abc import Sequence
from dataclasses import replace

from kamkor.methods.prevalence.bootstrap import Interval
from kamkor.methods.prevalence.results import Estimate, Result, Status
from kamkor.methods.prevalence.tables import Table

FEWEST_LISTS, MOST_LISTS = 3, 12
FEWEST_REPEATED, ENOUGH_REPEATED = 10, 30
MOST_WITHOUT_ESTIMATE = 0.05
WIDEST = 3.0  # high / low of an interval
FARTHEST = 2.0  # between two methods
COMPARED = ("stepwise", "bic", "dga", "lcm")  # a warning and a lower bound are no rival estimates


def refusals(table: Table) -> list[str]:
    """Why no method may estimate anything from this table."""
    reasons = []
    if len(table.lists) < FEWEST_LISTS:
        reasons.append(f"There are {len(table.lists)} lists with people; at least {FEWEST_LISTS} are needed.")
    if len(table.lists) > MOST_LISTS:
        reasons.append(f"There are {len(table.lists)} lists; merge those alike until {MOST_LISTS} are left.")
    if table.repeated < FEWEST_REPEATED:
        reasons.append(
            f"{table.repeated} {'person is' if table.repeated == 1 else 'people are'} on more than one list; "
            f"at least {FEWEST_REPEATED} are needed. "
            "Longer lists or a longer period may help."
        )
    return reasons


def doubts(table: Table, interval: Interval | None) -> list[str]:
    """Why a figure from this table is an indication only."""
    reasons = []
    if FEWEST_REPEATED <= table.repeated < ENOUGH_REPEATED:
        reasons.append(f"Only {table.repeated} people are on more than one list.")
    if interval:
        reasons.extend(too_wide(interval))
    if not table.connected():
        reasons.append("The overlaps do not connect all the lists: some share nobody with the rest.")
    return reasons


def too_wide(interval: Interval) -> list[str]:
    """Why an interval is too long for an estimate."""
    reasons = []
    if interval.high > WIDEST * interval.low:
        reasons.append(f"The interval's high end is more than {WIDEST:g} times its low end.")
    if interval.open:
        reasons.append("The interval has no upper end: some resamples have no finite estimate.")
    return reasons


def unstable(without_estimate: float) -> list[str]:
    """Why an estimate that many resamples do not have must not be given."""
    if without_estimate <= MOST_WITHOUT_ESTIMATE:
        return []
    return [
        f"{without_estimate:.0%} of the resamples have no finite estimate; at most "
        f"{MOST_WITHOUT_ESTIMATE:.0%} may. Merging lists that hardly overlap may help."
    ]


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
    reason = (
        f"The methods are more than a factor {FARTHEST:g} apart: {low} finds {rivals[low]:,.0f}, "
        f"{high} {rivals[high]:,.0f}."
    )
    return [_doubted(result, reason) for result in results]


def _doubted(result: Result, reason: str) -> Result:
    if result.status is Status.REFUSED:
        return result
    return replace(result, status=Status.INDICATION, reasons=[*result.reasons, reason])
