"""The answers of all methods under each other: SVG without style; lengths are parts of the width, so that
words keep their size on a phone."""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kamkor.base.charts import BRAND, LINE, NARROW

ROW, WIDE, RAIL = 58, 96, "#b9d3d6"
WORDS = '<text x="0" y="{}" font-size="16" fill="currentColor">{}</text>'


@dataclass(frozen=True)
class Span:
    """One method's answer: an interval, in words too, and a point where a single figure may be given."""

    name: str
    text: str
    low: float | None
    high: float | None
    point: float | None


def spans(title: str, rows: Sequence[Span], observed: int) -> SafeString:
    """On one logarithmic scale that begins at the observed; of what has no figure the rail alone."""
    ends = [end for row in rows for end in (row.high, row.point) if end]
    top = math.log(max([observed * 2, *ends]) / observed)
    tops = [0, *accumulate(ROW + LINE * len(_names(row)) for row in rows)]
    placed = zip(rows, tops, strict=False)
    drawn = format_html_join("", "{}", ((_row(row, at, observed, top),) for row, at in placed))
    said = "; ".join(f"{row.name}: {row.text}" for row in rows)
    return format_html(
        '<svg class="kamkor-bars" width="100%" height="{}" role="img"'
        ' aria-labelledby="spans-title spans-desc">'
        '<title id="spans-title">{}</title><desc id="spans-desc">{}</desc>{}</svg>',
        tops[-1], title, said, drawn,
    )  # fmt: skip


def _names(row: Span) -> list[str]:
    return textwrap.wrap(row.name, NARROW)


def _row(row: Span, y: int, observed: int, top: float) -> SafeString:
    def across(value: float) -> float:
        return 1 + math.log(max(value, observed) / observed) / top * WIDE

    names = _names(row)
    parts = [format_html(WORDS, y + 18 + LINE * n, name) for n, name in enumerate(names)]
    y += LINE * (len(names) - 1)
    parts += [
        format_html(WORDS, y + 40, row.text),
        format_html('<rect x="1%" y="{}" width="{}%" height="2" fill="{}"></rect>', y + 57, WIDE, RAIL),
    ]
    if row.low and row.high:
        start = across(row.low)
        wide = f"{max(across(row.high) - start, 0.5):.1f}"
        bar = '<rect x="{}%" y="{}" width="{}%" height="10" fill="{}"></rect>'
        parts.append(format_html(bar, f"{start:.1f}", y + 53, wide, RAIL if row.point else BRAND))
    if row.point:
        dot = '<circle cx="{}%" cy="{}" r="7" fill="{}"></circle>'
        parts.append(format_html(dot, f"{across(row.point):.1f}", y + 58, BRAND))
    return format_html_join("", "{}", ((part,) for part in parts))
