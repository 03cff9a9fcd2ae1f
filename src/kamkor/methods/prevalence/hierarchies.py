"""All hierarchical models of some lists: whenever a term is in, so is every term within it."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

import numpy as np

from kamkor.methods.prevalence.loglinear import NONE, Ints


@lru_cache(maxsize=4)
def hierarchies(lists: int, order: int) -> Ints:
    """A row for each model: its terms of 2 to `order` lists as masks, filled up with NONE."""
    models = list(_grown((), lists, 2, min(order, lists - 1)))
    rows = np.full((len(models), max(map(len, models))), NONE)
    for row, model in zip(rows, models, strict=True):
        row[: len(model)] = model
    return rows


def _grown(model: tuple[int, ...], lists: int, size: int, order: int) -> Iterator[tuple[int, ...]]:
    """The model with every choice of terms of this size that it allows, and each choice with larger ones."""
    allowed = [] if size > order else _allowed(model, lists, size)
    if not allowed:
        yield model
        return
    for number in range(len(allowed) + 1):
        for chosen in combinations(allowed, number):
            yield from _grown(model + chosen, lists, size + 1, order)


def _allowed(model: tuple[int, ...], lists: int, size: int) -> list[int]:
    """The terms of this many lists whose parts of one list fewer are all there; pairs are always allowed."""
    there = set(model)
    masks = [sum(1 << place for place in members) for members in combinations(range(lists), size)]
    if size == 2:
        return masks
    return [
        mask for mask in masks
        if all(mask & ~(1 << place) in there for place in range(lists) if mask >> place & 1)
    ]  # fmt: skip
