"""Our own pictures of numbers as PNG: of SVG it knows the text, the boxes and the lines that charts draw."""

import io
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN, TWICE = 720, 24, 2  # twice as fine as it is large, for print
FONT = Path(__file__).parent / "static" / "kamkor" / "inter-regular.woff2"
INK = "#0b0c0c"
Given = dict[str, str | None]


def png(picture: str, caption: str) -> bytes:
    """The picture under its caption, as it stands on a page."""
    drawn = _Drawn(picture, caption)
    out = io.BytesIO()
    drawn.image.save(out, "PNG", optimize=True)
    return out.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size * TWICE)


class _Drawn(HTMLParser):
    """Draws while it reads."""

    def __init__(self, picture: str, caption: str) -> None:
        super().__init__()
        self.top = 2 * MARGIN + 20
        self.said: Given | None = None
        self.image = Image.new("RGB", (1, 1), "white")
        self.draw = ImageDraw.Draw(self.image)
        self.caption = caption
        self.feed(picture)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "svg":
            self.begin(int(given.get("height") or 0))
        elif tag == "rect":
            left, top = self.across(given["x"]), self.down(given["y"])
            right = left + self.across(given["width"]) - self.across("0")
            bottom = self.down(given["y"]) + self.down(given["height"]) - self.down("0")
            self.draw.rectangle((left, top, right, bottom), fill=given.get("fill") or INK)
        elif tag == "line":
            ends = [(self.across(given[f"x{end}"]), self.down(given[f"y{end}"])) for end in (1, 2)]
            thick = round(float(given.get("stroke-width") or 1) * TWICE)
            self.draw.line(ends, fill=given.get("stroke") or INK, width=max(thick, 1))
        self.said = given if tag == "text" else None

    def handle_data(self, data: str) -> None:
        if self.said is None or not data.strip():
            return
        given, ink = self.said, self.said.get("fill") or INK
        anchor = {"middle": "ms", "end": "rs"}.get(given.get("text-anchor") or "", "ls")
        at = (self.across(given["x"]), self.down(given["y"]))
        font = _font(int(given.get("font-size") or 16))
        self.draw.text(at, data, fill=INK if ink == "currentColor" else ink, font=font, anchor=anchor)
        self.said = None

    def begin(self, height: int) -> None:
        size = ((WIDTH + 2 * MARGIN) * TWICE, (self.top + height + MARGIN) * TWICE)
        self.image = Image.new("RGB", size, "white")
        self.draw = ImageDraw.Draw(self.image)
        self.draw.text((MARGIN * TWICE, MARGIN * TWICE), self.caption, fill=INK, font=_font(20))

    def across(self, value: str | None) -> float:
        """A place given as a part of the width, or in points."""
        text = value or "0"
        part = float(text[:-1]) * WIDTH / 100 if text.endswith("%") else float(text)
        return (MARGIN + part) * TWICE

    def down(self, value: str | None) -> float:
        return (self.top + float(value or 0)) * TWICE
