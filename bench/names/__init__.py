"""Finding names however they are spelt: `python -m bench.names` prints the table for the documents."""

import csv
from pathlib import Path

from bench.names.measure import Figures, fuzzy, fuzzy_latin, kamkor, measure
from bench.names.sets import make
from bench.options import Options
from kamkor.methods.names import CUT, SAME, rank

PAIRS = Path(__file__).parent / "pairs.csv"
ASKED, SLOW = 4000, 60  # queries for Kamkor, and for what is slow
HEAD = f"""## Names

Invented people in three languages and two alphabets; queries are the same people as others write them, most
of them in another spelling and two in five with slips of the hand. The tuning and the held-back set share
neither names nor proportions of noise. A match is right if the person found has every name that the query
holds; matches of {SAME} and more are called the same name, and precision is the share of those that are
right, where a tenth of the queries are for people who are not there. Times are of one core.

| Set | Way | Queries | Recall@1 | Recall@10 | Own id among 10 | Precision | ms a query | s to index |
|---|---|---:|---:|---:|---:|---:|---:|---:|"""


def main(given: Options | None = None) -> None:
    size = given.sizes.get("sqlite", 100_000) if given else 100_000
    print(HEAD)
    for name, held_back in (("tuning", False), ("held back", True)):
        data = make(size, min(ASKED, size), held_back=held_back)
        row = f"{name}, {size:,}"
        _print(row, "Kamkor", ASKED, measure(data, kamkor, asked=ASKED, cut=SAME))
        _print(row, "rapidfuzz WRatio", SLOW, measure(data, fuzzy, asked=SLOW))
        _print(row, "WRatio over one alphabet", SLOW, measure(data, fuzzy_latin, asked=SLOW))
    print(f"\n{pairs()}\n")


def _print(name: str, way: str, asked: int, found: Figures) -> None:
    precision = "" if found.precision is None else f"{found.precision:.3f}"
    print(
        f"| {name} | {way} | {asked:,} | {found.first:.3f} | {found.ten:.3f} | {found.herself:.3f} "
        f"| {precision} | {found.query_ms:.1f} | {found.index_seconds:.1f} |",
        flush=True,
    )


def pairs() -> str:
    """How the pairs that were written by hand come out."""
    met = {"yes": [0, 0], "no": [0, 0]}
    for row in csv.DictReader(PAIRS.read_text(encoding="utf-8").splitlines()):
        found = rank(row["one"], [(0, row["other"])], cut=CUT)
        met[row["same"]][0] += bool(found)
        met[row["same"]][1] += 1
    (yes, of_yes), (no, of_no) = met.values()
    return (
        f"Pairs written by hand, at {CUT}: {yes} of {of_yes} found; of {of_no} that are two names {no} met."
    )
