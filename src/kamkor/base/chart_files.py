"""Charts as files: the numbers as CSV and XLSX, the picture as SVG and PNG, all from what a page shows.

A page hands its charts to `asked` before it is drawn: `?chart=NAME&as=png` at its own address is the file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify

from kamkor.base import exports
from kamkor.base.charts import FILES as PICTURES
from kamkor.base.charts import alone

CHART, AS = "chart", "as"


@dataclass(frozen=True)
class Chart:
    """A picture (or none, where nothing was counted) and the table under it."""

    name: str
    title: str
    picture: str
    head: Sequence[object]
    rows: Sequence[Sequence[object]]

    @property
    def kinds(self) -> tuple[str, ...]:
        return (*exports.FORMATS, *(PICTURES if self.picture else ()))

    def file(self, kind: str) -> HttpResponse:
        if kind not in self.kinds:
            raise Http404
        name = f"kamkor-{slugify(self.name)}"
        if kind in PICTURES:
            return alone(self.picture, f"{name}.{kind}", self.title)
        rows = [[_plain(cell) for cell in row] for row in self.rows]
        return exports.table(name, kind, [str(_plain(cell)) for cell in self.head], rows)

    def links(self, request: HttpRequest) -> list[dict[str, str]]:
        """Its files at the address of the page that shows it."""
        given = request.GET.copy()
        found = []
        for kind in self.kinds:
            given[CHART], given[AS] = self.name, kind
            found.append({"label": kind.upper(), "url": f"?{given.urlencode()}"})
        return found


def asked(request: HttpRequest, charts: Iterable[Chart]) -> HttpResponse | None:
    """The file, if the address asks for one."""
    if AS not in request.GET:
        return None
    wanted = next((chart for chart in charts if chart.name == request.GET.get(CHART)), None)
    if wanted is None:
        raise Http404
    return wanted.file(request.GET[AS])


def _plain(cell: object) -> object:
    """A cell of a page as a cell of a file: numbers without the spaces that pages put into them."""
    text = cell.get("text", "") if isinstance(cell, dict) else cell
    if isinstance(cell, dict) and cell.get("number"):
        digits = str(text).replace("\u00a0", "").replace("\u202f", "")
        return int(digits) if digits.isdecimal() else text
    return str(text) if not isinstance(text, (int, float)) else text
