"""Puts the rows of a file together into cases.

Rows belong to one case if they share the text of the case column (`Id`, `CaseNumber` …); without such a
column every row is a case. Two people of one case (another identity number, or another name) are two bundles
with one key. A row that says nothing of a person belongs to the first bundle of its case; a row with a
perpetrator's role and nothing of a victim describes a perpetrator in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kamkor.methods.htcds.model import Reading, Record, Value

Values = dict[str, Value]

PERSON = ("prs", "vic", "per", "con")
CASE = ("cas", "org")


@dataclass
class CaseBundle:
    """One person's case. Of several answers to one question the first counts, the others are `conflicts`.

    Choices of a multiselect field are united. `records` still hold every row with all that was sent.
    """

    key: str
    records: list[Record] = field(default_factory=list, repr=False)
    person: Values = field(default_factory=dict, repr=False)
    case: Values = field(default_factory=dict, repr=False)
    events: list[Values] = field(default_factory=list, repr=False)
    services: list[Values] = field(default_factory=list, repr=False)
    comments: list[str] = field(default_factory=list, repr=False)
    perpetrators: list[Values] = field(default_factory=list, repr=False)
    conflicts: list[tuple[int, str]] = field(default_factory=list)

    def add(self, record: Record) -> None:
        """Takes one more row in."""
        self.records.append(record)
        if is_perpetrator(record):
            _append(self.perpetrators, _section(record, *PERSON))
        else:
            self._merge(self.person, record, PERSON)
        self._merge(self.case, record, CASE)
        _append(self.events, _section(record, "hte"))
        _append(self.services, _section(record, "spl"))
        comment = record.values.get("cco_CaseComment")
        if isinstance(comment, str) and comment not in self.comments:
            self.comments.append(comment)

    def _merge(self, into: Values, record: Record, sections: Iterable[str]) -> None:
        for name, value in _section(record, *sections).items():
            before = into.setdefault(name, value)
            if isinstance(before, tuple) and isinstance(value, tuple):
                into[name] = tuple(dict.fromkeys(before + value))
            elif before != value:
                self.conflicts.append((record.row, name))


def cases(reading: Reading) -> list[CaseBundle]:
    """The bundles of a reading, in the order in which they first appear."""
    by_case: dict[str, list[CaseBundle]] = {}
    for record in reading.records:
        key = record.extra.get(reading.case_column, "") or f"row {record.row}"
        bundles = by_case.setdefault(key, [])
        bundle = next((bundle for bundle in bundles if _same_person(bundle, record)), None)
        if bundle is None:
            bundle = CaseBundle(key)
            bundles.append(bundle)
        bundle.add(record)
    return [bundle for bundles in by_case.values() for bundle in bundles]


def _same_person(bundle: CaseBundle, record: Record) -> bool:
    if is_perpetrator(record):
        return True
    number = ("prs_IdentityNumber",)
    if all(name in values for name in number for values in (bundle.person, record.values)):
        return _same(bundle, record, number)
    return _same(bundle, record, ("prs_FirstName", "prs_SecondName"))


def _same(bundle: CaseBundle, record: Record, names: Iterable[str]) -> bool:
    """Whether none of the fields says otherwise; an empty field says nothing."""
    pairs = ((bundle.person.get(name), record.values.get(name)) for name in names)
    return all(before is None or after is None or before == after for before, after in pairs)


def is_perpetrator(record: Record) -> bool:
    """Whether the row is about a perpetrator, so that the person in it is not the victim."""
    return bool(_section(record, "per")) and not _section(record, "vic")


def _section(record: Record, *prefixes: str) -> Values:
    return {name: value for name, value in record.values.items() if name.split("_")[0] in prefixes}


def _append(into: list[Values], values: Values) -> None:
    if values and values not in into:
        into.append(values)
