"""Adverts out of pages that are read by themselves: an RSS or Atom feed, or the blocks of a page of HTML."""

import re
from datetime import date
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from xml.parsers import expat

from kamkor.methods.adverts.exports import Found

MOST = 200  # adverts of one page
SHORTEST, LONGEST = 40, 20_000  # letters of a block that may be an advert
ITEMS = frozenset(("item", "entry"))
TEXTS = ("title", "description", "summary", "content", "encoded")
DAYS = ("pubdate", "published", "updated", "date")
BLOCKS = frozenset("p div li td article section h1 h2 h3 h4 dd tr blockquote main body".split())
UNSEEN = frozenset("script style nav header footer form select button noscript template svg head".split())
VOID = frozenset("br hr img input meta link source wbr area base col embed param track".split())


class NoFeed(Exception):
    """What came is no feed that can be read."""


def rss(content: bytes) -> list[Found]:
    """The entries of an RSS or Atom feed. Raises NoFeed where it is none; a document type is refused, with
    all that can be hidden in one."""
    reader = _Rss()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.begin, reader.end
    parser.CharacterDataHandler = reader.words
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise NoFeed from error
    return reader.found[:MOST]


def html(content: bytes, charset: str = "utf-8") -> list[Found]:
    """The blocks of text of a page that are long enough to be an advert, each once."""
    reader = _Blocks()
    try:
        text = content.decode(charset, "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    reader.feed(text)
    reader.close()
    reader.end_block()
    blocks = dict.fromkeys(block[:LONGEST] for block in reader.blocks if len(block) >= SHORTEST)
    return [Found(number, block, None) for number, block in enumerate(list(blocks)[:MOST], 1)]


def _refuse(*_given: object) -> None:
    raise NoFeed


class _Rss:
    def __init__(self) -> None:
        self.found: list[Found] = []
        self.entry: dict[str, str] | None = None
        self.depth, self.field = 0, ""

    def begin(self, name: str, _attributes: object) -> None:
        name = name.rpartition(" ")[2].lower()
        if self.entry is None:
            self.entry = {} if name in ITEMS else None
            return
        self.depth += 1
        if self.depth == 1:
            self.field = name

    def end(self, _name: str) -> None:
        if self.entry is None:
            return
        if self.depth == 0:
            self._keep(self.entry)
            self.entry = None
            return
        self.depth -= 1

    def words(self, text: str) -> None:
        if self.entry is not None and self.depth:
            self.entry[self.field] = self.entry.get(self.field, "") + text

    def _keep(self, entry: dict[str, str]) -> None:
        texts = [plain(entry[name]) for name in TEXTS if entry.get(name, "").strip()]
        whole = "\n".join(dict.fromkeys(texts))[:LONGEST]
        said = next((entry[name] for name in DAYS if entry.get(name, "").strip()), "")
        if whole.strip():
            self.found.append(Found(len(self.found) + 1, whole, _day(said.strip())))


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self.said: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self.unseen += 1
        elif tag in BLOCKS:
            self.end_block()
        elif tag in VOID:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in BLOCKS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.said.append(data.replace("\n", " "))

    def end_block(self) -> None:
        lines = (re.sub(r"\s+", " ", line).strip() for line in "".join(self.said).split("\n"))
        if block := "\n".join(filter(None, lines)):
            self.blocks.append(block)
        self.said = []


def plain(text: str) -> str:
    """Words without the marks of HTML that feeds wrap them in."""
    if "<" not in text and "&" not in text:
        return text.strip()
    reader = _Blocks()
    reader.feed(text)
    reader.close()
    reader.end_block()
    return "\n".join(reader.blocks)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(said).date()
    except (ValueError, TypeError, IndexError):
        return None
