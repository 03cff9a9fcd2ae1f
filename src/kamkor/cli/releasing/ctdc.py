"""Live records as CTDC files: protected in memory, written only as they may be signed."""

import csv
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from kamkor.cli.releasing import alike, made_up
from kamkor.cli.releasing.outcome import Folder, Outcome, Refused
from kamkor.methods.disclosure.ledger import EVERYBODY, Ledger
from kamkor.methods.disclosure.reading import Microdata
from kamkor.statistics import ctdc
from kamkor.statistics.publishing.records import give_away

FILES = {"kanon": "microdata.csv", "dp-synthetic": "synthetic.csv"}


@dataclass(frozen=True)
class Wanted:
    """Which records, in which layout, and how they are protected."""

    years: list[int]
    layout: str
    method: str
    k: int
    epsilon: float
    ledger: Path | None
    now: str


def export(wanted: Wanted, out: Path) -> Outcome:
    """The release in a folder, or Refused."""
    names = [each.name for each in ctdc.variables(wanted.layout)]
    rows = ctdc.rows(wanted.layout, wanted.years)
    if not rows:
        raise Refused("Nobody presumed in these years has agreed to research without a name.")
    table = _table(names, rows)
    if wanted.method == "kanon":
        quasi = ctdc.quasi(wanted.layout)
        outcome = alike.release(table, alike.Order(wanted.k, quasi, {}, seed=1), out)
        _hold_against_told(outcome, wanted.layout, out)
    else:
        outcome = made_up.release(table, None, _order(wanted), out)
    _mark_missing(out / FILES[wanted.method], ctdc.MISSING[wanted.layout])
    outcome.files = [name for name in outcome.files if name != "signoff.json"]
    Folder(out, outcome).for_signatures([FILES[wanted.method], "datasheet.md"])
    return outcome


def _hold_against_told(outcome: Outcome, layout: str, out: Path) -> None:
    """Nothing stays in the folder that bounds a number which everybody is told to be hidden."""
    with (out / FILES["kanon"]).open(encoding="utf-8", newline="") as text:
        number = give_away(layout, csv.DictReader(text))
    if number:
        for name in outcome.files:
            (out / name).unlink()
        raise Refused(
            f"With what everybody is told of these years, the records would narrow {number} hidden numbers "
            "down to few people. Leave years out (--since, --period), or publish synthetic records."
        )


def _table(names: list[str], rows: list[dict[str, str]]) -> Microdata:
    values = [tuple(sorted({"", *(row[name] for row in rows)})) for name in names]
    places = [{word: place for place, word in enumerate(words)} for words in values]
    codes = [[place[row[name]] for name, place in zip(names, places, strict=True)] for row in rows]
    return Microdata(tuple(names), tuple(values), np.array(codes, dtype=np.int32))


def _order(wanted: Wanted) -> made_up.Order:
    if wanted.ledger is None:
        raise click.UsageError("What a release costs is kept in a ledger: name it with --ledger FILE.")
    return made_up.Order(
        epsilon=wanted.epsilon, delta=1e-9, seed=1, rows=1,
        domain=ctdc.domain(wanted.layout, wanted.years), rules=[], quasi=ctdc.quasi(wanted.layout),
        ledger=Ledger(wanted.ledger), data_set="ctdc", cohort=EVERYBODY,
        budget=None, now=wanted.now,
    )  # fmt: skip


def _mark_missing(file: Path, mark: str) -> None:
    if not mark:
        return
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([rows[0], *([cell or mark for cell in row] for row in rows[1:])])
