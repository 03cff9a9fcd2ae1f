"""Pictures of parts: bars; of oblasts a map of equal tiles; of ways lines from where to where."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from kamkor.base import codelists
from kamkor.base.charts import Bar, Flow, Tile, bars, flows, tiles
from kamkor.methods.indicators import ARROW, UNKNOWN, Dimension
from kamkor.statistics.indicators import category

# The nine units of the first level by ISO code, as they lie: west to east, north to south. There are no
# outlines with a licence that lets them be passed on; equal tiles do not make large empty oblasts look worst.
PLACES = (("KG-T", "KG-GB", "KG-C"), ("KG-J", "KG-N", "KG-Y"), ("KG-B", "KG-GO", "KG-O"))
MOST_WAYS = 12
Cells = Sequence[tuple[str, int | None]]


def drawn(name: str, title: str, dimension: Dimension, cells: Cells) -> SafeString:
    """The picture that fits the dimension; what is not on a map stands in the table alone."""
    if dimension.code == "oblast" and (places := _tiles(dict(cells))):
        return tiles(name, title, places)
    if dimension.code == "route" and (ways := _ways(cells)):
        return flows(name, title, ways)
    return bars(name, title, [Bar(category(dimension, code), value) for code, value in cells])


def _tiles(cells: dict[str, int | None]) -> list[Tile]:
    """Each place where it lies; one that no desk of this number is in has none."""
    by_iso = {entry.extra.get("iso"): code for code, entry in codelists.entries("place").items()}
    return [
        Tile(codelists.label("place", by_iso[iso]), cells.get(by_iso[iso], 0), column, row)
        for row, line in enumerate(PLACES)
        for column, iso in enumerate(line)
        if iso in by_iso
    ]


def _ways(cells: Cells) -> list[Flow]:
    """Those that can be drawn, in the order of the lists and not of their numbers."""
    known = [(code, value) for code, value in cells if code != UNKNOWN and value != 0]
    ways = []
    for code, value in known[:MOST_WAYS]:
        start, _arrow, end = code.partition(ARROW)
        ways.append(Flow(codelists.label("place", start), codelists.label("country", end), value))
    return ways
