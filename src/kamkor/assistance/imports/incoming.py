"""A table as it arrives: opened, cut into pieces that wait sealed, and given up or let go again."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.htcds.incoming import destroy_later
from kamkor.assistance.htcds.wording import say
from kamkor.assistance.imports import fields
from kamkor.assistance.imports.understanding import Setup
from kamkor.assistance.models import ImportMapping, TableImport
from kamkor.base.problems import WrongState
from kamkor.base.uploads import BadFile
from kamkor.methods.sheets.books import ZIP, open_book
from kamkor.methods.sheets.cells import squeeze
from kamkor.methods.sheets.problems import FileError, Limits
from kamkor.methods.sheets.rows import Row
from kamkor.vault.models import Item

ROWS, SIGNS = 250, 500_000  # of one piece, whichever is reached first
HEADING, SETUP, PIECE = "import_heading", "import_setup", "piece"


@dataclass(frozen=True)
class Sent:
    """A file as it arrived."""

    kind: str
    name: str
    content: bytes
    sheet: str = ""

    @property
    def is_book(self) -> bool:
        return self.content.startswith(ZIP)


def limits() -> Limits:
    return Limits(settings.IMPORT_MAX_BYTES, settings.IMPORT_MAX_ROWS, columns=200)


class named:  # noqa: N801 - reads as a word where it is used
    """Turns what the reader says of a file into the words of the page."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FileError):
            raise BadFile(f"“{self._name}”", say(error.code, error.params)) from error


@dataclass(frozen=True)
class Heading:
    """What is kept of a file beside its rows."""

    name: str
    headings: list[str]


def waiting(actor: Actor, desk: Desk, sent: Sent) -> TableImport:
    """The row of a file of which nothing is kept yet, with the files in which it is to wait sealed."""
    return TableImport(
        desk=desk,
        kind=sent.kind,
        digest=hashlib.sha256(sent.content + sent.sheet.encode()).hexdigest(),
        about=actor.keyring.new_file(desk.holder),
        content=actor.keyring.new_file(desk.holder),
        rows=0,
        pieces=0,
        by=actor.signed_in,
    )


def keep(actor: Actor, desk: Desk, sent: Sent) -> TableImport:
    """Let a text wait, sealed, in pieces that can be read one at a time; for a workbook `reading.begin` does
    it. Raises BadFile."""
    imported = waiting(actor, desk, sent)
    with named(sent.name):
        known = lambda heading: fields.known(sent.kind, heading)  # noqa: E731
        book = open_book(sent.name, sent.content, limits=limits(), known=known)
        keep_heading(actor, imported, Heading(sent.name[-100:], book.headings))
        keep_rows(actor, imported, book.rows)
    imported.format, imported.encoding = book.format, book.encoding
    imported.save()
    return imported


def keep_heading(actor: Actor, imported: TableImport, about: Heading) -> None:
    write(actor, imported, HEADING, json.dumps(asdict(about)))


def keep_rows(actor: Actor, imported: TableImport, rows: Iterable[Row]) -> None:
    """Cut more rows of it into pieces; the caller saves."""
    ring, by = actor.keyring, actor.user_id
    for piece in _pieces(rows):
        label = f"{PIECE} {imported.pieces}"
        ring.write(imported.content, label, _dump(piece), media_type="application/json", by=by)
        imported.rows += len(piece)
        imported.pieces += 1


def _pieces(rows: Iterable[Row]) -> Iterator[list[Row]]:
    piece: list[Row] = []
    signs = 0
    for row in rows:
        piece.append(row)
        signs += sum(map(len, row.cells))
        if len(piece) >= ROWS or signs >= SIGNS:
            yield piece
            piece, signs = [], 0
    if piece:
        yield piece


def _dump(piece: list[Row]) -> str:
    rows = [[row.number, row.cells, row.flaw, row.params] for row in piece]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def heading(actor: Actor, imported: TableImport) -> Heading:
    return Heading(**read(actor, imported, HEADING))


def piece(actor: Actor, imported: TableImport, number: int) -> list[Row]:
    """The rows of one piece; empty once the pieces are destroyed."""
    item = Item.objects.filter(file=imported.content_id, label=f"{PIECE} {number}").exclude(size=0).first()
    if item is None:
        return []
    rows = json.loads(actor.keyring.read(item))
    return [Row(number, cells, flaw, params=params) for number, cells, flaw, params in rows]


def setup(actor: Actor, imported: TableImport) -> Setup | None:
    """What was decided about the file, if anything was."""
    kept = read(actor, imported, SETUP)
    return setup_of(imported.kind, kept) if kept else None


