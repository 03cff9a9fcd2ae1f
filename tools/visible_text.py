"""Finds text in templates that a reader sees but no translator does."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

from tools.sources import ROOT, templates

ALLOWED = Path(__file__).with_name("visible_text_allowed.txt")
ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description", "label", "summary"}
BUTTONS = {"submit", "button", "reset"}
# Parameters of components that end up on the page.
PARAMETER = re.compile(
    r"\b(text|title|label|hint|legend|caption|heading|summary|message|alt|placeholder|description)="
    r"(?P<quote>[\"'])(?P<text>[^\"']*)(?P=quote)"
)
LETTERS = re.compile(r"[^\W\d_]{2,}")
# What a block of a template fills into a class or an attribute's place.
CLASSES = re.compile(r"[a-z0-9]+([-_]+[a-z0-9]+)+(\s+[a-z0-9]+([-_]+[a-z0-9]+)+)*")
MARKS = " –—|·:,.()/…"
ENDS = {"blocktranslate": "endblocktranslate", "blocktrans": "endblocktrans", "comment": "endcomment"}


class Reader(HTMLParser):
    """Collects the texts and the read-aloud attributes of a page, each with its line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.silent = False

    def note(self, text: str | None) -> None:
        if text and not self.silent:
            skipped = text[: len(text) - len(text.lstrip())].count("\n")
            self.found.append((self.getpos()[0] + skipped, " ".join(text.split())))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag in {"script", "style"}
        given = dict(attrs)
        for attribute in ATTRIBUTES & given.keys():
            self.note(given[attribute])
        if tag == "input" and given.get("type") in BUTTONS:
            self.note(given.get("value"))

    def handle_endtag(self, tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        self.note(data)


def problems() -> Iterator[str]:
    """A line for each visible text that is in no catalogue and not on the list of names and codes."""
    allowed = set(ALLOWED.read_text().splitlines())
    for path in templates():
        for line, text in sorted(visible(path)):
            if LETTERS.search(text) and text.strip(MARKS) not in allowed and not CLASSES.fullmatch(text):
                yield f"{path.relative_to(ROOT)}:{line}: visible text outside of the catalogues: {text!r}"


def visible(path: Path) -> list[tuple[int, str]]:
    tokens = Lexer(path.read_text()).tokenize()
    found = [(token.lineno or 0, text) for token in tokens for text in parameters(token)]
    plain = untranslated(tokens)
    if path.suffix == ".txt":
        return found + [(number, line.strip()) for number, line in enumerate(plain.splitlines(), 1)]
    reader = Reader()
    reader.feed(plain)
    reader.close()
    return found + reader.found


def parameters(token: Token) -> Iterator[str]:
    """Literal texts that an include hands to a component."""
    if token.token_type is TokenType.BLOCK and token.contents.startswith(("include ", "with ")):
        yield from (match["text"] for match in PARAMETER.finditer(token.contents))


def untranslated(tokens: list[Token]) -> str:
    """The template without its tags and without what is translated; its lines stay where they are."""
    kept, until, line = [], "", 1
    for token in tokens:
        start = token.lineno or line
        kept.append("\n" * (start - line))
        line = start
        if token.token_type is TokenType.BLOCK:
            word = token.contents.split()[0]
            until = "" if word == until else until or ENDS.get(word, "")
        elif token.token_type is TokenType.TEXT and not until:
            kept.append(token.contents)
            line += token.contents.count("\n")
    return "".join(kept)
