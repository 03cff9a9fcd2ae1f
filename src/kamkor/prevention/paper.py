"""A letter as PDF: pages drawn with our own font, without metadata about who wrote it or where."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

DOTS = 150  # an inch
WIDTH, HEIGHT, MARGIN = 1240, 1754, 150  # A4
SIZES = {"text": 23, "head": 30, "small": 20}
LINE = 1.5


@dataclass(frozen=True)
class Paragraph:
    """Some words in one size; `gap` is the space above, in lines."""

    text: str
    size: str = "text"
    gap: float = 0.6


def pdf(paragraphs: Iterable[Paragraph]) -> bytes:
    """As many pages as the words need."""
    pages: list[Image.Image] = []
    top = HEIGHT
    for paragraph in paragraphs:
        font, step = _font(paragraph.size), int(SIZES[paragraph.size] * LINE)
        top += int(paragraph.gap * step)
        for line in _lines(paragraph.text, font):
            if top + step > HEIGHT - MARGIN:
                pages.append(Image.new("L", (WIDTH, HEIGHT), 255))
                top = MARGIN
            ImageDraw.Draw(pages[-1]).text((MARGIN, top), line, font=font, fill=0)
            top += step
    out = io.BytesIO()
    drawn = [page.convert("1") for page in pages or [Image.new("L", (WIDTH, HEIGHT), 255)]]
    drawn[0].save(out, "PDF", resolution=DOTS, save_all=True, append_images=drawn[1:], producer="")
    return out.getvalue()


def _lines(text: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """The words in lines that fit; a word that is too long is broken."""
    room = WIDTH - 2 * MARGIN
    for part in text.splitlines() or [""]:
        line = ""
        for word in part.split(" "):
            longer = f"{line} {word}" if line else word
            if font.getlength(longer) <= room:
                line = longer
                continue
            if line:
                yield line
            while font.getlength(word) > room:
                fits = next(end for end in range(len(word), 0, -1) if font.getlength(word[:end]) <= room)
                yield word[:fits]
                word = word[fits:]  # noqa: PLW2901 - what is left of it
            line = word
        yield line


@lru_cache
def _font(size: str) -> ImageFont.FreeTypeFont:
    name = "inter-semibold.woff2" if size == "head" else "inter-regular.woff2"
    folder = Path(settings.SOURCE) / "base" / "static" / "kamkor"
    return ImageFont.truetype(folder / name, SIZES[size])
