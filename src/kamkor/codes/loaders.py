"""Reads the code lists: one uniform CSV layout, checked row by row, with the source of every row kept.

Columns beyond the uniform ones belong to a list of its own kind and come back in `Code.extra`.
"""

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from kamkor.codes.cyrillic import uz_cyrillic

LISTS = Path(__file__).parent / "data" / "lists"
LANGUAGES = ("en", "ky", "ru", "uz")
STATUSES = ("verified", "verified (secondary)", "from memory", "our proposal")
COLUMNS = (
    *("list", "version", "code", "order", "label_en", "label_ky", "label_ru", "label_uz"),
    *("parent", "valid_from", "valid_to", "status", "source", "note"),
)


class CodeFileError(ValueError):
    """A row that cannot be loaded: file, row (as a spreadsheet counts), field and what to do."""

    def __init__(self, file: str, row: int, field: str, mend: str) -> None:
        super().__init__(f"{file}, row {row}, {field}: {mend}")
        self.file, self.row, self.field, self.mend = file, row, field, mend


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of one version of a code list."""

    list: str
    version: str
    code: str
    order: int
    labels: dict[str, str]
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    status: str = "our proposal"
    source: str = ""
    note: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """The label in a language such as `ky`, `ru-kg` or `uz-cyrl`; English where there is none."""
        tag = language.lower().replace("_", "-")
        label = self.labels.get(tag.split("-")[0], "")
        if label and tag.startswith("uz-cyrl"):
            return uz_cyrillic(label)
        return label or self.labels["en"]

    @property
    def confirmed(self) -> bool:
        """Whether somebody has read this in its source; otherwise it is shown as unconfirmed."""
        return self.status.startswith("verified")

    def valid_on(self, day: date) -> bool:
        """Whether the entry may be chosen for something that happened on that day."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


def read(path: Path) -> list[Code]:
    """Every entry of one file, or a `CodeFileError` for the first row that is wrong."""
    rows = _rows(path)
    codes = {number: _code(path.name, number, row) for number, row in rows}
    first: dict[tuple[str, str, str], int] = {}
    for number, code in codes.items():
        if first.setdefault((code.list, code.version, code.code), number) != number:
            row = first[code.list, code.version, code.code]
            mend = f"“{code.code}” stands in row {row} already; remove one of the two"
            raise CodeFileError(path.name, number, "code", mend)
    for number, code in codes.items():
        known = (code.list, code.version, code.parent) in first and code.parent != code.code
        if code.parent and not known:
            mend = f"“{code.parent}” is no other code of the list “{code.list}”; correct it or leave it empty"
            raise CodeFileError(path.name, number, "parent", mend)
    return list(codes.values())


def load_all() -> list[Code]:
    """Every entry of every list, ordered by list, version and order."""
    codes: dict[tuple[str, str, str], Code] = {}
    for path in _files():
        for code in read(path):
            if codes.setdefault((code.list, code.version, code.code), code) is not code:
                mend = f"“{code.code}” of “{code.list}” is in another file too; keep a list in one file"
                raise CodeFileError(path.name, 1, "code", mend)
    return sorted(codes.values(), key=lambda code: (code.list, version_key(code.version), code.order))


@cache
def lists() -> dict[str, tuple[str, ...]]:
    """The names of all lists, each with its versions from the oldest to the newest."""
    found: dict[str, dict[str, None]] = {}
    for code in _loaded():
        found.setdefault(code.list, {})[code.version] = None
    return {name: tuple(versions) for name, versions in found.items()}


@cache
def code_list(name: str, version: str | None = None) -> dict[str, Code]:
    """One list by code, in its order; the newest version unless one is named. `KeyError` if there is none."""
    versions = lists()[name]
    wanted = version or versions[-1]
    if wanted not in versions:
        raise KeyError(f"{name} {wanted}")
    return {code.code: code for code in _loaded() if code.list == name and code.version == wanted}


@cache
def pack_version() -> str:
    """A digest of the content of all lists: the same content is never loaded twice."""
    digest = hashlib.sha256()
    for path in _files():
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def version_key(version: str) -> tuple[int, ...]:
    """Sorts `0.2` before `1.0` before `10.0`, and dates by time."""
    return tuple(int(number) for number in re.findall(r"\d+", version))


@cache
def _loaded() -> tuple[Code, ...]:
    return tuple(load_all())


def _files() -> list[Path]:
    return sorted(LISTS.glob("*.csv"))


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows with their numbers; the heading is row 1."""
    try:
        table = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline=""), strict=True))
    except UnicodeDecodeError:
        raise CodeFileError(path.name, 1, "file", "is not UTF-8; save it as UTF-8") from None
    except csv.Error as error:
        raise CodeFileError(
            path.name, 1, "file", f"is not well-formed CSV ({error}); check its quotes"
        ) from None
    heading = table[0] if table else []
    for column in COLUMNS:
        if heading.count(column) != 1:
            mend = f"the heading must have exactly one column “{column}”"
            raise CodeFileError(path.name, 1, column, mend)
    rows = []
    for number, cells in enumerate(table[1:], start=2):
        if len(cells) != len(heading):
            mend = (
                f"has {len(cells)} cells where the heading has {len(heading)}; quote cells that hold commas"
            )
            raise CodeFileError(path.name, number, "row", mend)
        rows.append((number, dict(zip(heading, (cell.strip() for cell in cells), strict=True))))
    return rows


def _code(file: str, number: int, row: dict[str, str]) -> Code:
    try:
        _check(row)
        valid_from, valid_to = _validity(row)
    except _Wrong as wrong:
        raise CodeFileError(file, number, wrong.field, wrong.mend) from None
    return Code(
        list=row["list"],
        version=row["version"],
        code=row["code"],
        order=int(row["order"]),
        labels={language: text for language in LANGUAGES if (text := row[f"label_{language}"])},
        parent=row["parent"],
        valid_from=valid_from,
        valid_to=valid_to,
        status=row["status"],
        source=row["source"],
        note=row["note"],
        extra={name: text for name, text in row.items() if name not in COLUMNS},
    )


class _Wrong(Exception):
    def __init__(self, field: str, mend: str) -> None:
        self.field, self.mend = field, mend


def _check(row: dict[str, str]) -> None:
    for name in ("list", "version", "code", "source", *_labels_wanted(row)):
        if not row[name]:
            raise _Wrong(name, "is empty; fill it in")
    if not row["order"].isdecimal():
        raise _Wrong("order", f"“{row['order']}” is not a whole number; count from 1")
    if row["status"] not in STATUSES:
        raise _Wrong("status", f"“{row['status']}” is unknown; use one of: {', '.join(STATUSES)}")


def _validity(row: dict[str, str]) -> tuple[date | None, date | None]:
    valid_from, valid_to = _date(row, "valid_from"), _date(row, "valid_to")
    if valid_from and valid_to and valid_to < valid_from:
        raise _Wrong("valid_to", "is before valid_from; correct one of the two")
    return valid_from, valid_to


def _date(row: dict[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(row[name]) if row[name] else None
    except ValueError:
        mend = f"“{row[name]}” is not a date; write it as 2021-12-01 or leave it empty"
        raise _Wrong(name, mend) from None


def _labels_wanted(row: dict[str, str]) -> list[str]:
    """All four languages; older versions of HTCDS are only ever imported, so that English is enough."""
    if row["list"].startswith("htcds.") and row["version"] != "2.0":
        return ["label_en"]
    return [f"label_{language}" for language in LANGUAGES]
