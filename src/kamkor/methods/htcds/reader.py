"""Reads an HTCDS file of any version into records of version 2.0, with every error and guess named."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from kamkor.methods.htcds import cells
from kamkor.methods.htcds.model import Notice, Reading, Record, RowError
from kamkor.methods.htcds.standard import LATEST, VERSIONS, Standard, standard
from kamkor.methods.htcds.tables import Table, open_table
from kamkor.methods.htcds.versions import Verdict, tell
from kamkor.methods.sheets.cells import check, squeeze
from kamkor.methods.sheets.decoding import LOST
from kamkor.methods.sheets.problems import CellError, FileError, Limits
from kamkor.methods.sheets.rows import Row

ORIGINAL = "kmk_original_"
EXTRA = "kmk_extra_"
# How foreign systems call the number that the rows of one case share; the standard has no field for it.
CASE_COLUMNS = frozenset({"casid", "id", "caseid", "casenumber", "cascasenumber", "casecode", "номердела"})
NAMES = ("prs_IdentityNumber", "prs_FirstName", "prs_SecondName")


@dataclass
class Plan:
    """Where each column goes: a field, `original` or `extra`; `case` is the column of the case number."""

    targets: list[tuple[str, str]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    case: str = ""


@dataclass
class Work:
    """One file on its way through: what is known of it, what was found."""

    name: str
    today: date
    limits: Limits
    standard: Standard
    plan: Plan
    records: list[Record] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    rejected: dict[int, dict[str, str]] = field(default_factory=dict)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


def read(
    name: str,
    raw: bytes,
    *,
    version: str | None = None,
    today: date | None = None,
    limits: Limits | None = None,
) -> Reading:
    """Reads a CSV or JSON file: good rows become records, bad ones are listed, nothing is dropped.

    The version is told from the file unless named. Raises `FileError` when there is nothing to read.
    """
    limits = limits or Limits()
    table = open_table(name, raw, limits=limits, known=_known)
    if not any(map(_known, table.headings)):
        raise FileError(name, "no_known_column")
    verdict = tell(name, table, version)
    chosen = standard(verdict.version)
    work = Work(name, today or datetime.now().astimezone().date(), limits, chosen, _plan(table, chosen))
    for row in table.rows:
        _take(work, row, table.headings)
    return _reading(work, table, verdict)


def _reading(work: Work, table: Table, verdict: Verdict) -> Reading:
    return Reading(
        name=work.name,
        format=table.format,
        version=verdict.version,
        encoding=table.encoding,
        records=work.records,
        errors=work.errors,
        notices=[*table.notices, *verdict.notices, *work.plan.notices, *_summary(work)],
        rejected=work.rejected,
        case_column=work.plan.case,
    )


def _known(heading: str) -> bool:
    return any(standard(version).find(heading) for version in VERSIONS)


def _plan(table: Table, chosen: Standard) -> Plan:
    plan = Plan()
    for position, heading in enumerate(table.headings, start=1):
        if heading.startswith(ORIGINAL):
            target = ("original", heading.removeprefix(ORIGINAL))
        elif name := None if heading.startswith(EXTRA) else chosen.find(heading):
            target = ("values", name)
        else:
            target = ("extra", heading.removeprefix(EXTRA).strip() or f"column {position}")
        if target in plan.targets:
            target = _second(plan, heading, target[1])
        plan.targets.append(target)
        _name_case(plan, target)
        _note_column(plan, heading, target, chosen)
    return plan


def _second(plan: Plan, heading: str, name: str) -> tuple[str, str]:
    """A place for a column that stands there already."""
    taken = {kept for where, kept in plan.targets if where == "extra"}
    number = 2
    while (kept := f"{name} ({number})") in taken:
        number += 1
    plan.notices.append(Notice("repeated_column", {"column": heading, "kept": kept}))
    return "extra", kept


def _name_case(plan: Plan, target: tuple[str, str]) -> None:
    if target[0] == "extra" and not plan.case and squeeze(target[1]) in CASE_COLUMNS:
        plan.case = target[1]
        plan.notices.append(Notice("case_column", {"column": target[1]}))


def _note_column(plan: Plan, heading: str, target: tuple[str, str], chosen: Standard) -> None:
    where, name = target
    if where != "extra" or name == plan.case or name != heading or LOST in name:
        return
    candidates = ", ".join(chosen.candidates(heading))
    if candidates:
        plan.notices.append(Notice("ambiguous_column", {"column": heading, "candidates": candidates}))
    else:
        plan.notices.append(Notice("unknown_column", {"column": heading}))


def _take(work: Work, row: Row, headings: list[str]) -> None:
    """Makes a record of a row, or lists why it is none."""
    if not row.cells and not row.flaw:
        work.counts["blank_rows", ""] += 1
        return
    record = Record(row.number)
    found = _row_errors(work, row) or _fill(work, record, row)
    if not found:
        work.records.append(record)
        return
    work.errors += found
    if row.flaw == "not_a_record":
        work.rejected[row.number] = {"record": row.cells[0]}
        return
    # What is kept aside has a name of its own already; cells beyond the heading are numbered.
    targets = zip(work.plan.targets, headings, strict=True)
    names = [name if where == "extra" else heading for (where, name), heading in targets]
    names += [f"column {number}" for number in range(len(headings) + 1, len(row.cells) + 1)]
    work.rejected[row.number] = {name: cell for name, cell in zip(names, row.cells, strict=False) if cell}


def _row_errors(work: Work, row: Row) -> list[RowError]:
    """What is wrong with a row before its cells are looked at."""
    if row.flaw:
        return [_error(work, row, row.flaw_field, CellError(row.flaw, **row.params))]
    cells_by_target = dict(zip(work.plan.targets, row.cells, strict=True))
    if work.plan.case and not cells_by_target["extra", work.plan.case]:
        return [_error(work, row, work.plan.case, CellError("missing_required"))]
    key = tuple(row.cells)
    first = work.seen.setdefault(key, row.number)
    if first == row.number:
        return []
    if work.plan.case or any(cells_by_target.get(("values", name)) for name in NAMES):
        return [_error(work, row, "", CellError("duplicate_row", first=str(first)))]
    # Without a name or a number two people may well be described by the same words.
    work.counts["repeated_rows", ""] += 1
    return []


def _fill(work: Work, record: Record, row: Row) -> list[RowError]:
    found = []
    for (where, name), text in zip(work.plan.targets, row.cells, strict=True):
        if not text:
            continue
        try:
            check(text, work.limits.cell)
            if where == "values":
                _fill_value(work, record, name, text)
            else:
                (record.original if where == "original" else record.extra)[name] = text
        except CellError as error:
            found.append(_error(work, row, name, error))
    return found


def _fill_value(work: Work, record: Record, name: str, text: str) -> None:
    target = work.standard.retired.get(name, name)
    cell = cells.parse(work.standard.fields[name], text, work.standard, work.today)
    if cell.keep or target != name:
        record.original.setdefault(name, text)
    if target and cell.value is not None:
        record.values.setdefault(target, cell.value)
    if cell.keep and work.standard.version != LATEST:
        work.counts["codes_translated" if cell.translated else "codes_kept", name] += 1


def _error(work: Work, row: Row, name: str, error: CellError) -> RowError:
    item = work.standard.fields.get(name)
    return RowError(work.name, row.number, name, item.kind if item else "", error.code, error.params)


def _summary(work: Work) -> list[Notice]:
    version = work.standard.version
    return [
        Notice(code, {"field": name, "count": str(count), "version": version})
        for (code, name), count in sorted(work.counts.items())
    ]
