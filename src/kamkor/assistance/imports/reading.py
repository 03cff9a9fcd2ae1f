"""A workbook on its way from the file that was sent to the pieces: first the texts that its cells point to,
then its rows, a while in each request. Between two of them all of it lies sealed."""

import io
import json
from array import array
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from time import monotonic
from typing import BinaryIO

from django.conf import settings

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.imports import incoming
from kamkor.assistance.imports.incoming import Heading, Sent, named
from kamkor.assistance.models import TableImport
from kamkor.base.uploads import must_be_harmless
from kamkor.methods.sheets.books import Sieve, headings_of, padded
from kamkor.methods.sheets.problems import FileError
from kamkor.methods.sheets.rows import Row, is_heading
from kamkor.methods.sheets.workbooks import Numbered, Place, Texts, Workbook
from kamkor.vault.models import Item
from kamkor.vault.spool import spooled

PLACE, BOOK, TEXTS, MARKS = "import_place", "book", "texts", "marks"


@dataclass
class Behind:
    """What of the workbook is behind us."""

    name: str
    sheet: str
    texts: int = 0  # bytes of them
    all_texts: bool = False
    rows: int = 0  # bytes of them
    number: int = 0  # of the last row
    width: int = 0  # of the heading, once it was met


def begin(actor: Actor, desk: Desk, sent: Sent, *, until: float) -> TableImport:
    """Keep a workbook, and read it as far as time allows. Raises BadFile."""
    must_be_harmless(sent.name, sent.content, limit=settings.IMPORT_MAX_BYTES)
    imported = incoming.waiting(actor, desk, sent)
    imported.state, imported.format = TableImport.State.READING, "xlsx"
    imported.save()
    behind = Behind(sent.name[-100:], sent.sheet)
    _Reading(actor, imported, behind).go_on(io.BytesIO(sent.content), until)
    if imported.state == TableImport.State.READING:
        actor.keyring.write(imported.content, BOOK, io.BytesIO(sent.content), by=actor.user_id)
    imported.save()
    return imported


def go_on(actor: Actor, imported: TableImport, *, until: float) -> None:
    """Read on; the caller saves. Raises BadFile when the rest of it cannot be read."""
    behind = Behind(**incoming.read(actor, imported, PLACE))
    item = Item.objects.get(file=imported.content_id, label=BOOK)
    with spooled(actor.keyring, item) as file:
        _Reading(actor, imported, behind).go_on(file, until)


class _Reading:
    """One stretch of it."""

    def __init__(self, actor: Actor, imported: TableImport, behind: Behind) -> None:
        self._actor, self._imported, self._behind = actor, imported, behind
        self._limits = incoming.limits()
        self._over = False

    def go_on(self, file: BinaryIO, until: float) -> None:
        behind, imported = self._behind, self._imported
        with named(behind.name):
            book = Workbook(behind.name, file, limits=self._limits, sheet=behind.sheet)
            if not behind.all_texts:
                self._read_texts(book, until)
            if behind.all_texts:
                self._read_rows(book, until)
        if self._over:
            kept = Item.objects.filter(file=imported.content_id)
            kept.exclude(label__startswith=f"{incoming.PIECE} ").delete()
            Item.objects.filter(file=imported.about_id, label=PLACE).delete()
            imported.state, imported.done = TableImport.State.WAITING, 0
            return
        imported.done = min(99, (behind.texts + behind.rows) * 100 // max(book.size, 1))
        incoming.write(self._actor, imported, PLACE, json.dumps(asdict(behind)))

    def _read_texts(self, book: Workbook, until: float) -> None:
        some, first = Texts(), self._behind.texts
        for at, found in book.texts(first):
            book.add(some, found)
            self._behind.texts = at
            if monotonic() > until:
                break
        else:
            self._behind.all_texts = True
        self._keep(f"{TEXTS} {first}", some.dump())

    def _read_rows(self, book: Workbook, until: float) -> None:
        texts = Texts()
        kept = Item.objects.filter(file=self._imported.content_id, label__startswith=f"{TEXTS} ")
        for item in sorted(kept, key=lambda item: int(item.label.rsplit(" ", 1)[1])):
            book.add(texts, Texts(self._actor.keyring.read_bytes(item)))
        sieve = Sieve(self._behind.name, self._behind.width, self._limits, self._marks(), self._imported.rows)
        incoming.keep_rows(self._actor, self._imported, self._rows(book, texts, sieve, until))
        if self._over:
            sieve.end()
        else:
            numbers = array("Q", [part for mark in sieve.marks.items() for part in mark])
            self._keep(MARKS, numbers.tobytes())

    def _rows(self, book: Workbook, texts: Texts, sieve: Sieve, until: float) -> Iterator[Row]:
        behind = self._behind
        for place, numbered in book.rows(texts, Place(behind.rows, behind.number)):
            if not behind.width:
                self._read_heading(numbered)
            if behind.width:
                sieve.width = behind.width
                yield from sieve.sift(padded(numbered, behind.width))
            behind.rows, behind.number = place.at, place.number
            if monotonic() > until:
                return
        if not behind.width:
            raise FileError(behind.name, "empty")
        self._over = True

    def _read_heading(self, numbered: Numbered) -> None:
        cells = next((cells for _number, cells in numbered if is_heading(cells)), None)
        if cells is not None:
            headings = headings_of(self._behind.name, cells, self._limits)
            self._behind.width = len(headings)
            incoming.keep_heading(self._actor, self._imported, Heading(self._behind.name, headings))

    def _marks(self) -> dict[int, int]:
        """What rows were seen in earlier requests: number of the row by its mark."""
        item = Item.objects.filter(file=self._imported.content_id, label=MARKS).first()
        numbers = array("Q", self._actor.keyring.read_bytes(item) if item else b"")
        return dict(zip(numbers[::2], numbers[1::2], strict=True))

    def _keep(self, label: str, content: bytes) -> None:
        """In the place of what stood there."""
        Item.objects.filter(file=self._imported.content_id, label=label).delete()
        self._actor.keyring.write(
            self._imported.content,
            label,
            io.BytesIO(content),
            media_type="application/octet-stream",
            by=self._actor.user_id,
        )