def setup_of(kind: str, kept: dict[str, Any]) -> Setup:
    return Setup(**{**kept, "kind": kind, "targets": tuple(kept["targets"])})


def decide(actor: Actor, imported: TableImport, chosen: Setup) -> None:
    """Match the columns; the check begins anew, and the next file with these headings finds this choice."""
    if imported.state not in {TableImport.State.WAITING, TableImport.State.CHECKED}:
        raise WrongState
    text = json.dumps(asdict(chosen), ensure_ascii=False)
    write(actor, imported, SETUP, text)
    imported.likely_rows.all().delete()
    Item.objects.filter(file=imported.about_id, label__startswith="bad ").delete()
    imported.state, imported.checked_on = TableImport.State.CHECKING, timezone.localdate()
    imported.done = imported.good = imported.bad = 0
    imported.save()
    _remember(actor, imported, text)


def signature(headings: list[str]) -> str:
    """The same for every file with these headings, in whichever order."""
    return hashlib.sha256("\n".join(sorted(map(squeeze, headings))).encode()).hexdigest()


def remembered(actor: Actor, imported: TableImport) -> dict[str, Any]:
    """What was decided about the last file of the desk with these headings: the field of each heading."""
    about = heading(actor, imported)
    rows = ImportMapping.objects.visible_to(actor).filter(kind=imported.kind).select_related("setup__file")
    kept = rows.filter(signature=signature(about.headings)).first()
    found: dict[str, Any] = json.loads(actor.keyring.read(kept.setup)) if kept else {}
    return found


def _remember(actor: Actor, imported: TableImport, text: str) -> None:
    about = heading(actor, imported)
    kept = json.loads(text)
    kept["fields"] = dict(zip(about.headings, kept.pop("targets"), strict=True))
    content = json.dumps(kept, ensure_ascii=False)
    mark = signature(about.headings)
    row = ImportMapping.objects.filter(desk=imported.desk, kind=imported.kind, signature=mark).first()
    if row is not None:
        actor.keyring.rewrite(row.setup, content, by=actor.user_id)
        row.used_at = timezone.now()
        row.save(update_fields=["used_at"])
        return
    ImportMapping.objects.create(
        desk=imported.desk,
        kind=imported.kind,
        signature=mark,
        name=f"{imported.kind}-{imported.pk}",
        setup=actor.keyring.write_alone(imported.desk.holder, SETUP, content, by=actor.user_id),
    )


def read(actor: Actor, imported: TableImport, label: str) -> Any:  # whatever was written under the label
    item = Item.objects.filter(file=imported.about_id, label=label).exclude(size=0).first()
    return json.loads(actor.keyring.read(item)) if item else {}


def write(actor: Actor, imported: TableImport, label: str, text: str) -> None:
    """In the place of what stood there."""
    Item.objects.filter(file=imported.about_id, label=label).delete()
    actor.keyring.write(imported.about, label, text, media_type="application/json", by=actor.user_id)


def earlier(imported: TableImport) -> TableImport | None:
    """The same content as this desk has it in its books already."""
    same = TableImport.objects.filter(desk_id=imported.desk_id, kind=imported.kind, digest=imported.digest)
    return same.filter(state=TableImport.State.TAKEN).exclude(pk=imported.pk).order_by("taken_at").first()


def drop(imported: TableImport) -> None:
    """Throw away what is still kept of a file: all of one that waits, the bad rows of one that was taken."""
    if imported.in_books:
        raise WrongState
    if imported.unfinished:
        imported.state, imported.ended_at, imported.done = TableImport.State.DROPPED, timezone.now(), 0
        imported.save(update_fields=["state", "ended_at", "done"])
    forget(imported)


def forget(imported: TableImport) -> None:
    """Destroy all that is kept of the file."""
    imported.likely_rows.all().delete()
    destroy_later(imported.content)
    destroy_later(imported.about)


def rows_by_number(actor: Actor, imported: TableImport, numbers: list[int]) -> dict[int, list[str]]:
    """The cells of a few rows; pieces are looked through from the first that may hold them."""
    wanted, found = set(numbers), dict[int, list[str]]()
    low, high = 0, imported.pieces
    while low < high and wanted:  # the first piece that begins after the first row asked for
        middle = (low + high) // 2
        rows = piece(actor, imported, middle)
        if rows and rows[-1].number < min(wanted):
            low = middle + 1
        else:
            high = middle
    for number in range(low, imported.pieces):
        rows = piece(actor, imported, number)
        found |= {row.number: row.cells for row in rows if row.number in wanted}
        if not rows or rows[-1].number >= max(wanted, default=0):
            break
    return found
