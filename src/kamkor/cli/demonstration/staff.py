"""Who works where in the demonstration, and other small tables: all invented."""

import csv
from pathlib import Path

LANGUAGES = ("en", "ky", "ru", "uz")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one table of this folder."""
    with (Path(__file__).parent / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def names(row: dict[str, str]) -> dict[str, str]:
    return {language: row[language] for language in LANGUAGES}
