"""Reads the published figures that a new register begins with, each as its source words it."""

import csv
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from kamkor.codes.loaders import LANGUAGES, CodeFileError

FILE = Path(__file__).parent / "data" / "figures.csv"


@dataclass(frozen=True, slots=True)
class Published:
    """One figure. `said` is as the source writes it; low and high are its numbers, if it has any."""

    code: str
    subject: str
    question: str  # the same for figures that answer the same question
    unit: str
    measure: dict[str, str]
    said: str
    low: Decimal | None
    high: Decimal | None
    period: str
    place: str
    definition: str
    status: str
    source: str


def read(path: Path = FILE) -> list[Published]:
    """Every figure, or a `CodeFileError` that names the first row that is wrong."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(enumerate(csv.DictReader(file), 2))
    seen: set[str] = set()
    found = []
    for number, row in rows:
        if row["code"] in seen:
            raise CodeFileError(path.name, number, "code", f"“{row['code']}” stands there twice")
        seen.add(row["code"])
        found.append(_figure(path.name, number, row))
    return found


def _figure(file: str, number: int, row: dict[str, str]) -> Published:
    open_columns = ("code", "subject", "question", "unit", "said", "period", "place", "definition")
    for name in ("code", "subject", "unit", "measure_en", "status"):
        if not row[name]:
            raise CodeFileError(file, number, name, "must not be empty")
    return Published(
        **{name: row[name] for name in open_columns},
        status=row["status"],
        source=row["source"],
        measure={language: row[f"measure_{language}"] for language in LANGUAGES},
        low=_number(file, number, row, "low"),
        high=_number(file, number, row, "high"),
    )


def _number(file: str, number: int, row: dict[str, str], field: str) -> Decimal | None:
    try:
        return Decimal(row[field]) if row[field] else None
    except InvalidOperation as error:
        raise CodeFileError(file, number, field, "must be a number or empty") from error
