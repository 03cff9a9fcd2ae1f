"""Pictures of numbers, drawn on the server: SVG without style or script, words in the colour of the page."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kamkor.base.uploads import attachment

LINE, ROW, BAR, FOOT = 20, 32, 22, 4  # heights: a line of text, what else a row has, its bar, below the last
BRAND = "#0c4a54"
NARROW = 28  # letters that a narrow telephone has room for


@dataclass(frozen=True)
class Bar:
    """One number with its name; None is a number that is not shown, and has no length either."""

    label: str
    value: int | None

    @property
    def text(self) -> str:
        return _("hidden") if self.value is None else str(self.value)

    @property
    def line(self) -> str:
        return f"{self.label}: {self.text}"


def bars(name: str, title: str, rows: Sequence[Bar]) -> SafeString:
    """Horizontal bars, each under its name. Lengths are parts of the width, so that words keep their size
    on a phone. `name` makes the ids unique on a page."""
    longest = max((row.value or 0 for row in rows), default=0)
    tops = [0, *accumulate(ROW + LINE * len(_lines(row)) for row in rows)]
    drawn = format_html_join(
        "", "{}", ((_bar(row, top, longest),) for row, top in zip(rows, tops, strict=False))
    )
    return _framed(name, title, rows, drawn, height=tops[-1] + FOOT)


FILES = ("svg", "png")


def alone(picture: str, name: str, caption: str = "") -> HttpResponse:
    """A picture as a file of its own, as wide as a page; the end of its name says of which kind."""
    if name.endswith(".png"):
        from kamkor.base.rasters import png  # whoever reads pages needs no library of pictures

        return attachment(png(picture, caption), name)
    start = '<svg xmlns="http://www.w3.org/2000/svg" color="#0b0c0c" font-family="sans-serif"'
    file = picture.replace("<svg", start, 1).replace('width="100%"', 'width="720"', 1)
    return attachment(file.encode(), name)


@dataclass(frozen=True)
class Tile:
    """A place in its row and column of a map of equal tiles."""

    label: str
    value: int | None
    column: int
    row: int


TILE = 104  # height


def tiles(name: str, title: str, places: Sequence[Tile]) -> SafeString:
    """A map of equal tiles, each with its name and number: where a place lies, and not how it ranks."""
    columns = 1 + max(tile.column for tile in places)
    height = TILE * (1 + max(tile.row for tile in places))
    drawn = format_html_join("", "{}", ((_tile(tile, 100 / columns),) for tile in places))
    return _framed(name, title, [Bar(tile.label, tile.value) for tile in places], drawn, height=height)


SMALL_TILE, ACROSS = 94, 3


def grouped_tiles(name: str, title: str, groups: Sequence[tuple[str, Sequence[Tile]]]) -> SafeString:
    """A map of small tiles, each group of them under its name."""
    drawn, top = [], 0
    said = '<text x="0" y="{}" font-size="16" fill="currentColor">{}</text>'
    for heading, places in groups:
        drawn.append(format_html(said, top + 22, heading))
        top += LINE + 10
        drawn += [_tile(tile, 100 / ACROSS, SMALL_TILE, top) for tile in places]
        top += SMALL_TILE * (1 + max(tile.row for tile in places)) + 8
    rows = [Bar(f"{heading}, {tile.label}", tile.value) for heading, places in groups for tile in places]
    return _framed(name, title, rows, format_html_join("", "{}", ((each,) for each in drawn)), height=top)


def _tile(tile: Tile, width: float, height: int = TILE, begin: int = 0) -> SafeString:
    left, top = tile.column * width, begin + tile.row * height
    counted = bool(tile.value)
    box = format_html(
        '<rect x="{}%" y="{}" width="{}%" height="{}" fill="{}"></rect>',
        f"{left + 0.5:.2f}", top + 2, f"{width - 1:.2f}", height - 4, BRAND if counted else "#e5e6e7",
    )  # fmt: skip
    ink, middle = "#ffffff" if counted else "#0b0c0c", f"{left + width / 2:.2f}%"
    text = '<text x="{}" y="{}" font-size="{}" text-anchor="middle" fill="{}">{}</text>'
    lines = _short_lines(tile.label)
    said = [format_html(text, middle, top + 20 + 15 * n, 13, ink, line) for n, line in enumerate(lines)]
    value = Bar(tile.label, tile.value).text
    return format_html_join("", "{}", ((each,) for each in [box, *said, format_html(
        text, middle, top + height - 16, 20 if tile.value is not None else 14, ink, value
    )]))  # fmt: skip


def _short_lines(label: str) -> list[str]:
    """A name in at most three lines, broken at its spaces and hyphens."""
    return re.sub(r"-(?=\w{3})", "-\n", label).replace(" ", "\n").split("\n")[:3]


@dataclass(frozen=True)
class Flow:
    """How many went from one place to another."""

    start: str
    end: str
    value: int | None


FLOW = 60  # height


def flows(name: str, title: str, ways: Sequence[Flow]) -> SafeString:
    """One line for each way from its start to its end, as thick as its number; a hidden one is thin."""
    largest = max((way.value or 0 for way in ways), default=0) or 1
    drawn = format_html_join("", "{}", ((_flow(way, place, largest),) for place, way in enumerate(ways)))
    rows = [Bar(f"{way.start} → {way.end}", way.value) for way in ways]
    return _framed(name, title, rows, drawn, height=FLOW * len(ways) + FOOT)


def _flow(way: Flow, place: int, largest: int) -> SafeString:
    top = place * FLOW
    text = '<text x="{}" y="{}" font-size="15" text-anchor="{}" fill="currentColor">{}</text>'
    thick = max((way.value or 0) * 20 / largest, 2)
    line = '<line x1="{}%" y1="{}" x2="{}%" y2="{}" stroke="{}" stroke-width="{}"></line>'
    start = [format_html(text, "0", top + 16, "start", way.start)]
    end = [format_html(text, "100%", top + 16, "end", way.end)]
    value = Bar("", way.value).text
    said = format_html(text, "100%", top + 44, "end", value)
    arrow = format_html(line, 0, top + 38, 78, top + 38, BRAND, f"{thick:.1f}")
    return format_html_join("", "{}", ((each,) for each in [*start, *end, arrow, said]))


def _framed(name: str, title: str, rows: Sequence[Bar], drawn: SafeString, *, height: int) -> SafeString:
    """What is drawn, as a picture whose numbers are said in words too."""
    said = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return format_html(
        '<svg class="kamkor-bars" width="100%" height="{}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        height, name, name, name, title, name, said, drawn,
    )  # fmt: skip


def _bar(row: Bar, top: int, longest: int) -> SafeString:
    lines = _lines(row)
    word = '<text x="0" y="{}" font-size="16" fill="currentColor">{}</text>'
    text = format_html_join("", word, ((top + 18 + LINE * n, line) for n, line in enumerate(lines)))
    if not row.value:
        return text
    width = max(row.value * 100 / longest, 0.5)
    bar = '<rect x="0" y="{}" width="{}%" height="{}" fill="{}"></rect>'
    return text + format_html(bar, top + 5 + LINE * len(lines), f"{width:.1f}", BAR, BRAND)


def _lines(row: Bar) -> list[str]:
    """What stands above a bar, broken so that a narrow telephone shows all of it."""
    return textwrap.wrap(row.line, NARROW)
