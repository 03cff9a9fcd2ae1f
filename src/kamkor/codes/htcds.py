"""The fields of the Human Trafficking Case Data Standard (IOM, CC BY 4.0), by version."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERSIONS = ("0.2", "1.0", "2.0")
_FIELDS = Path(__file__).parent / "data" / "htcds_fields.csv"


@dataclass(frozen=True, slots=True)
class Field:
    """One field as a version defines it; `list` names its code list, if it has one."""

    full_name: str
    section: str
    label: str
    field_type: str
    list: str
    standard: str
    deprecated: bool
    description: str
    status: str
    source: str


@cache
def fields(version: str = VERSIONS[-1]) -> tuple[Field, ...]:
    """The fields of one version in the order of the standard. `KeyError` for an unknown version."""
    if version not in VERSIONS:
        raise KeyError(version)
    column = f"v{version.replace('.', '_')}"
    with _FIELDS.open(encoding="utf-8", newline="") as file:
        return tuple(_field(row, row[column]) for row in csv.DictReader(file) if row[column])


def _field(row: dict[str, str], state: str) -> Field:
    return Field(
        full_name=row["full_name"],
        section=row["section"],
        label=row["label"],
        field_type=row["type"],
        list=row["list"],
        standard=row["standard"],
        deprecated=state == "deprecated",
        description=row["description"],
        status=row["status"],
        source=row["source"],
    )
