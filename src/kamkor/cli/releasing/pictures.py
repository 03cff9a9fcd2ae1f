"""The errors of many tables in one picture: SVG, in order of size, ours beside what is easily had."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 260, 60, 40, 44
COLOURS = ("#0c4a54", "#8a9699")


@dataclass(frozen=True)
class Line:
    """One way of publishing, and the error of each of its tables."""

    name: str
    errors: Sequence[float]


def errors(title: str, lines: Sequence[Line]) -> str:
    """Each table's error, from the largest to the smallest."""
    highest = max((max(line.errors, default=0.0) for line in lines), default=0.0) or 1.0
    said = "; ".join(f"{line.name}: mean {_mean(line.errors):.4f}, largest {max(line.errors, default=0):.4f}"
                     for line in lines)  # fmt: skip
    parts = [_axis(highest)]
    for place, (line, colour) in enumerate(zip(lines, COLOURS, strict=False)):
        parts.append(_curve(line.errors, highest, colour))
        parts.append(_text(WIDTH - 10, TOP + 16 * place, line.name, colour))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="t d" font-family="sans-serif" font-size="13"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(said)}</desc><rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        f'<text x="{LEFT}" y="24" fill="#1d2426">{escape(title)}</text>{"".join(parts)}</svg>\n'
    )


def _mean(found: Sequence[float]) -> float:
    return sum(found) / len(found) if found else 0.0


def _axis(highest: float) -> str:
    foot = HEIGHT - BOTTOM
    marks = []
    for part in (0.0, 0.5, 1.0):
        y = foot - part * (foot - TOP)
        marks.append(f'<path d="M{LEFT} {y:.0f}H{WIDTH - 10}" stroke="#d8dfe0"/>')
        marks.append(_text(LEFT - 6, y + 4, f"{part * highest:.3g}", "#1d2426"))
    return "".join(marks) + _text(WIDTH - 10, HEIGHT - 12, "tables, from the largest error on", "#1d2426")


def _curve(found: Sequence[float], highest: float, colour: str) -> str:
    foot, ordered = HEIGHT - BOTTOM, sorted(found, reverse=True)
    wide = (WIDTH - 10 - LEFT) / max(1, len(ordered))
    return "".join(
        f'<circle cx="{LEFT + (place + 0.5) * wide:.1f}" cy="{foot - error / highest * (foot - TOP):.1f}" '
        f'r="2.5" fill="{colour}"/>'
        for place, error in enumerate(ordered)
    )


def _text(x: float, y: float, text: str, colour: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="end" fill="{colour}">{escape(text)}</text>'
