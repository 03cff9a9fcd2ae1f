"""What one cell means: checks its text and turns it into a value of its field."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rapidfuzz import fuzz, process

from kamkor.methods.htcds.model import Value
from kamkor.methods.htcds.standard import OPEN_LISTS, Field, Standard
from kamkor.methods.sheets import dates
from kamkor.methods.sheets.cells import split, squeeze, yes_or_no
from kamkor.methods.sheets.problems import CellError

NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:[.,][0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?")
RANGES = {"Longitude": (-180, 180), "Latitude": (-90, 90), "Children": (0, 40), "Trafficked": (0, 120)}
PLANNED = frozenset({"spl_PlannedEndDate"})
CLOSE = 70


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, or nothing if 2.0 cannot say it; `keep` when the text as sent says more than the value."""

    value: Value | None
    keep: bool = False
    translated: bool = False


def parse(item: Field, text: str, standard: Standard, today: date) -> Cell:
    """The value of a cell that is not empty, translated to HTCDS 2.0."""
    match item.kind:
        case "date":
            return _date(item, text, today)
        case "number":
            return Cell(_number(item, text))
        case "checkbox":
            return Cell(yes_or_no(text))
        case "picklist" | "multiselect" if item.codes:
            return _codes(item, text, standard)
        case "multiselect":
            return Cell(tuple(dict.fromkeys(split(text, r"[;|,]"))) or None)
        case _:
            return Cell(text)


def known_codes(item: Field, text: str) -> list[str | None]:
    """The code of each choice in a cell, nothing where the list has none."""
    return [item.spellings.get(squeeze(choice)) for choice in _choices(item, text)]


def _date(item: Field, text: str, today: date) -> Cell:
    day = dates.parse(text)
    if day is None:
        raise CellError("bad_date")
    if item.name not in PLANNED and day.earliest > today:
        raise CellError("future_date")
    return Cell(day, keep=":" in text)


def _number(item: Field, text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise CellError("bad_number")
    number = Decimal(text.replace(",", "."))
    for ending, (low, high) in RANGES.items():
        if item.name.endswith(ending) and not low <= number <= high:
            raise CellError("out_of_range", low=str(low), high=str(high))
    return number


def _codes(item: Field, text: str, standard: Standard) -> Cell:
    targets: list[str] = []
    keep = False
    for choice in _choices(item, text):
        code = item.spellings.get(squeeze(choice))
        if code is None and item.name in OPEN_LISTS:
            code, keep = "Other", True
        if code is None:
            raise _unknown(item, choice, standard.version)
        target = standard.upgrade.get((item.name, code), code)
        keep = keep or target != code
        targets += [target] if target else []
    codes = tuple(dict.fromkeys(targets))
    if item.kind == "multiselect":
        return Cell(codes or None, keep, translated=keep and bool(codes))
    if len(codes) > 1:
        raise CellError("several_codes")
    return Cell(codes[0] if codes else None, keep, translated=keep and bool(codes))


def _choices(item: Field, text: str) -> list[str]:
    """Splits a cell as little as possible: labels of the standard hold commas and semicolons themselves."""
    for separators in (None, r"[;|]", r"[;|,]"):
        choices = split(text, separators) if separators else [text]
        if all(squeeze(choice) in item.spellings for choice in choices):
            return choices
    choices = split(text, r"[;|]")
    return choices if len(choices) > 1 else split(text, r"[;|,]")


def _unknown(item: Field, choice: str, version: str) -> CellError:
    squeezed = squeeze(choice)[:100]
    suggestion = item.former.get(squeezed, "")
    if not suggestion and squeezed:
        close = process.extractOne(squeezed, list(item.spellings), scorer=fuzz.ratio, score_cutoff=CLOSE)
        suggestion = item.spellings[close[0]] if close else ""
    if suggestion:
        return CellError("unknown_code", version=version, suggestion=suggestion)
    return CellError("unknown_code", version=version)
