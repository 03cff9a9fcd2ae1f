"""Claims of wages and fees as rows for the indicators: per person and period what was claimed, awarded, paid.

They stand beside the sums of returns and are never added to them: a body may report what a desk recorded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kamkor.methods.claims import Sum, in_som
from kamkor.methods.indicators import Row
from kamkor.prevention.models import Claim, ClaimRow, ClaimStep

if TYPE_CHECKING:
    from kamkor.statistics.sources import Records

CAME = {"awarded": "awarded", "paid": "paid", "settled": "paid"}


@dataclass(frozen=True)
class _Event:
    person: object
    desk: int
    on: date
    item: str  # claimed, awarded, paid
    som: Decimal | None  # None: in a currency without a rate


def claims(records: "Records") -> Iterator[Row]:
    """One row for each person, period and item, in som by the rates of the claim's own rows."""
    events = list(_events(records))
    for period in records.periods:
        found: dict[tuple[object, str], dict[str, Any]] = {}
        for event in events:
            if not period.holds(event.on.isoformat()):
                continue
            row = found.setdefault(
                (event.person, event.item),
                {
                    "person": event.person,
                    "item": event.item,
                    "on": event.on.isoformat(),
                    "som": None,
                    "period": period.code,
                    **records.desks[event.desk][0],
                },
            )
            if event.som is not None:
                row["som"] = (row["som"] or 0) + float(event.som)
        yield from found.values()


def _events(records: "Records") -> Iterator[_Event]:
    sums: dict[int, list[Sum]] = {}
    for row in records.of(ClaimRow).filter(struck_at=None):
        sums.setdefault(row.claim_id, []).append(row.sum)
    held: dict[int, tuple[object, int]] = {}
    columns = ("pk", "case_id", "desk_id", "taken_on")
    for pk, case, desk, on in records.of(Claim).values_list(*columns):
        held[pk] = records.cases.get(case, f"claim-{pk}"), desk
        yield _Event(*held[pk], on, "claimed", in_som(sums.get(pk, [])))
    steps = records.of(ClaimStep).filter(kind__in=CAME, amount__isnull=False)
    of_step = ("claim_id", "kind", "on", "amount", "currency")
    for claim, kind, on, amount, currency in steps.values_list(*of_step):
        rate = _rates(sums.get(claim, [])).get(currency)
        if claim in held:
            yield _Event(*held[claim], on, CAME[kind], None if rate is None else amount * rate)


def _rates(rows: list[Sum]) -> dict[str, Decimal]:
    """Som for one unit of each currency of a claim."""
    return {row.currency: row.som for row in rows if row.som is not None} | {"KGS": Decimal(1)}
