"""Hiding small counts of a one- or two-way table, and as many others as it takes to keep them hidden.

A table with its totals is a circulation: every cell flows from its row to its column, the row's total into
the row, the column's total out of the column, the grand total closes the ring. What a reader can subtract is
what must flow. A hidden value stays uncertain exactly if the flow can be sent round a ring through it that
uses hidden values only. Zeros are always shown, so a reader knows that what is hidden is at least 1.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Set

TOTAL = "total"
Cell = tuple[str, ...]
_Arc = tuple[object, object]
_Steps = defaultdict[object, list[tuple[object, Cell]]]


def hide_small(
    table: Mapping[Cell, int], *, threshold: int = 5, also: Set[Cell] = frozenset()
) -> dict[Cell, int | None]:
    """The table with its totals (keys with TOTAL), None where a count or a complement of it is hidden.

    Keys are all of one or all of two names; a missing pair is 0. Totals under the threshold are hidden too,
    and what is hidden elsewhere and stands here `also`, unless it is nothing.
    """
    values = _with_totals(table)
    hidden = {cell for cell, value in values.items() if 0 < value < threshold or (value and cell in also)}
    ring = _Ring(values)
    waiting = deque(sorted(hidden))
    for cell in waiting:
        ring.add(cell)
    while waiting:  # hiding more makes nothing more certain, so each is looked at once
        cell = waiting.popleft()
        while not ring.uncertain(cell):
            complement = _complement(cell, values, hidden, ring)
            hidden.add(complement)
            ring.add(complement)
            waiting.append(complement)
    return {cell: None if cell in hidden else value for cell, value in values.items()}


def _with_totals(table: Mapping[Cell, int]) -> dict[Cell, int]:
    dimensions = {len(cell) for cell in table}
    if len(dimensions) > 1 or not dimensions <= {1, 2}:
        raise ValueError("The keys of a table are all of one or all of two names")
    if any(TOTAL in cell for cell in table) or any(value < 0 for value in table.values()):
        raise ValueError("A table has counts of 0 or more, and none of its names is the word for the total")
    if dimensions == {2}:
        rows, columns = (dict.fromkeys(names) for names in zip(*table, strict=True))
        values: dict[Cell, int] = {
            (row, column): table.get((row, column), 0) for row in rows for column in columns
        }
        values |= {(row, TOTAL): sum(values[row, column] for column in columns) for row in rows}
        values |= {(TOTAL, column): sum(values[row, column] for row in rows) for column in columns}
        return {**values, (TOTAL, TOTAL): sum(table.values())}
    return {**table, (TOTAL,): sum(table.values())}


def _arc(cell: Cell) -> _Arc:
    """From which to which sum the value flows."""
    row, column = cell if len(cell) == 2 else (cell[0], None)
    if len(cell) == 1:
        return ("out", "in") if row == TOTAL else ("in", "out")
    if cell == (TOTAL, TOTAL):
        return "out", "in"
    if column == TOTAL:
        return "in", ("row", row)
    if row == TOTAL:
        return ("column", column), "out"
    return ("row", row), ("column", column)


class _Ring:
    """How hidden values could be other than they are: steps from sum to sum, each by one cell."""

    def __init__(self, values: Mapping[Cell, int]) -> None:
        self._values = values
        self._onward: _Steps = defaultdict(list)
        self._backward: _Steps = defaultdict(list)

    def add(self, cell: Cell) -> None:
        tail, head = _arc(cell)
        steps = [(tail, head)]  # it could be one more
        if self._values[cell] > 1:
            steps.append((head, tail))  # or one less
        for source, goal in steps:
            self._onward[source].append((goal, cell))
            self._backward[goal].append((source, cell))

    def uncertain(self, cell: Cell) -> bool:
        """Whether another value than the true one agrees with everything shown."""
        tail, head = _arc(cell)
        return tail in _reach(self._onward, head, but=cell) or (
            self._values[cell] > 1 and head in _reach(self._onward, tail, but=cell)
        )

    def open_ends(self, cell: Cell) -> tuple[set[object], set[object]]:
        """Where a way round through the cell gets to, and from where it would come back."""
        tail, head = _arc(cell)
        return _reach(self._onward, head, but=cell), _reach(self._backward, tail, but=cell)


def _reach(steps: _Steps, start: object, *, but: Cell) -> set[object]:
    """The sums that can be reached without the one cell."""
    seen, border = {start}, [start]
    while border:
        fresh = {goal for goal, cell in steps[border.pop()] if cell != but} - seen
        seen |= fresh
        border += fresh
    return seen


def _complement(exposed: Cell, values: Mapping[Cell, int], hidden: set[Cell], ring: _Ring) -> Cell:
    """A shown count to hide as well: near the exposed one, no total, closing a ring, small; in this order."""
    there, back = ring.open_ends(exposed)

    def cost(cell: Cell) -> tuple[bool, int, bool, int, Cell]:
        one, other = _arc(cell)
        closes = (one in there and other in back) or (one in back and other in there)
        near = one in there | back or other in there | back
        return not near, cell.count(TOTAL), not closes, values[cell], cell

    return min((cell for cell, value in values.items() if value and cell not in hidden), key=cost)
