"""Reads, brings up to date, checks and writes the catalogues of messages."""

import re
from collections.abc import Iterator
from pathlib import Path

import django.conf
import polib

from tools.sources import ROOT, Key, key

LANGUAGES = ["ky", "ru", "uz"]
PLACEHOLDER = re.compile(r"%\(\w+\)[-+#0 ]*\d*(?:\.\d+)?[a-z]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-z]\w*")


def path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def plural_forms(language: str) -> str:
    """The rule for plurals of Django's own catalogue, which ours must share."""
    catalogue = Path(django.conf.__file__).parent / "locale" / language / "LC_MESSAGES" / "django.po"
    return str(polib.pofile(str(catalogue)).metadata["Plural-Forms"])


def forms(language: str) -> int:
    found = re.search(r"nplurals=(\d+)", plural_forms(language))
    assert found is not None
    return int(found[1])


def read(language: str) -> dict[Key, polib.POEntry]:
    place = path(language)
    return {key(entry): entry for entry in polib.pofile(str(place))} if place.exists() else {}


def up_to_date(language: str, sources: dict[Key, polib.POEntry]) -> dict[Key, polib.POEntry]:
    """The messages of the sources with the translations that the catalogue has; what has gone is dropped."""
    known = read(language)
    return {place: merged(source, known.get(place), forms(language)) for place, source in sources.items()}


def merged(source: polib.POEntry, known: polib.POEntry | None, count: int) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=source.msgid,
        msgid_plural=source.msgid_plural,
        msgctxt=source.msgctxt,
        comment=source.comment,
        occurrences=sorted({(file, "") for file, _ in source.occurrences}),
        flags=[flag for flag in source.flags if flag != "fuzzy"],
    )
    if source.msgid_plural:
        entry.msgstr_plural = dict.fromkeys(range(count), "")
    if known is None or known.fuzzy:
        return entry
    if not source.msgid_plural:
        entry.msgstr = known.msgstr
    elif len(known.msgstr_plural) == count:
        entry.msgstr_plural = dict(known.msgstr_plural)
    return entry


def write(language: str, entries: dict[Key, polib.POEntry]) -> None:
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Project-Id-Version": "kamkor",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(language),
    }
    catalogue.extend(entries.values())
    place = path(language)
    place.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(place))


def translations(entry: polib.POEntry) -> list[str]:
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


def missing(entry: polib.POEntry) -> bool:
    return entry.fuzzy or not all(translations(entry))


def wrong(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with an entry that is translated."""
    original = entry.msgid_plural or entry.msgid
    for text in translations(entry):
        for name, pattern in (("placeholders", PLACEHOLDER), ("tags", TAG)):
            if sorted(set(pattern.findall(text))) != sorted(set(pattern.findall(original))):
                yield f"its {name} differ from the original's: {text!r}"
        if text.startswith("\n") != original.startswith("\n") or text.endswith("\n") != original.endswith(
            "\n"
        ):
            yield f"it begins or ends another line than the original: {text!r}"


def problems(language: str, sources: dict[Key, polib.POEntry]) -> Iterator[str]:
    """Everything that keeps this catalogue from being complete and right."""
    known = read(language)
    for _, text in sources.keys() - known.keys():
        yield f"not in the catalogue (make messages): {text!r}"
    for _, text in known.keys() - sources.keys():
        yield f"no longer in the sources (make messages): {text!r}"
    if known and polib.pofile(str(path(language))).metadata.get("Plural-Forms") != plural_forms(language):
        yield "its rule for plurals is not Django's (make messages)"
    for place in sources.keys() & known.keys():
        entry = known[place]
        if bool(entry.msgid_plural) != bool(sources[place].msgid_plural):
            yield f"its plural is not that of the sources (make messages): {entry.msgid!r}"
        elif missing(entry) or (entry.msgid_plural and len(entry.msgstr_plural) != forms(language)):
            yield f"not translated: {entry.msgid!r}"
        else:
            yield from (f"{entry.msgid!r}: {what}" for what in wrong(entry))
