"""Pictures of parts: bars; of oblasts and rayons maps of equal tiles; of ways lines from where to where."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from kamkor.base import codelists
from kamkor.base.charts import ACROSS, Bar, Flow, Tile, bars, flows, grouped_tiles, tiles
from kamkor.methods.indicators import ARROW, UNKNOWN, Dimension
from kamkor.statistics.indicators import category

# The nine units of the first level by ISO code, as they lie: west to east, north to south. There are no
# outlines with a licence that lets them be passed on; equal tiles do not make large empty oblasts look worst.
PLACES = (("KG-T", "KG-GB", "KG-C"), ("KG-J", "KG-N", "KG-Y"), ("KG-B", "KG-GO", "KG-O"))
# Rayons and cities as they lie in their oblast, by the sixth to eighth figure of their codes; a place that is
# not here comes after them.
LYING = {
    "KG-T": "215 225 400 220 232",
    "KG-C": "219 209 420 217 222 203 206 400 223 410 213",
    "KG-J": "230 440 225 204 211 420 430 207 223 215 410 220",
    "KG-N": "230 235 245 210 400 220",
    "KG-Y": "215 410 225 420 220 205 210",
    "KG-B": "236 420 214 410 258 430",
    "KG-O": "211 255 246 242 226 207 259",
}
MOST_WAYS = 12
Cells = Sequence[tuple[str, int | None]]


def drawn(name: str, title: str, dimension: Dimension, cells: Cells) -> SafeString:
    """The picture that fits the dimension; what is not on a map stands in the table alone."""
    if dimension.code == "oblast" and (places := _tiles(dict(cells))):
        return tiles(name, title, places)
    if dimension.code == "rayon" and (groups := rayons_by_oblast(dict(cells))):
        return grouped_tiles(name, title, groups)
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


def rayons_by_oblast(cells: dict[str, int | None]) -> list[tuple[str, list[Tile]]]:
    """The rayons and cities of each oblast, about as they lie; an oblast without any is one tile."""
    places = codelists.entries("place")
    by_iso = {entry.extra.get("iso"): code for code, entry in places.items()}
    inside = [code for code, entry in places.items() if entry.parent in by_iso.values()]
    groups = []
    for iso in filter(by_iso.get, (iso for line in PLACES for iso in line)):
        outer = by_iso[iso]
        own = [code for code in inside if places[code].parent == outer] or [outer]
        order = LYING.get(iso, "").split()
        own.sort(key=lambda code: order.index(code[5:8]) if code[5:8] in order else len(order))
        # Who is not told apart may be anywhere in it: a nought beside them would tell where they are not.
        elsewhere = None if any(cells.get(code, 0) is None for code in {outer, *own}) else 0
        tiles_of = [
            Tile(_short(code, outer), cells.get(code, elsewhere), place % ACROSS, place // ACROSS)
            for place, code in enumerate(own)
        ]
        heading = codelists.label("place", outer)
        if own != [outer] and cells.get(outer, 0) != 0:  # of desks that say no rayon
            heading = Bar(heading, cells[outer]).line
        groups.append((heading, tiles_of))
    return groups


def _short(code: str, outer: str) -> str:
    """A rayon without the word that says so, which stands last in every language."""
    name = codelists.label("place", code).partition(",")[0]
    kind = codelists.entries("place")[code].extra.get("type")
    is_rayon = code != outer and kind in ("rayon", "city district")
    return name.rpartition(" ")[0] or name if is_rayon else name


def _ways(cells: Cells) -> list[Flow]:
    """Those that can be drawn, in the order of the lists and not of their numbers."""
    known = [(code, value) for code, value in cells if code != UNKNOWN and value != 0]
    ways = []
    for code, value in known[:MOST_WAYS]:
        start, _arrow, end = code.partition(ARROW)
        ways.append(Flow(codelists.label("place", start), codelists.label("country", end), value))
    return ways
