"""Keeps the catalogues: without an option it checks them, and that no visible text is outside of them.

For translators: `--list-missing ky --json` writes a form, `--apply FILE ky` takes it back filled in.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import polib

from tools import catalogues, visible_text
from tools.sources import ROOT, Key, messages

SEPARATOR = "\u0004"  # between a context and its message, as in compiled catalogues
SHOWN = 15


def check() -> int:
    """Print what is missing or wrong, a few of each kind in full, and count it."""
    sources = messages()
    found = {
        f"{catalogues.path(language).relative_to(ROOT)}: ": sorted(catalogues.problems(language, sources))
        for language in catalogues.LANGUAGES
    }
    found[""] = list(visible_text.problems())
    for place, problems in found.items():
        print(*(place + problem for problem in problems[:SHOWN]), sep="\n", end="\n" if problems else "")
        if len(problems) > SHOWN:
            print(f"{place}… and {len(problems) - SHOWN} more")
    return sum(map(len, found.values()))


def update() -> None:
    sources = messages()
    for language in catalogues.LANGUAGES:
        entries = catalogues.up_to_date(language, sources)
        catalogues.write(language, entries)
        empty = sum(catalogues.missing(entry) for entry in entries.values())
        print(f"{language}: {len(entries)} messages, {empty} to translate")


def list_missing(language: str, *, as_json: bool) -> None:
    entries = catalogues.up_to_date(language, messages())
    empty = {name(place): entry for place, entry in entries.items() if catalogues.missing(entry)}
    if as_json:
        print(json.dumps({key: form(entry) for key, entry in empty.items()}, ensure_ascii=False, indent=1))
        return
    for key, entry in empty.items():
        print(key.replace(SEPARATOR, " | "), *(file for file, _ in entry.occurrences), sep="\n    ")


def name(place: Key) -> str:
    context, text = place
    return f"{context}{SEPARATOR}{text}" if context else text


def form(entry: polib.POEntry) -> dict[str, Any]:  # a piece of JSON
    """What a translator is told of a message, and where the translation goes."""
    told: dict[str, Any] = {"places": [file for file, _ in entry.occurrences]}
    if entry.comment:
        told["comment"] = entry.comment
    if entry.msgid_plural:
        told["plural"] = entry.msgid_plural
    return told | {"translation": [""] * len(entry.msgstr_plural) if entry.msgid_plural else ""}


def apply(file: Path, language: str) -> int:
    """Take over {message: text, list of plural forms, or a filled form}; count the refused."""
    entries = catalogues.up_to_date(language, messages())
    named = {name(place): entry for place, entry in entries.items()}
    refused = 0
    for key, given in json.loads(file.read_text()).items():
        translation = given["translation"] if isinstance(given, dict) else given
        problem = take(named.get(key), translation)
        if problem:
            print(f"{key!r}: {problem}")
            refused += 1
    catalogues.write(language, entries)
    return refused


def take(entry: polib.POEntry | None, translation: str | list[str]) -> str:
    """Put a translation into its entry unless something is wrong with it, which is then said."""
    if entry is None:
        return "there is no such message"
    before = (entry.msgstr, entry.msgstr_plural)
    if entry.msgid_plural:
        if not isinstance(translation, list) or len(translation) != len(entry.msgstr_plural):
            return f"it needs a list of {len(entry.msgstr_plural)} plural forms"
        entry.msgstr_plural = dict(enumerate(translation))
    elif isinstance(translation, str):
        entry.msgstr = translation
    else:
        return "it has no plural forms"
    problem = "it is empty" if catalogues.missing(entry) else "; ".join(catalogues.wrong(entry))
    if problem:
        entry.msgstr, entry.msgstr_plural = before
    return problem


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description=__doc__)
    parser.add_argument(
        "--update", action="store_true", help="bring the catalogues up to date with the sources"
    )
    parser.add_argument("--list-missing", metavar="LANGUAGE", choices=catalogues.LANGUAGES)
    parser.add_argument("--json", action="store_true", help="list what is missing as JSON to fill in")
    parser.add_argument("--apply", nargs=2, metavar=("FILE", "LANGUAGE"))
    given = parser.parse_args()
    if given.update:
        update()
        return 0
    if given.list_missing:
        list_missing(given.list_missing, as_json=given.json)
        return 0
    return apply(Path(given.apply[0]), given.apply[1]) if given.apply else check()


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
