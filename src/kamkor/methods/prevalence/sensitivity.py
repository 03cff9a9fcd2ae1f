"""How the estimate moves when a list is dropped, two are merged, or links between lists were missed."""

from collections.abc import Sequence

import numpy as np

from kamkor.methods.prevalence.loglinear import Bools, Floats, fit
from kamkor.methods.prevalence.rules import refusals
from kamkor.methods.prevalence.stepwise import Chosen, masks_of_pairs, select
from kamkor.methods.prevalence.tables import Table

FEWEST = 4  # lists, so that three are left
RECALLS = (0.95, 0.9, 0.8)  # shares of links that were found


def counts_of(table: Table) -> Floats:
    """One row of counts by history."""
    counts = np.zeros((1, 1 << len(table.lists)))
    for history, number in table.counts.items():
        counts[0, history] = number
    return counts


def without_each_list(table: Table, *, threshold: float) -> dict[str, float | None]:
    """The stepwise estimate with each list dropped; None where there is none."""
    if len(table.lists) < FEWEST:
        return {}
    tables = [table.without(place) for place in range(len(table.lists))]
    return dict(zip(table.lists, _totals(tables, threshold), strict=True))


def with_each_pair_merged(table: Table, *, threshold: float) -> dict[str, float | None]:
    """The stepwise estimate with each pair of lists taken as one; None where there is none."""
    if len(table.lists) < FEWEST:
        return {}
    names = [(table.lists[one], table.lists[other]) for one, other in table.pairs]
    tables = [table.merged(pair) for pair in names]
    return dict(zip(map("+".join, names), _totals(tables, threshold), strict=True))


def _totals(tables: Sequence[Table], threshold: float) -> list[float | None]:
    totals = select(np.vstack([counts_of(table) for table in tables]), threshold=threshold).totals
    return [
        None if refusals(table.trimmed()) or not np.isfinite(total) else round(float(total), 2)
        for table, total in zip(tables, totals, strict=True)
    ]


def missed_links(table: Table, *, threshold: float) -> dict[str, float]:
    """By what the estimate is multiplied, by the share of links that were found."""
    factors = {f"{recall:g}": with_missed_links(table, recall, threshold=threshold) for recall in RECALLS}
    return {recall: round(factor, 3) for recall, factor in factors.items() if factor is not None}


def with_missed_links(table: Table, recall: float, *, threshold: float) -> float | None:
    """By what our estimate is multiplied if each link of a person's further record to the first is found
    with probability `recall`: the expected table is fitted with the pairs that we chose."""
    counts = counts_of(table)
    chosen = select(counts, threshold=threshold)
    if not np.isfinite(chosen.totals[0]):
        return None
    split = _split(counts[0], recall)
    return _refit(split[None], chosen) / float(chosen.totals[0])


def _split(counts: Floats, recall: float) -> Floats:
    """The expected table: each record but one of a person stands alone with probability 1 - recall."""
    split = np.zeros_like(counts)
    lists = len(counts).bit_length() - 1
    for history in np.flatnonzero(counts):
        members = [place for place in range(lists) if history >> place & 1]
        for first in members:
            _scatter(split, counts[history] / len(members), (first, members), recall)
    return split


def _scatter(split: Floats, number: float, person: tuple[int, list[int]], recall: float) -> None:
    first, members = person
    others = [place for place in members if place != first]
    for linked in range(1 << len(others)):
        kept = [place for at, place in enumerate(others) if linked >> at & 1]
        share = number * recall ** len(kept) * (1 - recall) ** (len(others) - len(kept))
        split[sum(1 << place for place in [first, *kept])] += share
        for place in set(others) - set(kept):
            split[1 << place] += share


def _refit(counts: Floats, chosen: Chosen) -> float:
    lists = counts.shape[1].bit_length() - 1
    open_pairs = masks_of_pairs(lists)[chosen.taken[0] & _met(counts)]
    terms = np.concatenate([[0], 1 << np.arange(lists), open_pairs])[None]
    return float(counts.sum() + fit(counts, chosen.inside, terms).unseen[0])


def _met(counts: Floats) -> Bools:
    histories = np.arange(counts.shape[1])
    masks = masks_of_pairs(counts.shape[1].bit_length() - 1)
    met: Bools = np.array([counts[0, (histories & mask) == mask].sum() > 0 for mask in masks])
    return met
