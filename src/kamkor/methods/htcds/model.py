"""What a reading of an HTCDS file is made of: records, errors that a person can mend, notices."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kamkor.methods.htcds.messages import MESSAGES
from kamkor.methods.journeys import PartialDate

Value = str | bool | Decimal | PartialDate | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the sender should know though nothing is wrong: a guess, a column kept aside."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return MESSAGES[self.code] % self.params


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one row was not taken. Holds the place and the mend, never the value: it may go to a log."""

    file: str
    row: int
    field: str
    value_kind: str
    code: str
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def message(self) -> str:
        """The key of the message; `filling` is what its template takes."""
        return self.code + "_suggestion" * ("suggestion" in self.params)

    @property
    def filling(self) -> dict[str, str]:
        """The values for the template of the message."""
        return {"field": self.field, "row": str(self.row), **self.params}

    def __str__(self) -> str:
        return MESSAGES[self.message] % self.filling


@dataclass(frozen=True, slots=True)
class Record:
    """One row in the terms of HTCDS 2.0.

    `values` are by full name (`prs_Gender`); `original` has the text as sent of every field whose codes were
    translated, or that 2.0 no longer has; `extra` has the columns that the standard does not know.
    """

    row: int
    values: dict[str, Value] = field(default_factory=dict, repr=False)
    original: dict[str, str] = field(default_factory=dict, repr=False)
    extra: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that was read: the good rows, and the bad ones as they were sent (`rejected`, by row number).

    Rows are counted as a spreadsheet does (the heading is row 1); in JSON the first record is row 1.
    """

    name: str
    format: str
    version: str
    encoding: str
    records: list[Record] = field(repr=False)
    errors: list[RowError] = field(repr=False)
    notices: list[Notice] = field(repr=False)
    rejected: dict[int, dict[str, str]] = field(default_factory=dict, repr=False)
    case_column: str = ""
