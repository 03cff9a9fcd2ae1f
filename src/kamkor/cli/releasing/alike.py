"""Records in which nobody stands alone, with what their groups still tell."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from kamkor.cli.releasing.comparison import compare, permuted
from kamkor.cli.releasing.outcome import Folder, Outcome, Refused
from kamkor.methods.disclosure import attacks
from kamkor.methods.disclosure.kanon import Anonymous, Groups, anonymise, groups
from kamkor.methods.disclosure.reading import Microdata


@dataclass(frozen=True)
class Order:
    """How many must look alike, in which columns."""

    k: int
    quasi: Sequence[str]
    broader: Mapping[str, Mapping[str, str]]
    seed: int


def release(table: Microdata, order: Order, place: Path) -> Outcome:
    """Write the records and their papers, or refuse."""
    outcome = Outcome("kanon")
    if len(table) < order.k:
        raise Refused(f"There are fewer than {order.k} people: no record can be shown.")
    for name in order.broader:
        table.column(name)
    before = groups(table, order.quasi)
    made = anonymise(
        table, order.quasi, order.k, broader=order.broader, rng=np.random.default_rng(order.seed)
    )
    if not len(made.table):
        raise Refused(
            f"No {order.k} people are alike in {', '.join(order.quasi)}, whatever is emptied. Name "
            "fewer columns."
        )
    found = groups(made.table, order.quasi)
    folder = Folder(place, outcome)
    made.table.write(place / "microdata.csv")
    folder.kept("microdata.csv")
    outcome.figures |= {
        "rows": len(made.table), "columns": list(table.names), "quasi": list(order.quasi),
        "k": {"asked": order.k, "blank_as_value": found.k, "blank_as_wildcard": found.k_wildcard},
        "emptied_cells": made.emptied, "removed_rows": made.removed, "ranges": list(made.ranges),
    }  # fmt: skip
    apart = permuted(made.before.codes, order.seed)
    alone = attacks.uniqueness(made.before.codes, made.table.codes, apart)
    _risk(folder, [before, found], alone, order)
    compare(folder, made.before, ours=made.table.codes, apart=apart, seed=order.seed)
    _sheet(folder, made, found, order)
    folder.for_signatures(["microdata.csv", "datasheet.md"])
    return outcome


def _risk(folder: Folder, found: Sequence[Groups], alone: attacks.Uniqueness, order: Order) -> None:
    before, after = found
    told = {"groups": after.number, "k_before": before.k, "k_blank_as_value": after.k,
            "k_blank_as_wildcard": after.k_wildcard, "uniqueness": asdict(alone),
            "l_diversity": [asdict(each) for each in after.diversity]}  # fmt: skip
    folder.outcome.figures["risk"] = told
    tell = [each for each in after.diversity if each.groups_of_one_value]
    if tell:
        folder.outcome.reasons.append(
            "In some groups all people share one value, so that whoever knows that somebody is in "
            "the group knows "
            f"the value too: {', '.join(f'{each.column} ({each.groups_of_one_value})' for each in tell)}."
        )
    if alone.released:
        folder.outcome.reasons.append(
            f"{alone.released:,} records are the only ones of their kind in all columns together. "
            "Whoever knows all "
            "of them finds the person: name more columns with --quasi if that may be known."
        )
    lines = [
        "## Groups",
        f"Before: the smallest group in {', '.join(order.quasi)} had {before.k}. Now "
        f"{after.number:,} groups, the "
        f"smallest of {after.k} if an empty cell is a value; a person could be any of at least "
        f"{after.k_wildcard} "
        "rows if an empty cell may be any value.",
        "## Was this person in the data?",
        f"{alone.unique:,} records were the only ones of their kind in all columns; "
        f"{alone.released:,} of them stand "
        "in the release as they were, and tell whoever knows everything of the person that he or "
        "she is in it.",
        "## What does the release tell of a person?",
        "The attacker knows the group and guesses its commonest value. A group in which all share "
        "one value tells it.",
        "\n| Column | Fewest values in a group | Groups of one value | People in them | Right | "
        "Without groups |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {each.column} | {each.least} | {each.groups_of_one_value:,} | {each.people_in_them:,} | "
        f"{each.right:.3f} | {each.commonest:.3f} |"
        for each in after.diversity
    ]
    folder.risk(told, lines)


def _sheet(folder: Folder, made: Anonymous, found: Groups, order: Order) -> None:
    ranges = f"- Numbers put into ranges: {', '.join(made.ranges)}" if made.ranges else ""
    lines = [
        "Records of people, in which everybody looks like others in what an outsider may know.",
        f"- Columns: {', '.join(made.table.names)}. An empty cell: not known, or emptied to protect",
        f"- In {', '.join(order.quasi)} every row is like at least {found.k - 1} others; an empty "
        "cell counts as a "
        f"value. If it may be any value, a person could be any of at least {found.k_wildcard} rows",
        f"- {made.emptied:,} cells were emptied and {made.removed:,} rows left out: counts from "
        "these rows are too low",
        *filter(None, [ranges]),
        "- Not protected: somebody of whom other columns are known as well. Never put such files of "
        "several years or "
        "places side by side without protecting them together",
    ]
    folder.sheet("Data sheet: records in groups", lines)
