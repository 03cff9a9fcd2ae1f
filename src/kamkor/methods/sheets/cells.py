"""What any cell must be, whatever it means: free of tricks, and not too long."""

import re

from kamkor.methods.sheets.decoding import LOST
from kamkor.methods.sheets.problems import CellError

# Unpaired halves of letters and signs that turn the direction of writing hide what a text says.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
YES = frozenset({"true", "yes", "1", "да", "ооба", "ha"})
NO = frozenset({"false", "no", "0", "нет", "жок", "yoq"})


def squeeze(text: str) -> str:
    """What is left of a name when case, spaces and punctuation do not count."""
    # The two Uzbek signs count as letters elsewhere, but people type any apostrophe for them.
    return re.sub(r"[\W_ʻʼ]+", "", text).casefold()


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


def yes_or_no(text: str) -> bool:
    """In any of the languages."""
    word = squeeze(text)
    if word not in YES | NO:
        raise CellError("bad_checkbox")
    return word in YES


def split(text: str, separators: str) -> list[str]:
    """The parts of a cell that says several things."""
    return [choice for part in re.split(separators, text) if (choice := part.strip())]
