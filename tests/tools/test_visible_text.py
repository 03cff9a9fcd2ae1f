"""A text that no translator sees is found wherever a reader would meet it."""

from pathlib import Path

import pytest

from tools.visible_text import LETTERS, visible


def texts(folder: Path, template: str, name: str = "page.html") -> list[tuple[int, str]]:
    path = folder / name
    path.write_text(template)
    return [(line, text) for line, text in visible(path) if LETTERS.search(text)]


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello</p>", (1, "Hello")),
        ("{% load i18n %}\n\n<p>\n  Hello {{ name }}</p>", (4, "Hello")),
        ('<img alt="A house">', (1, "A house")),
        ('<input type="submit" value="Save">', (1, "Save")),
        ('{% include "button.html" with text="Save it" %}', (1, "Save it")),
        ("{% blocktranslate trimmed %}\nfine\n{% endblocktranslate %}\nHello", (4, "Hello")),
    ],
)
def test_finds_it_with_its_line(tmp_path: Path, template: str, found: tuple[int, str]) -> None:
    assert texts(tmp_path, template) == [found]


@pytest.mark.parametrize(
    "template",
    [
        '{% translate "Hello" %}',
        "{% blocktranslate count n=n %}One{% plural %}Many{% endblocktranslate %}",
        '{% include "button.html" with text=_("Save") kind="primary" %}',
        "<script>const a = 'words';</script><style>p { color: red }</style>",
        '<p class="large" id="words">{{ person.name }} – 14</p>',
        "{# a remark #}{% comment %}another remark{% endcomment %}",
    ],
)
def test_leaves_what_is_translated_or_unseen(tmp_path: Path, template: str) -> None:
    assert texts(tmp_path, template) == []


def test_reads_plain_texts_line_by_line(tmp_path: Path) -> None:
    assert texts(tmp_path, '{% translate "A" %}\nGood day\n', "letter.txt") == [(2, "Good day")]
