"""What the country pages say, from the versioned list: each sentence with its source and date."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language

from kamkor.base import codelists

OURS = ("memory", "Kamkor design and practice")  # nothing that a reader could look up

CERTAIN = ("verified", "our proposal")  # a fact that was looked up, or advice that claims none


@dataclass(frozen=True)
class Advice:
    """One thing to know about work in a country, and how far to trust it."""

    topic: str
    text: str
    confirmed: bool
    as_of: str
    source: str
    telephones: tuple[str, ...] = ()


def countries() -> list[str]:
    """Those that have a page, in their order."""
    rows = codelists.entries("abroad").values()
    return list(dict.fromkeys(row.extra["country"] for row in rows if row.extra.get("country")))


def advice(country: str) -> list[Advice]:
    """What holds for this country and for every country, in the order of the topics."""
    rows = [
        row for row in codelists.entries("abroad").values() if row.extra.get("country", "") in ("", country)
    ]
    topics = list(codelists.entries("abroad_topic"))
    ordered = sorted(rows, key=lambda row: (topics.index(row.extra["topic"]), not row.extra.get("country")))
    return [
        Advice(
            codelists.label("abroad_topic", row.extra["topic"]),
            row.label(get_language() or "en"),
            row.status in CERTAIN,
            in_words(row.extra.get("as_of", "")),
            "" if row.source in OURS else row.source,
            tuple(number.strip() for number in row.extra.get("telephone", "").split(";") if number.strip()),
        )
        for row in ordered
    ]


def in_words(as_of: str) -> str:
    """A month that the list writes as 2026-11; a year stays one."""
    month = date.fromisoformat(f"{as_of}-01") if "-" in as_of else None
    return date_format(month, "YEAR_MONTH_FORMAT") if month else as_of
