"""What one cell means: checks its text and turns it into a value of its field."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rapidfuzz import fuzz, process

from kamkor.methods.htcds import dates
from kamkor.methods.htcds.model import Value
from kamkor.methods.htcds.standard import OPEN_LISTS, Field, Standard, squeeze
from kamkor.methods.htcds.tables import LOST

NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:[.,][0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?")
# Unpaired halves of letters and signs that turn the direction of writing hide what a text says.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
YES = frozenset({"true", "yes", "1", "да", "ооба", "ha"})
NO = frozenset({"false", "no", "0", "нет", "жок", "yoq"})
RANGES = {"Longitude": (-180, 180), "Latitude": (-90, 90), "Children": (0, 40), "Trafficked": (0, 120)}
PLANNED = frozenset({"spl_PlannedEndDate"})
CLOSE = 70


class CellError(ValueError):
    """Why a cell is refused: a key of the messages, and what fills it in."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, or nothing if 2.0 cannot say it; `keep` when the text as sent says more than the value."""

    value: Value | None
    keep: bool = False
    translated: bool = False


def check(text: str, limit: int) -> None:
    """Refuses a text that cannot be kept as it is, whatever its field."""
    if len(text) > limit:
        raise CellError("too_long", limit=str(limit))
    if text.isascii() and text.isprintable():
        return
    if CONTROL.search(text):
        raise CellError("control_characters")
    if LOST in text:
        raise CellError("wrong_encoding")


def parse(item: Field, text: str, standard: Standard, today: date) -> Cell:
    """The value of a cell that is not empty, translated to HTCDS 2.0."""
    match item.kind:
        case "date":
            return _date(item, text, today)
        case "number":
            return Cell(_number(item, text))
        case "checkbox":
            return Cell(_checkbox(text))
        case "picklist" | "multiselect" if item.codes:
            return _codes(item, text, standard)
        case "multiselect":
            return Cell(tuple(dict.fromkeys(_split(text, r"[;|,]"))) or None)
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


def _checkbox(text: str) -> bool:
    word = squeeze(text)
    if word not in YES | NO:
        raise CellError("bad_checkbox")
    return word in YES


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
        choices = _split(text, separators) if separators else [text]
        if all(squeeze(choice) in item.spellings for choice in choices):
            return choices
    choices = _split(text, r"[;|]")
    return choices if len(choices) > 1 else _split(text, r"[;|,]")


def _split(text: str, separators: str) -> list[str]:
    return [choice for part in re.split(separators, text) if (choice := part.strip())]


def _unknown(item: Field, choice: str, version: str) -> CellError:
    squeezed = squeeze(choice)[:100]
    suggestion = item.former.get(squeezed, "")
    if not suggestion and squeezed:
        close = process.extractOne(squeezed, list(item.spellings), scorer=fuzz.ratio, score_cutoff=CLOSE)
        suggestion = item.spellings[close[0]] if close else ""
    if suggestion:
        return CellError("unknown_code", version=version, suggestion=suggestion)
    return CellError("unknown_code", version=version)
