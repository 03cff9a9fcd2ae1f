"""What a file would bring, before anything is taken: counts, what was noticed, what must be mended."""

from collections import Counter
from dataclasses import dataclass

from kamkor.assistance.htcds.wording import say
from kamkor.methods.htcds import Reading, cases

SHOWN = 100


@dataclass(frozen=True)
class Report:
    version: str
    rows: int
    good: int
    bad: int
    cases: int
    conflicts: int  # answers of one case that differ; the first counts, all are kept
    notices: list[str]
    by_field: list[tuple[str, int]]
    errors: list[tuple[str, int, str, str]]  # file, row, field, what to do; the first of them
    more: int  # errors beyond those


def report(reading: Reading) -> Report:
    """In the language of whoever reads it."""
    bundles = cases(reading)
    listed = reading.errors[:SHOWN]
    return Report(
        version=reading.version,
        rows=len(reading.records) + len(reading.rejected),
        good=len(reading.records),
        bad=len(reading.rejected),
        cases=len(bundles),
        conflicts=sum(len(bundle.conflicts) for bundle in bundles),
        notices=[say(notice.code, notice.params) for notice in reading.notices],
        by_field=Counter(error.field for error in reading.errors).most_common(),
        errors=[(error.file, error.row, error.field, say(error.message, error.filling)) for error in listed],
        more=len(reading.errors) - len(listed),
    )
