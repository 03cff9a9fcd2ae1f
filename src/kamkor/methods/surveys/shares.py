"""Shares as they are printed, with one decimal; and whether a printed share can come from so many answers."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

ROUNDED, CUT = "rounded", "cut"


def share(part: float, whole: float, decimals: str = ROUNDED, places: int = 1) -> float | None:
    """`part` of `whole` in percent; None of nothing. CUT leaves further decimals out instead of rounding."""
    if not whole:
        return None
    exact = 100 * Decimal(str(part)) / Decimal(str(whole))
    step = Decimal(1).scaleb(-places)
    return float(exact.quantize(step, ROUND_DOWN if decimals == CUT else ROUND_HALF_UP))


def shares(parts: Sequence[float], whole: float, decimals: str = ROUNDED) -> list[float | None]:
    """The shares of parts that make up a whole. Of those that are CUT, the last part that is not empty takes
    what is left to 100, so that the column adds up."""
    found = [share(part, whole, decimals) for part in parts]
    if decimals == CUT and whole and sum(parts) == whole:
        last = max(place for place, part in enumerate(parts) if part)
        rest = sum(value or 0 for place, value in enumerate(found) if place != last)
        found[last] = round(100 - rest, 1)
    return found


def counts_behind(printed: str, answers: int) -> list[tuple[int, str]]:
    """Which counts of so many answers give the printed share, rounded or cut, at its own number of decimals;
    an empty list says that none does."""
    places = len(printed.partition(".")[2])
    return [
        (count, decimals)
        for count in range(answers + 1)
        for decimals in (ROUNDED, CUT)
        if share(count, answers, decimals, places) == float(printed)
    ]
