"""Text with three signs: a blank line parts paragraphs, "- " begins a point, "## " a heading. No HTML."""

from typing import NamedTuple

# Signs that turn the direction of whatever follows: somebody's text must not reverse a number on our page.
TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Block(NamedTuple):
    """One part of a page: `kind` is heading, list or text."""

    kind: str
    lines: list[str]


def blocks(text: str) -> list[Block]:
    found: list[Block] = []
    fresh = True  # whether the next line begins a paragraph
    for line in map(str.strip, text.splitlines()):
        kind, words = _read(line)
        if words and kind != "heading" and not fresh and found[-1].kind == kind:
            found[-1].lines.append(words)
        elif words:
            found.append(Block(kind, [words]))
        fresh = not words or kind == "heading"
    return found


def _read(line: str) -> tuple[str, str]:
    if line.startswith("## "):
        return "heading", line[3:].strip()
    if line.startswith("- "):
        return "list", line[2:].strip()
    return "text", line
