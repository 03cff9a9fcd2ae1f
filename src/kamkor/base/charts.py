"""Pictures of numbers, drawn on the server: SVG without style or script, words in the colour of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kamkor.base.uploads import attachment

ROW, BAR, FOOT = 52, 22, 4  # heights: a line of text and its bar, the bar, the space below the last
BRAND = "#0c4a54"


@dataclass(frozen=True)
class Bar:
    """One number with its name; None is a number that is not shown, and has no length either."""

    label: str
    value: int | None

    @property
    def text(self) -> str:
        return _("hidden") if self.value is None else str(self.value)


def bars(name: str, title: str, rows: Sequence[Bar]) -> SafeString:
    """Horizontal bars, each under its name. Lengths are parts of the width, so that words keep their size
    on a phone. `name` makes the ids unique on a page."""
    longest = max((row.value or 0 for row in rows), default=0)
    drawn = format_html_join("", "{}", ((_bar(row, place, longest),) for place, row in enumerate(rows)))
    said = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return format_html(
        '<svg class="kamkor-bars" width="100%" height="{}" role="img" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        ROW * len(rows) + FOOT, name, name, name, title, name, said, drawn,
    )  # fmt: skip


def alone(picture: str, name: str) -> HttpResponse:
    """A picture as a file of its own, as wide as a page."""
    start = '<svg xmlns="http://www.w3.org/2000/svg" color="#0b0c0c" font-family="sans-serif"'
    file = picture.replace("<svg", start, 1).replace('width="100%"', 'width="720"', 1)
    return attachment(file.encode(), name)


def _bar(row: Bar, place: int, longest: int) -> SafeString:
    top = place * ROW
    text = format_html(
        '<text x="0" y="{}" font-size="16" fill="currentColor">{}: {}</text>', top + 18, row.label, row.text
    )
    if not row.value:
        return text
    width = max(row.value * 100 / longest, 0.5)
    bar = '<rect x="0" y="{}" width="{}%" height="{}" fill="{}"></rect>'
    return text + format_html(bar, top + 25, f"{width:.1f}", BAR, BRAND)
