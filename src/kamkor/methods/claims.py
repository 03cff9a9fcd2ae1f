"""What somebody is still owed for work, or of money that was taken for a place: retraceable on paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MONTH = 30  # days that a month's pay is for


@dataclass(frozen=True)
class Sum:
    """One row of the sheet. `promised` is for a day, a month or the whole; `deducted` is what was held back
    by what had been agreed in writing; without such an agreement nothing is deducted."""

    currency: str
    promised: Decimal
    per: str  # day, month, whole
    days: int
    paid: Decimal = Decimal(0)
    deducted: Decimal = Decimal(0)
    som: Decimal | None = None  # for one unit of the currency, on the day of the row

    @property
    def due(self) -> Decimal:
        """All that the promise comes to."""
        times = {"day": Decimal(self.days), "month": Decimal(self.days) / MONTH}.get(self.per, Decimal(1))
        return (self.promised * times).quantize(CENT, ROUND_HALF_UP)

    @property
    def owed(self) -> Decimal:
        """What is left of it; never less than nothing."""
        return max(Decimal(0), self.due - self.paid - self.deducted).quantize(CENT)


def totals(rows: Iterable[Sum]) -> dict[str, Decimal]:
    """What is owed in each currency; currencies are never added to each other."""
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row.currency] = found.get(row.currency, Decimal(0)) + row.owed
    return dict(sorted(found.items()))


def in_som(rows: Iterable[Sum]) -> Decimal | None:
    """All of it in som, by the rates of the days of the rows; None where one of the rates is missing."""
    found = Decimal(0)
    for row in rows:
        rate = Decimal(1) if row.currency == "KGS" else row.som
        if row.owed and rate is None:
            return None
        found += row.owed * (rate or 0)
    return found.quantize(CENT, ROUND_HALF_UP)


def still_owed(owed: dict[str, Decimal], paid: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """After what was paid since, each in its own currency."""
    left = dict(owed)
    for currency, amount in paid:
        left[currency] = max(Decimal(0), left.get(currency, Decimal(0)) - amount)
    return left
