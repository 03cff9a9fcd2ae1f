"""Pictures of overlaps and of estimates: SVG in black, grey and one colour, with words for who cannot see."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

BRAND, PALE, INK = "#0c4a54", "#b9d3d6", "#1d2426"
CELL, LEFT, TOP = 64, 150, 40
WIDTH, ROW, NAMES = 720, 34, 130


def overlaps(names: Sequence[str], shared: Sequence[Sequence[int]]) -> str:
    """A square for each pair of lists, the darker the larger the part of the shorter list that is on both."""
    body = []
    for row, name in enumerate(names):
        y = TOP + row * CELL
        body.append(_text(LEFT - 8, y + CELL / 2 + 5, name, "end"))
        body.append(_text(LEFT + row * CELL + CELL / 2, TOP - 10, name, "middle"))
        body.extend(
            _square(LEFT + column * CELL, y, shared[row][column], _share(shared, row, column))
            for column in range(row + 1)
        )
    side = len(names) * CELL
    said = "; ".join(
        f"{names[a]} and {names[b]}: {shared[a][b]}" for a in range(len(names)) for b in range(a)
    )
    return _svg(
        LEFT + side + 20, TOP + side + 10, "How many people each two lists share", (said, "".join(body))
    )


def _share(shared: Sequence[Sequence[int]], row: int, column: int) -> float:
    shorter = min(shared[row][row], shared[column][column])
    return shared[row][column] / shorter if shorter and row != column else 0.0


def _square(x: float, y: float, number: int, share: float) -> str:
    fill = f"rgb({round(255 - 243 * share)},{round(255 - 181 * share)},{round(255 - 171 * share)})"
    ink = "#ffffff" if share > 0.5 else INK
    box = f'<rect x="{x}" y="{y}" width="{CELL - 2}" height="{CELL - 2}" fill="{fill}" stroke="{PALE}"/>'
    return box + _text(x + CELL / 2, y + CELL / 2 + 5, f"{number:,}", "middle", fill=ink)


@dataclass(frozen=True)
class Span:
    """One method's answer: an interval, and a point where a single figure may be given."""

    name: str
    low: float | None
    high: float | None
    point: float | None


def spans(title: str, rows: Sequence[Span], observed: int) -> str:
    """The answers under each other on one logarithmic scale, from the observed on."""
    ends = [end for row in rows for end in (row.low, row.high, row.point) if end] or [observed * 2]
    low, high = math.log(observed * 0.9), math.log(max(*ends, observed * 2) * 1.1)

    def across(value: float) -> float:
        return NAMES + (math.log(value) - low) / (high - low) * (WIDTH - NAMES - 20)

    body = [_tick(across(value), value, len(rows)) for value in _ticks(observed, math.exp(high))]
    for place, row in enumerate(rows):
        y = 12 + place * ROW + ROW / 2
        body.append(_text(NAMES - 10, y + 5, row.name, "end"))
        if row.low and row.high:
            wide = across(row.high) - across(row.low)
            body.append(
                f'<rect x="{across(row.low):.1f}" y="{y - 5}" width="{wide:.1f}" height="10" fill="{PALE}"/>'
            )
        if row.point:
            body.append(f'<circle cx="{across(row.point):.1f}" cy="{y}" r="6" fill="{BRAND}"/>')
    said = "; ".join(f"{row.name}: {_said(row)}" for row in rows)
    return _svg(WIDTH, 12 + len(rows) * ROW + 30, title, (said, "".join(body)))


def _said(row: Span) -> str:
    if row.low and row.high:
        return f"from {row.low:,.0f} to {row.high:,.0f}"
    return f"{row.point:,.0f}" if row.point else "none"


def _ticks(low: float, high: float) -> list[float]:
    steps = [part * 10**power for power in range(9) for part in (1, 2, 5)]
    return [low, *(float(step) for step in steps if low * 1.15 < step < high)]


def _tick(x: float, value: float, rows: int) -> str:
    bottom = 12 + rows * ROW
    line = f'<line x1="{x:.1f}" y1="8" x2="{x:.1f}" y2="{bottom}" stroke="{PALE}"/>'
    return line + _text(x, bottom + 18, f"{value:,.0f}", "middle")


def _text(x: float, y: float, words: str, anchor: str, *, fill: str = INK) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="14" fill="{fill}">{escape(words)}</text>'


def _svg(width: float, height: float, title: str, inside: tuple[str, str]) -> str:
    said, body = inside
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" style="max-width:100%" role="img">'
        f"<title>{escape(title)}</title><desc>{escape(said)}</desc>{body}</svg>"
    )
