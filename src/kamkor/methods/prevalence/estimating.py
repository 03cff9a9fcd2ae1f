"""The methods by name, and their answers with verdicts."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from kamkor.methods.prevalence.bic import bic
from kamkor.methods.prevalence.bootstrap import Estimator, bootstrap
from kamkor.methods.prevalence.chao import equal_lists, lower_bounds
from kamkor.methods.prevalence.dga import dga
from kamkor.methods.prevalence.lcm import lcm
from kamkor.methods.prevalence.results import Estimate, Result, Settings, Status
from kamkor.methods.prevalence.rules import compared, refusals, unstable, verdict
from kamkor.methods.prevalence.said import gettext_noop as _
from kamkor.methods.prevalence.said import said
from kamkor.methods.prevalence.sensitivity import (
    counts_of,
    missed_links,
    with_each_pair_merged,
    without_each_list,
)  # fmt: skip
from kamkor.methods.prevalence.stepwise import masks_of_pairs, names_of, select, totals
from kamkor.methods.prevalence.tables import Table

FEW = 500  # resamples at most of each table with a list less
NOTHING = said(_("The model has no finite estimate for this table: its lists overlap too little."))
WARNING = said(_("It assumes that the lists are independent, which they never are: a warning only."))
BOUND = said(_("It is a lower bound, not an estimate."))


def estimate(table: Table, methods: Sequence[str], settings: Settings) -> list[Result]:
    """One result for each method; several are held against each other."""
    return compared([_result(table.trimmed(), method, settings) for method in methods])


def variants(table: Table, settings: Settings) -> dict[str, Result]:
    """The stepwise result without each list, and with each two lists as one, by what was done."""
    few = replace(settings, boot=min(settings.boot, FEW))
    tables = {
        f"{' and '.join(names)} as one" if len(names) > 1 else f"without {names[0]}": other
        for names, other in changed(table)
    }
    return {done: estimate(other, ["stepwise"], few)[0] for done, other in tables.items()}


def changed(table: Table) -> Iterator[tuple[tuple[str, ...], Table]]:
    """The table without each list, which is named, and with each two lists as one, which are both named."""
    lists = table.trimmed()
    for place, name in enumerate(lists.lists):
        yield (name,), lists.without(place)
    for one, other in lists.pairs:
        names = (lists.lists[one], lists.lists[other])
        yield names, lists.merged(names)


def _result(table: Table, method: str, settings: Settings) -> Result:
    started = time.perf_counter()
    reasons = refusals(table)
    answer = Estimate(np.inf, None, impossible=reasons) if reasons else METHODS[method](table, settings)
    if not reasons and not np.isfinite(answer.total) and not answer.impossible:
        answer.impossible.append(NOTHING)
    status, reasons = verdict(table, answer)
    refused = status is Status.REFUSED
    return Result(
        method=method,
        status=status,
        reasons=reasons,
        total=None if refused else answer.total,
        interval=None if refused or not settings.boot else answer.interval,
        observed=table.observed,
        lists=table.lists,
        model=answer.model,
        diagnostics=_described(table) | answer.diagnostics,
        seed=settings.seed,
        seconds=time.perf_counter() - started,
    )


def _described(table: Table) -> dict[str, object]:
    """What a reader of any method's figure must see beside it."""
    overlaps = {names_of(table.lists, 1 << a | 1 << b): table.on(a, b) for a, b in table.pairs}
    bound = float(lower_bounds(counts_of(table))[0]) if table.repeated else np.inf
    return {
        "on_several_lists": table.repeated,
        "list_sizes": {name: table.on(place) for place, name in enumerate(table.lists)},
        "overlaps": overlaps,
        "chao_lower_bound": round(bound, 2) if np.isfinite(bound) else None,
    }


def _resampled(table: Table, estimator: Estimator, settings: Settings) -> Estimate:
    """The estimator's point, and with resamples its interval."""
    counts = counts_of(table)
    total = float(estimator(counts)[0])
    if not settings.boot or not np.isfinite(total):
        return Estimate(total, None)
    found = bootstrap(counts[0], estimator, settings.boot, np.random.default_rng(settings.seed))
    diagnostics: dict[str, object] = {
        "resamples": settings.boot,
        "resamples_without_estimate": found.without_estimate,
        "bias": round(found.bias, 4),
        "acceleration": round(found.acceleration, 4),
    }
    return Estimate(
        total, found.interval, diagnostics=diagnostics, impossible=unstable(found.without_estimate)
    )


def independence(table: Table, settings: Settings) -> Estimate:
    """As if whoever is on one list were no likelier to be on another: shown as a warning."""
    answer = _resampled(table, lambda counts: totals(counts, threshold=0), settings)
    answer.doubts.append(WARNING)
    return answer


def stepwise(table: Table, settings: Settings) -> Estimate:
    """Pairs of lists that attract or avoid each other, taken one by one."""
    answer = _resampled(table, lambda counts: totals(counts, threshold=settings.threshold), settings)
    chosen = select(counts_of(table), threshold=settings.threshold)
    masks = masks_of_pairs(len(table.lists))[chosen.taken[0]]
    answer.model.extend(names_of(table.lists, int(mask)) for mask in masks)
    answer.diagnostics.update(
        threshold=settings.threshold,
        without_list=without_each_list(table, threshold=settings.threshold),
        merged_pairs=with_each_pair_merged(table, threshold=settings.threshold),
        missed_links=missed_links(table, threshold=settings.threshold),
    )
    return answer


def chao(table: Table, settings: Settings) -> Estimate:
    """What there are at least."""
    answer = _resampled(table, lower_bounds, settings)
    plain = float(equal_lists(counts_of(table))[0])
    answer.diagnostics["chao_1987_equal_lists"] = round(plain, 2) if np.isfinite(plain) else None
    answer.doubts.append(BOUND)
    return answer


METHODS: dict[str, Callable[[Table, Settings], Estimate]] = {
    "independence": independence,
    "stepwise": stepwise,
    "bic": bic,
    "dga": dga,
    "lcm": lcm,
    "chao": chao,
}
