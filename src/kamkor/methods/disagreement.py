"""How far apart figures are that answer the same question; each may be a range, open above where only the
least is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

Range = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Spread:
    """From the least to the most that anybody says."""

    low: Decimal
    high: Decimal

    @property
    def difference(self) -> Decimal:
        return self.high - self.low

    @property
    def ratio(self) -> Decimal | None:
        """How many times the least the most is; None where the least is nothing."""
        return (self.high / self.low).quantize(Decimal("0.01")) if self.low else None

    @property
    def agrees(self) -> bool:
        """The numbers are the same: then it is the definitions that differ."""
        return self.low == self.high


def spread(ranges: Iterable[Range]) -> Spread | None:
    """None for fewer than two figures with a number."""
    known = [(low, low if high is None else high) for low, high in ranges if low is not None]
    if len(known) < 2:
        return None
    return Spread(min(low for low, _high in known), max(high for _low, high in known))
