"""Finds every message that the sources mark for translation, in Python and in templates."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "kamkor"
# Texts of Django's own that our catalogues translate better: a hand-kept list.
BORROWED = ROOT / "locale" / "django.pot"
KEYWORDS = [
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
    "npgettext:1c,2,3",
    "npgettext_lazy:1c,2,3",
]
Key = tuple[str, str]


def key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid)


def templates() -> Iterator[Path]:
    """Every template, pages and plain texts."""
    yield from sorted(path for path in SOURCES.rglob("templates/**/*") if path.suffix in {".html", ".txt"})


def messages() -> dict[Key, polib.POEntry]:
    """All messages, in a stable order."""
    found = {key(entry): entry for entry in extracted()}
    if BORROWED.exists():
        found = {key(entry): entry for entry in polib.pofile(str(BORROWED))} | found
    return dict(sorted(found.items(), key=lambda item: (item[0][1].casefold(), item[0])))


def extracted() -> polib.POFile:
    """What xgettext reads from a copy of the sources in which templates have become Python-like text."""
    with tempfile.TemporaryDirectory() as folder:
        names = [*copies(Path(folder))]
        command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--add-location=file", "--output=-"]
        command += ["--add-comments=Translators", *(f"--keyword={keyword}" for keyword in KEYWORDS), "--"]
        done = subprocess.run([*command, *names], cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
    return polib.pofile(done.stdout)


def copies(folder: Path) -> Iterator[str]:
    """Write the copies into `folder` and give their names, which are those of the sources."""
    for path in [*sorted(SOURCES.rglob("*.py")), *templates()]:
        text = path.read_text()
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text if path.suffix == ".py" else templatize(text, origin=str(path)))
        yield str(copy.relative_to(folder))
