"""Tells the version of a file from its columns and codes, and says how sure that is."""

from collections import Counter
from dataclasses import dataclass

from kamkor.methods.htcds.cells import known_codes
from kamkor.methods.htcds.model import Notice
from kamkor.methods.htcds.standard import VERSIONS, Standard, standard
from kamkor.methods.htcds.tables import Table
from kamkor.methods.sheets.problems import FileError


@dataclass(frozen=True, slots=True)
class Verdict:
    """The version that a file is read as; `notices` say why, unless somebody named it."""

    version: str
    notices: tuple[Notice, ...] = ()


def tell(name: str, table: Table, version: str | None) -> Verdict:
    """The version named by the caller, else by the file, else the one that the columns and codes fit best."""
    named = version or table.version
    if not named:
        return _guess(table)
    if named not in VERSIONS:
        raise FileError(name, "unknown_version", known=", ".join(VERSIONS))
    return Verdict(named)


def _guess(table: Table) -> Verdict:
    """Every version is asked what does not belong to it: a column or a code of another version."""
    strange = {version: _strange(standard(version), table) for version in VERSIONS}
    fewest = min(sum(counts.values()) for counts in strange.values())
    best = [version for version in VERSIONS if sum(strange[version].values()) == fewest]
    chosen = best[-1]
    if fewest:
        code, params = "version_mixed", {"evidence": _most(strange[chosen])}
    elif len(best) > 1:
        code, params = "version_ambiguous", {"candidates": " / ".join(best)}
    else:
        code, params = "version_told", {"evidence": _most(*strange.values())}
    return Verdict(chosen, (Notice(code, {"version": chosen, **params}),))


def _most(*strange: dict[str, int]) -> str:
    """The few fields that say most."""
    counts = sum((Counter(each) for each in strange), Counter[str]())
    return ", ".join(name for name, _ in counts.most_common(3))


def _strange(candidate: Standard, table: Table) -> dict[str, int]:
    """How often something in the file is known to another version but not to this one, by field."""
    counts: dict[str, int] = {}
    for position, heading in enumerate(table.headings):
        name, telling = _telling(heading)
        if not name:
            continue
        here = candidate.fields.get(name)
        if here is None:
            # A column weighs as much as all its cells: it is there on purpose.
            counts[name] = len(table.rows)
        elif telling:
            cells = (row.cells[position] for row in table.rows if row.cells and not row.flaw)
            wrong = sum(_of_another(candidate.version, name, cell) for cell in cells if cell)
            counts |= {name: wrong} if wrong else {}
    return counts


def _telling(heading: str) -> tuple[str, bool]:
    """The field that a heading means in any version, and whether its codes differ between versions."""
    standards = [standard(version) for version in VERSIONS]
    name = next((name for each in standards if (name := each.find(heading))), None)
    if not name:
        return "", False
    lists = {tuple(each.fields[name].codes) for each in standards if name in each.fields}
    return name, len(lists) > 1


def _of_another(version: str, name: str, cell: str) -> bool:
    """Whether a cell has a code that this version lacks and another has; a slip of the pen says nothing."""
    lacking = None in known_codes(standard(version).fields[name], cell)
    others = (standard(other).fields.get(name) for other in VERSIONS if other != version)
    return lacking and any(None not in known_codes(other, cell) for other in others if other)
