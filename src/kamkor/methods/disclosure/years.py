"""What may be printed of one number over several years, when a year has few people.

Either every year is shown, where each is nothing or large enough; or only their sum, from which no single
year follows; or, where even the sum is small, that it is small.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Years:
    """The years that may be shown (None: not alone), and the sum (None: from 1 to below the threshold)."""

    each: tuple[int | None, ...]
    sum: int | None


def together(numbers: Sequence[int], *, threshold: int) -> Years:
    """Nothing is added to or taken from the numbers: they are shown as they are, or not."""
    whole = sum(numbers)
    if all(number == 0 or number >= threshold for number in numbers):
        return Years(tuple(numbers), whole)
    return Years((None,) * len(numbers), whole if whole >= threshold else None)
