"""Human Trafficking Case Data Standard (IOM): reads versions 0.2, 1.0 and 2.0, writes 2.0, loses nothing."""

from kamkor.methods.htcds.bundles import CaseBundle, cases
from kamkor.methods.htcds.messages import MESSAGES
from kamkor.methods.htcds.model import Notice, Reading, Record, RowError, Value
from kamkor.methods.htcds.reader import read
from kamkor.methods.htcds.writer import write
from kamkor.methods.sheets.problems import FileError, Limits

__all__ = [
    "MESSAGES",
    "CaseBundle",
    "FileError",
    "Limits",
    "Notice",
    "Reading",
    "Record",
    "RowError",
    "Value",
    "cases",
    "read",
    "write",
]
