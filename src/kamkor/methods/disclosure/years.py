"""What is told of one number in years, halves of them ("2026H1"), and sums of years ("2024/2026")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TOTAL = "total"
YEARS = 3  # of a sum
Cell = tuple[str, str, str]  # period, and a category or TOTAL of two dimensions
Exact = Mapping[str, Mapping[str, Mapping[str, int]]]  # year, first, second


@dataclass(frozen=True)
class Told:
    """A number as everybody sees it: itself, or that it is from 1 to `most`, or nothing."""

    value: int | None = None
    most: int | None = None


def span(years: Sequence[str]) -> str:
    return years[0] if len(years) == 1 else f"{years[0]}/{years[-1]}"


def years_of(period: str) -> list[str]:
    """The year of a period, or all years from one to another."""
    first, _stroke, last = period.partition("/")
    return [str(year) for year in range(int(first[:4]), int(last or first[:4]) + 1)]


def is_year(period: str) -> bool:
    return len(period) == len("2026")


def other_half(period: str) -> str:
    return period[:5] + ("2" if period[5] == "1" else "1")


def spans(years: Sequence[str]) -> list[str]:
    """Every three years in a row that are all there."""
    found = [f"{year}/{int(year) + YEARS - 1}" for year in years if is_year(year)]
    return [period for period in found if set(years_of(period)) <= set(years)]
