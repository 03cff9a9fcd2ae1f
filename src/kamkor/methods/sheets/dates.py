"""Dates as case files have them: in ISO form or with dots, often only a year, or a year and a month."""

import re

from kamkor.methods.journeys import PartialDate

TIME = r"[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
ISO = re.compile(rf"(?P<y>[0-9]{{4}})(?:-(?P<m>[0-9]{{1,2}})(?:-(?P<d>[0-9]{{1,2}})(?:{TIME})?)?)?")
DOTTED = re.compile(r"(?:(?:(?P<d>[0-9]{1,2})\.)?(?P<m>[0-9]{1,2})\.)?(?P<y>[0-9]{4})")
EARLIEST = 1900


def parse(text: str) -> PartialDate | None:
    """The date in `2024-05-31`, `31.05.2024`, `2024-05`, `05.2024` or `2024`; a time of day is left out."""
    found = ISO.fullmatch(text) or DOTTED.fullmatch(text)
    if not found or int(found["y"]) < EARLIEST:
        return None
    month, day = (int(found[part]) if found[part] else None for part in "md")
    if 0 in (month, day):
        return None
    try:
        return PartialDate(int(found["y"]), month, day)
    except ValueError:
        return None
