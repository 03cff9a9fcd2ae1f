"""The ends of an interval; needs no library of numbers, so that pages can speak of it."""

from dataclasses import dataclass

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """The ends of an interval; `open` if its true upper end lies where resamples have no finite estimate, so
    that the largest finite one stands in its place."""

    low: float
    high: float
    open: bool = False
