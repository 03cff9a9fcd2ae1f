"""Tables for a screen, a file or another program: as text, as rows, as JSON."""

from collections.abc import Iterator
from dataclasses import asdict

from kamkor.methods.surveys.counting import ALL, MISSING, OTHER
from kamkor.methods.surveys.form import Form
from kamkor.methods.surveys.tables import Asked, Cell, Table, Tables

HEAD = (
    *("question", "label", "kind", "unit", "by", "group", "group_label", "base", "answered", "value"),
    *("value_label", "count", "share_of_all", "share_of_answered", "mean", "median"),
)
WHY = {
    "sealed": "sealed",
    "not counted": "not counted",
    "by": "lies outside the repeat of --by",
    "absent": "not in the answers",
    "too many": "too many different answers",
}


def as_json(form: Form, asked: Asked, made: Tables) -> dict[str, object]:
    return {
        "form": {"id": form.id, "title": form.title, "version": form.version},
        "submissions": made.submissions,
        "by": asked.by or None,
        "weight": asked.weight or None,
        "language": asked.language or form.default_language,
        "smallest_shown": asked.smallest,
        "decimals": asked.decimals,
        "tables": [asdict(table) for table in made.tables],
        "left_out": [{"question": question, "why": WHY[why]} for question, why in made.left_out],
    }


def as_rows(asked: Asked, made: Tables) -> Iterator[list[object]]:
    """A row for each cell; what is hidden says so, and is not 0."""
    for table in made.tables:
        for place, column in enumerate(table.columns):
            for row in table.rows:
                cell = row.cells[place]
                yield [
                    *(
                        table.question,
                        table.label,
                        table.kind,
                        table.unit,
                        asked.by,
                        column.value,
                        column.label,
                    ),
                    *(
                        _hidden(column.base),
                        _hidden(column.answered),
                        row.value,
                        row.label,
                        _hidden(cell.count),
                    ),
                    *(_blank(cell.share_of_all), _blank(cell.share_of_answered)),
                    *(_blank(column.mean), _blank(column.median)),
                ]


def _hidden(count: int | None) -> object:
    return "hidden" if count is None else count


def _blank(value: float | None) -> object:
    return "" if value is None else round(value, 6)


def as_text(form: Form, asked: Asked, made: Tables) -> str:
    """For reading: counts, then shares of all who were asked, then of those who answered."""
    parts = [f"{form.title or form.id}: {made.submissions} submissions"]
    parts += [_text(table) for table in made.tables]
    why = "; ".join(f"{question} ({WHY[reason]})" for question, reason in made.left_out)
    return "\n\n".join([*parts, *([f"Without a table: {why}"] if why else [])])


def _text(table: Table) -> str:
    unit = f" [rows of {table.unit}]" if table.unit else ""
    lines = [f"{table.label} ({table.question}){unit}"]
    for place, column in enumerate(table.columns):
        group = "" if column.value == ALL else f"{column.label}: "
        middle = "" if column.mean is None else f"; mean {column.mean:.4g}, median {column.median:.4g}"
        lines.append(f"  {group}asked {_hidden(column.base)}, answered {_hidden(column.answered)}{middle}")
        told = [row for row in table.rows if table.kind != "number" or row.value in {MISSING, OTHER}]
        lines += [f"    {_cell(row.cells[place])}  {row.label}" for row in told]
    return "\n".join(lines)


def _cell(cell: Cell) -> str:
    if cell.count is None:
        return f"{'hidden':>9}  {'':16}"
    told = ["" if part is None else f"{part:.1f} %" for part in (cell.share_of_all, cell.share_of_answered)]
    return f"{cell.count:>9}  {told[0]:>7}  {told[1]:>7}"
