"""Figures for other systems: the same protected tables as on the page."""

from django.utils.translation import gettext_lazy as _
from ninja import Router

from kamkor.access.api.endpoints import ApiRequest, endpoint
from kamkor.access.api.problems import NotFound
from kamkor.access.api.schemas import Out
from kamkor.access.models import Desk
from kamkor.methods.disclosure.small import TOTAL
from kamkor.statistics.tables import Table, tables
from kamkor.statistics.views.figures import years

router = Router(tags=["figures"])


class Cell(Out):
    row: str | None
    column: str | None
    count: int | None


class TableOut(Out):
    """A table of one year. A row or column of null is the total, a count of null is hidden because it, or one
    that it would give away, is small. Sums over organisations may count somebody twice."""

    name: str
    title: str
    definition: str
    cells: list[Cell]

    @classmethod
    def of(cls, table: Table) -> "TableOut":
        cells = [
            Cell(row=_code(row), column=_code(column), count=count)
            for (row, column), count in table.cells.items()
        ]
        return cls(name=table.name, title=table.title, definition=table.definition, cells=cells)


class Figures(Out):
    year: int
    tables: list[TableOut]


@router.get("counts/{int:year}", response=Figures, operation_id="read_counts", summary="Figures of a year")
@endpoint("counts.read", title=_("Read the figures, small numbers hidden"))
def counts(request: ApiRequest, desk: Desk, year: int) -> Figures:
    if year not in years():
        raise NotFound
    return Figures(year=year, tables=[TableOut.of(table) for table in tables(year)])


def _code(text: str) -> str | None:
    return None if text == TOTAL else text
