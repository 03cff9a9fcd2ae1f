"""The documents keep up with the program: settings, commands, promises, links, and words of the screens."""

import ast
import re
from pathlib import Path

import click
import pytest

from kamkor.cli import main
from kamkor.methods import engines

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OPERATOR = (DOCS / "operator.md").read_text()
THREATS = (DOCS / "threat-model.md").read_text()
PRACTICE = (DOCS / "practice.md").read_text()
GUIDE = sorted((DOCS / "guide").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def settings_read() -> set[str]:
    """The names that settings.py reads from the environment, and that of the methods, which know none."""
    source = (ROOT / "src/kamkor/settings.py").read_text()
    return {f"KAMKOR_{name}" for name in re.findall(r'(?:env|flag)\("([A-Z_]+)"', source)} | {engines.MASTER}


def names_in(file: Path) -> set[str]:
    return {node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)}


def anchors(page: Path) -> set[str]:
    """The anchors that a forge makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def words_of_screens() -> set[str]:
    """Every marked text of templates and code, and every label of the code lists."""
    words: set[str] = set()
    for path in sorted((ROOT / "src/kamkor").rglob("*")):
        if path.suffix in {".html", ".py"}:
            source = " ".join(path.read_text().split())
            words |= set(re.findall(r'(?:translate |gettext_lazy\(|_\( ?)"([^"]+)"', source))
        elif path.suffix == ".csv":
            words |= set(re.findall(r'[^,"\n]+', path.read_text()))
    return words


def test_the_settings_explained_are_those_that_are_read() -> None:
    first_cells = re.findall(r"^\| (`KAMKOR_[^|]+)\|", OPERATOR, re.MULTILINE)
    assert set(re.findall(r"KAMKOR_\w+", " ".join(first_cells))) == settings_read()


def test_every_command_is_explained() -> None:
    for name in main.list_commands(click.Context(main)):
        assert f"`kamkor {name}" in OPERATOR, name


@pytest.mark.parametrize("text", [THREATS, PRACTICE], ids=["threats", "practice"])
def test_every_promise_names_a_test_that_exists(text: str) -> None:
    named = TEST.findall(text)
    assert named
    for file, test in named:
        assert (ROOT / file).exists(), file
        assert test in names_in(ROOT / file), f"{file}::{test}"


def test_every_row_of_promises_names_a_test() -> None:
    promises = THREATS.split("## Promises")[1].split("## What is not promised")[0]
    rows = [row for row in promises.splitlines() if row.startswith("| ") and "| Test |" not in row]
    assert rows
    rows += [row for row in PRACTICE.splitlines() if row.startswith("| ") and "| Test |" not in row]
    assert [row for row in rows if not TEST.search(row)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_every_page_of_the_guide_is_listed() -> None:
    listed = set(LINK.findall((DOCS / "guide" / "README.md").read_text()))
    assert {page.name for page in GUIDE} - listed == {"README.md"}


def test_the_two_commands_are_there() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for command in ("run", "test"):
        assert f"make {command}" in readme
        assert command in targets


def test_bold_words_of_the_guide_stand_on_the_screen() -> None:
    known = words_of_screens() | {"Bold"}  # which says of itself what it means
    bold = {
        (page.name, " ".join(words.split()))
        for page in GUIDE
        for words in re.findall(r"\*\*(.+?)\*\*", page.read_text(), re.DOTALL)
    }
    assert {(page, words) for page, words in bold if words not in known} == set()
