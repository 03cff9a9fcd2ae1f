"""The worker's part: takes what waits, computes method by method, keeps what came out.

A run is taken by a lease in one statement, so that two workers never compute one; what a worker left that
died is taken again when the lease is over, three times at most. No transaction is open while it computes.
"""

import logging
import os
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.util import find_spec
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone

from kamkor.base import wall
from kamkor.methods.prevalence.said import Said
from kamkor.methods.prevalence.tables import Table
from kamkor.statistics.estimates.tables import groups_of, table_of
from kamkor.statistics.models import Estimate

METHODS = ("independence", "stepwise", "chao", "dga", "bic", "lcm")
SHOWN = ("stepwise", "bic", "dga", "lcm", "chao", "independence")
LEASE = timedelta(minutes=15)  # the longest step takes one or two
TRIES = 3
State = Estimate.State
log = logging.getLogger("kamkor.failure")
# What is kept as JSON has no narrower type.
Answer = dict[str, Any]


def ready() -> bool:
    """Whether what computes is installed here."""
    return all(map(find_spec, ["numpy", "scipy"]))


def work() -> int:
    """Everything that waits, one after the other; gives how many came to an end."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices gain nothing from threads
    done = 0
    while ready() and (row := take()) is not None:
        done += _computed(row)
    return done


def take() -> Estimate | None:
    """The next one, held for this worker; what failed too often is given up."""
    now = timezone.now()
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, leased_until__lte=now)
    with wall.acting(None, scope="all"):
        rows = Estimate._base_manager.filter(free)
        rows.filter(tries__gte=TRIES).update(state=State.FAILED, lease=None, leased_until=None)
        for row in rows.order_by("pk")[:10]:
            row.lease, row.tries = uuid4(), row.tries + 1
            held = {"state": State.RUNNING, "lease": row.lease, "tries": row.tries, "step": 0}
            if rows.filter(pk=row.pk).update(leased_until=now + LEASE, **held):
                return row
    return None


def _computed(row: Estimate) -> bool:
    assert row.lease is not None
    held = _Held(row.pk, row.lease)
    try:
        answer = _answer(row, held)
    except _Lost:
        return False
    except Exception as error:  # whatever it is, the next one shall not wait for it
        log.warning('{"event": "estimate", "error": "%s"}', type(error).__name__)
        return held.keep(state=State.FAILED, lease=None, leased_until=None)
    now = timezone.now()
    return held.keep(state=State.DONE, answer=answer, done_at=now, lease=None, leased_until=None)


class _Lost(Exception):
    """Another worker has it."""


@dataclass(frozen=True)
class _Held:
    """A row while its lease lasts."""

    pk: int
    lease: UUID

    def keep(self, **columns: object) -> bool:
        with wall.acting(None, scope="all"):
            return bool(Estimate._base_manager.filter(pk=self.pk, lease=self.lease).update(**columns))

    def step(self, number: int, steps: int) -> None:
        if not self.keep(step=number, steps=steps, leased_until=timezone.now() + LEASE):
            raise _Lost


def _answer(row: Estimate, held: _Held) -> Answer:
    """What the page shows, computed step by step."""
    from kamkor.methods.prevalence import estimating
    from kamkor.methods.prevalence.results import Settings
    from kamkor.methods.prevalence.rules import compared, refusals
    from kamkor.methods.prevalence.sensitivity import missed_links
    from kamkor.methods.prevalence.strata import together

    given = row.settings
    settings = Settings(threshold=given["threshold"], boot=given["boot"], seed=given["seed"])
    table = table_of(row.table, merged=given["merge"])
    alone = table_of(row.table, merged=given["merge"], alone=True)
    groups = groups_of(row.table, merged=given["merge"])
    assert table is not None
    steps = len(METHODS) * (1 + (alone is not None) + len(groups)) + 1
    numbers = iter(range(steps))

    def of_each_method(lists: Table) -> list[Answer]:
        found = {}
        for method in METHODS:
            held.step(next(numbers), steps)
            found[method] = estimating.estimate(lists, [method], settings)[0]
        return [told(result) for result in compared([found[method] for method in SHOWN])]

    answer: Answer = {
        "results": of_each_method(table),
        "alone": of_each_method(alone) if alone else [],
        "groups": {name: of_each_method(lists) for name, lists in groups.items()},
    }
    held.step(next(numbers), steps)
    if refusals(table.trimmed()):
        return answer | {"changed": [], "missed": {}}
    joint = together(groups, threshold=settings.threshold) if groups else None
    answer["together"] = joint and joint.as_json()
    few = replace(settings, boot=min(settings.boot, estimating.FEW))
    changed = [
        {"names": list(names), **told(estimating.estimate(other, ["stepwise"], few)[0])}
        for names, other in estimating.changed(table)
    ]
    return answer | {"changed": changed, "missed": missed_links(table.trimmed(), threshold=few.threshold)}


def told(result: Any) -> Answer:
    """The contract of `kamkor prevalence --json`, and the reasons so that they can be said otherwise."""
    said = [reason.parts if isinstance(reason, Said) else [reason, {}] for reason in result.reasons]
    return {**result.as_json(), "said": said}
