"""What a table would bring and what is wrong with it, in the language of whoever reads it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import date as written
from django.utils.translation import gettext as _

from kamkor.access.actor import Actor
from kamkor.assistance.htcds.wording import say
from kamkor.assistance.imports import checking, choices, incoming
from kamkor.assistance.imports.checking import BadRow
from kamkor.assistance.imports.fields import Field, by_name
from kamkor.assistance.imports.understanding import Wrong
from kamkor.assistance.models import TableImport
from kamkor.base.exports import as_csv

FIRST = 10  # rows of the preview
SHOWN = 50  # bad rows on the page; all are in the download
PIECES = 20  # that the page looks through for them
SAMPLE = 60  # signs


@dataclass(frozen=True)
class Preview:
    """One row as it would be filed, or what must be mended."""

    number: int
    said: list[tuple[str, str]]  # label, value
    wrong: list[str]
    child: bool


def samples(actor: Actor, imported: TableImport, count: int = 3) -> list[list[str]]:
    """The first values of each column that say anything."""
    about = incoming.heading(actor, imported)
    rows = incoming.piece(actor, imported, 0)
    found: list[list[str]] = []
    for position in range(len(about.headings)):
        texts = (row.cells[position] for row in rows if position < len(row.cells))
        distinct = dict.fromkeys(text for text in texts if text)
        found.append(
            [text if len(text) <= SAMPLE else f"{text[:SAMPLE]}…" for text in list(distinct)[:count]]
        )
    return found


def preview(actor: Actor, imported: TableImport) -> list[Preview]:
    """The first rows as they will be understood."""
    rows = checking.understood(actor, imported, incoming.piece(actor, imported, 0)[:FIRST])
    labels = by_name(imported.kind)
    day = imported.checked_on
    assert day is not None
    return [
        Preview(
            number=row.row.number,
            said=[
                (str(labels[name].label), in_words(labels[name], value)) for name, value in row.values.items()
            ],
            wrong=in_sentences(row.wrong, labels),
            child=imported.kind in {"persons", "cases"} and row.age(day) in {"child", "doubt"},
        )
        for row in rows
    ]


def in_words(field: Field, value: object) -> str:
    """A value as the person reads it."""
    if isinstance(value, list):
        return ", ".join(in_words(field, part) for part in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.name == "age":
        return choices.label("age_group", str(value))
    if field.kind in {"code", "codes"}:
        return choices.label(field.list, str(value))
    if isinstance(value, date):
        return str(written(value, "SHORT_DATE_FORMAT" if field.kind == "day" else "SHORT_DATETIME_FORMAT"))
    return str(value)


def in_sentences(wrong: Iterable[Wrong], labels: dict[str, Field]) -> list[str]:
    """What to mend, one sentence each."""
    return [
        say(
            bad.code + "_suggestion" * ("suggestion" in bad.params),
            {"field": str(labels[bad.field].label) if bad.field else "", **bad.params},
        )
        for bad in wrong
    ]


@dataclass(frozen=True)
class BadRows:
    """The first bad rows, and how many of them each field has."""

    first: list[tuple[int, list[str]]]
    by_field: list[tuple[str, int]]
    more: int


def bad(actor: Actor, imported: TableImport) -> BadRows:
    labels = by_name(imported.kind)
    rows = checking.bad_rows(actor, imported, pieces=PIECES)
    fields = Counter(
        str(labels[wrong.field].label) if wrong.field else "" for row in rows for wrong in row.wrong
    )
    first = [(row.number, in_sentences(row.wrong, labels)) for row in rows[:SHOWN]]
    return BadRows(first, fields.most_common(), max(imported.bad - len(first), 0))


def bad_csv(actor: Actor, imported: TableImport) -> bytes:
    """The bad rows as they were sent, each with its number, the fields and what to mend: it can be mended
    there and sent again, since columns that nobody knows are left alone."""
    headings = incoming.heading(actor, imported).headings
    labels = by_name(imported.kind)
    head = [_("Row of the file"), _("Field"), _("What to do"), *headings]
    return as_csv(head, (_bad_line(row, labels) for row in checking.bad_rows(actor, imported)))


def _bad_line(row: BadRow, labels: dict[str, Field]) -> list[object]:
    fields = dict.fromkeys(str(labels[wrong.field].label) for wrong in row.wrong if wrong.field)
    return [row.number, ", ".join(fields), " ".join(in_sentences(row.wrong, labels)), *row.cells]
