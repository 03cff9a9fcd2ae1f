"""The code that a word stands for: a code, a label in any language, or how people write it shorter."""

from functools import cache

from rapidfuzz import fuzz, process

from kamkor.assistance.htcds import lists
from kamkor.assistance.imports.fields import table
from kamkor.base import codelists
from kamkor.codes import loaders
from kamkor.methods.sheets.cells import split, squeeze
from kamkor.methods.sheets.problems import CellError

CLOSE = 75
SEPARATORS = r"[;|,/\n]"
STANDING = "standing"  # presumed, or what was decided: two lists of ours, one column of theirs


def code(name: str, text: str) -> str:
    """Raises CellError with the nearest label where the list has no such word."""
    found = _spellings(name).get(squeeze(text)) or ("" if name == STANDING else lists.code_of(name, text))
    if not found:
        raise _unknown(name, text)
    return found


def codes(name: str, text: str) -> list[str]:
    """Labels hold commas themselves, so a cell is taken whole first."""
    try:
        return [code(name, text)]
    except CellError:
        parts = split(text, SEPARATORS)
        if len(parts) < 2:
            raise
    return list(dict.fromkeys(code(name, part) for part in parts))


def label(name: str, found: str) -> str:
    """In the reader's language."""
    if name == STANDING:
        name = "fact_kind" if found == "presumed" else "decision_value"
    return codelists.label(name, found)


def _unknown(name: str, text: str) -> CellError:
    squeezed = squeeze(text)[:60]
    near = process.extractOne(squeezed, _labels(name), scorer=fuzz.ratio, score_cutoff=CLOSE)
    if squeezed and near:
        return CellError("unknown_choice", suggestion=near[2])
    return CellError("unknown_choice")


@cache
def _spellings(name: str) -> dict[str, str]:
    rows = [row for row in table("choices.csv") if row["list"] == name]
    return {squeeze(word) or word: row["code"] for row in rows for word in row["words"].split("|")}


@cache
def _labels(name: str) -> dict[str, str]:
    """Each label of the list with its squeezed spelling; what is suggested is what the list says."""
    if name == STANDING:
        return {word: word for word in _spellings(name)}
    entries = loaders.code_list(name).values()
    return {label: squeeze(label) for entry in entries for label in entry.labels.values() if label}
