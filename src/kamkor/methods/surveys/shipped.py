"""Questionnaires that come with the project: written as CSV, made into the workbooks that telephones need."""

import csv
import io
from collections.abc import Iterator, Sequence
from importlib.resources import files

from openpyxl import Workbook

LANGUAGES = {
    "en": "English (en)",
    "ky": "Кыргызча (ky)",
    "ru": "Русский (ru)",
    "uz": "Oʻzbekcha (uz)",
}
VERSION = "2026-11-22"
TITLES = {
    "ngo_capacity": "What organisations can do against trafficking",
    "labour_market": "Count at a labour market",
}


def shipped(name: str) -> bytes:
    """The XLSForm of one of TITLES, in all languages."""
    book = Workbook(write_only=True)
    for title in ("survey", "choices"):
        sheet = book.create_sheet(title)
        for row in _rows(name, title):
            sheet.append(row)
    settings = book.create_sheet("settings")
    settings.append(["form_id", "form_title", "version", "default_language"])
    settings.append([name, TITLES[name], VERSION, LANGUAGES["en"]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(name: str, sheet: str) -> Iterator[Sequence[str]]:
    text = (files("kamkor.codes") / "data" / "forms" / f"{name}.{sheet}.csv").read_text(encoding="utf-8")
    heading, *rows = csv.reader(io.StringIO(text))
    yield [f"label::{LANGUAGES[cell]}" if cell in LANGUAGES else cell for cell in heading]
    yield from rows
