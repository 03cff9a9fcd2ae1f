"""Opening hours as a line of text, such as "24/7" or "Mo-Fr 09:00-18:00; Sa 10:00-14:00"."""

import re
from datetime import datetime, time

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_PART = re.compile(r"(?:(Mo|Tu|We|Th|Fr|Sa|Su)(?:-(Mo|Tu|We|Th|Fr|Sa|Su))? )?(\d\d:\d\d)-(\d\d:\d\d)")
ALWAYS = "24/7"


def is_open(hours: str, at: datetime) -> bool | None:
    """Whether it is open at this moment of the clock there; None where the hours are not known."""
    if hours.strip() == ALWAYS:
        return True
    parts = [_PART.fullmatch(part.strip()) for part in hours.split(";")]
    if not all(parts):
        return None
    return any(_within(part.groups(), at) for part in parts if part)


def _within(part: tuple[str, ...], at: datetime) -> bool:
    first, last, begins, ends = part
    days = _span(first, last)
    since, until = time.fromisoformat(begins), time.fromisoformat(ends)
    now = at.time()
    if since <= until:
        return at.weekday() in days and since <= now < until
    # Over midnight: the small hours belong to the day before.
    return (at.weekday() in days and now >= since) or ((at.weekday() - 1) % 7 in days and now < until)


def _span(first: str | None, last: str | None) -> list[int]:
    if first is None:
        return list(range(7))
    begin = _DAYS.index(first)
    length = (_DAYS.index(last) - begin) % 7 if last else 0
    return [(begin + step) % 7 for step in range(length + 1)]
