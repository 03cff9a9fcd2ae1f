"""Hiding small counts of a one- or two-way table, and as many others as it takes to keep them hidden.

A table with its totals is a circulation: every cell flows from its row to its column, the row's total into
the row, the column's total out of the column, the grand total closes the ring. What a reader can subtract is
what must flow. A hidden value stays uncertain exactly if the flow can be sent round a ring through it that
uses hidden values only. Zeros are always shown, so a reader knows that what is hidden is at least 1.
"""

from collections.abc import Iterator, Mapping

TOTAL = "total"
Cell = tuple[str, ...]
_Arc = tuple[object, object]


def hide_small(table: Mapping[Cell, int], *, threshold: int = 5) -> dict[Cell, int | None]:
    """The table with its totals (keys with TOTAL), None where a count or a complement of it is hidden.

    Keys are all of one or all of two names; a missing pair is 0. Totals under the threshold are hidden too.
    """
    values = _with_totals(table)
    hidden = {cell for cell, value in values.items() if 0 < value < threshold}
    while exposed := next((cell for cell in sorted(hidden) if not _uncertain(cell, values, hidden)), None):
        hidden.add(_complement(exposed, values, hidden))
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


def _uncertain(cell: Cell, values: Mapping[Cell, int], hidden: set[Cell]) -> bool:
    """Whether another value than the true one agrees with everything shown."""
    tail, head = _arc(cell)
    steps = [step for other in hidden - {cell} for step in _steps(other, values)]
    return _reaches(head, tail, steps) or (values[cell] > 1 and _reaches(tail, head, steps))


def _steps(cell: Cell, values: Mapping[Cell, int]) -> Iterator[_Arc]:
    tail, head = _arc(cell)
    yield tail, head  # it could be one more
    if values[cell] > 1:
        yield head, tail  # or one less


def _reaches(start: object, goal: object, steps: list[_Arc]) -> bool:
    seen, border = {start}, [start]
    while border:
        here = border.pop()
        fresh = {head for tail, head in steps if tail == here} - seen
        seen |= fresh
        border += fresh
    return goal in seen


def _complement(exposed: Cell, values: Mapping[Cell, int], hidden: set[Cell]) -> Cell:
    """The smallest shown count in a sum with the exposed one, totals last; then anywhere."""
    ends = set(_arc(exposed))
    shown = (cell for cell, value in values.items() if value and cell not in hidden)
    return min(shown, key=lambda c: (not ends & set(_arc(c)), c.count(TOTAL), values[c], c))
