"""Numbers that are told apart in several ways at once, so that what one way hides no other gives away."""

from collections.abc import Mapping
from dataclasses import dataclass

from kamkor.methods.disclosure.small import TOTAL, Cell, hide_small

Parts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Shown:
    """The whole and its parts; None is hidden."""

    total: int | None
    parts: dict[str, dict[str, int | None]]


@dataclass(frozen=True)
class Within:
    """A way whose parts lie within those of another: rayons in oblasts."""

    name: str
    outer: str
    lies_in: Mapping[str, str]


def hide_within(parts: Parts, shown: Shown, within: Within, *, threshold: int) -> dict[str, int | None]:
    """The inner parts, given what is shown of the outer ones: where an outer number is hidden nothing of it
    is told apart, nor where that would take hiding the outer number."""
    groups: dict[str, dict[str, int]] = {}
    for part, held in parts[within.name].items():
        groups.setdefault(within.lies_in.get(part, part), {})[part] = held
    found: dict[str, int | None] = {}
    for outer, own in groups.items():
        whole = shown.parts.get(within.outer, {}).get(outer)
        told = _one(own, threshold, set())
        if whole is None or told[TOTAL,] is None or sum(own.values()) != whole:
            found |= dict.fromkeys(own)
        else:
            found |= {part: told[part,] for part in own}
    return found


def hide(total: int, parts: Parts, *, threshold: int, total_hidden: bool = False) -> Shown:
    """Hide small numbers and their complements. All ways share the total: where one of them must hide it, it
    is hidden in all. A way in which somebody is counted in several parts has no sum to subtract from."""
    adding = {name: cells for name, cells in parts.items() if sum(cells.values()) == total}
    while True:
        also: set[Cell] = {(TOTAL,)} if total_hidden else set()
        tables = {name: _one(cells, threshold, also) for name, cells in adding.items()}
        forced = 0 < total < threshold or any(cells[TOTAL,] is None for cells in tables.values())
        if total_hidden or not forced:
            break
        total_hidden = True
    shown: dict[str, dict[str, int | None]] = {}
    for name, cells in parts.items():
        if name in tables:
            shown[name] = {part: tables[name][part,] for part in cells}
        else:
            shown[name] = {part: None if 0 < held < threshold else held for part, held in cells.items()}
    return Shown(None if total_hidden else total, shown)


def halves(first: int, second: int, *, threshold: int) -> tuple[int | None, int | None]:
    """Two numbers whose sum is shown elsewhere: where one is small, both are hidden, but for nothing."""
    small = any(0 < held < threshold for held in (first, second))
    hidden = [small and bool(held) for held in (first, second)]
    return (None if hidden[0] else first), (None if hidden[1] else second)


def _one(cells: Mapping[str, int], threshold: int, also: set[Cell]) -> dict[Cell, int | None]:
    """As many hidden as it takes that each of them could be as large as the threshold."""
    also = set(also)
    while True:
        shown = hide_small({(part,): held for part, held in cells.items()}, threshold=threshold, also=also)
        hidden = [part for part in cells if shown[part,] is None]
        room = sum(cells[part] for part in hidden) - len(hidden) + 1  # hidden is at least 1
        if shown[TOTAL,] is None or not hidden or room >= threshold:
            return shown
        rest = [part for part, held in cells.items() if held and part not in hidden]
        also.add((min(rest, key=lambda part: (cells[part], part)) if rest else TOTAL,))
