"""Documents of 50 MB, a picture of 40 million pixels and a backup of 200 MB, each in a process of its own."""

import io
import os
import random
import resource
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pikepdf
import pyrage
from django.conf import settings
from django.db import connections
from django.test import RequestFactory
from PIL import Image

from kamkor.access.actor import Actor
from kamkor.assistance.actions import cases, records
from kamkor.assistance.models import Case, Document
from kamkor.backup import making
from kamkor.base import codelists, uploads, wall
from kamkor.vault.batch import Batch
from kamkor.vault.models import File
from kamkor.vault.spool import SealedUploads, spooled
from tests import world

MB = 1_000_000
LARGE, PIECE = 50 * MB, 2**16
DATABASE = 200 * MB


def measure(_rounds: int) -> None:
    """Prints one Markdown table."""
    codelists.load()
    with wall.acting(None, scope="all"):
        built = world.build()
        actor = built.actor("centre")
        case = cases.open_case(actor, built.person(), kind="trafficking")
    print("| What | its size (MB) | CPU seconds | memory before (MB) | at most, beyond it (MB) |")
    print("|---|--:|--:|--:|--:|", flush=True)
    path = settings.HOME / "sent"
    for name, make in KINDS.items():
        alone(make, path)
        size = path.stat().st_size
        alone(told, f"{name}: taken in, cleaned and sealed", size, partial(take_in, actor, case, path))
        alone(told, f"{name}: given out", size, partial(give_out, actor))
    alone(told, "all of these sealed anew, when the key turns", 0, partial(turn, actor, case))
    alone(fill, actor)
    size = (settings.HOME / "kamkor.sqlite3").stat().st_size
    alone(told, "`kamkor backup` of records and key store", size, back_up)


def alone(run: Callable[..., object], *given: object) -> None:
    """In a process of its own, so that what it held at most is its own."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            run(*given)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def told(what: str, size: int, run: Callable[[], object]) -> None:
    before, began = peak(), time.process_time()
    run()
    spent, most = time.process_time() - began, peak()
    shown = f"{size / MB:.0f}" if size else ""
    print(f"| {what} | {shown} | {spent:.1f} | {before / MB:.0f} | {(most - before) / MB:.0f} |", flush=True)


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def take_in(actor: Actor, case: Case, path: Path) -> None:
    """As the page does it."""
    handler = SealedUploads(RequestFactory().post("/"))
    handler.new_file("file", path.name, "application/octet-stream", path.stat().st_size)
    with path.open("rb") as sent:
        for start, piece in enumerate(iter(lambda: sent.read(PIECE), b"")):
            handler.receive_data_chunk(piece, start * PIECE)
    checked = uploads.check(handler.file_complete(path.stat().st_size))
    with wall.acting(actor.desk_id):
        records.add_document(actor, case, kind="other", title="", checked=checked)


def give_out(actor: Actor) -> None:
    document = Document.objects.select_related("item__file").latest("pk")
    with wall.acting(actor.desk_id):
        answer = uploads.attachment(spooled(actor.keyring, document.item), "document.bin")
    assert sum(map(len, answer)) == document.size


def turn(actor: Actor, case: Case) -> None:
    actor.keyring.turn(File.objects.get(pk=case.person.file_id))


def fill(actor: Actor) -> None:
    """Sealed texts of two kilobytes, as files hold them, until the database is large enough."""
    chance = random.Random(4)
    while (settings.HOME / "kamkor.sqlite3").stat().st_size < DATABASE:
        batch = Batch(actor.keyring, actor.desk.holder, by=None)
        for _ in range(500):
            file = batch.new_file()
            for _ in range(4):
                batch.write(file, "note", chance.randbytes(2000))
        batch.save()
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def back_up() -> None:
    officer = pyrage.x25519.Identity.generate().to_public()
    making.make(settings.HOME / "backups", settings.HOME / "keys.backup", officers=[str(officer)])


def text(path: Path) -> None:
    with path.open("wb") as out:
        for number in range(LARGE // 50):
            out.write(f"{number:08} plain words that stand in a line of text.\n"[:50].encode())


def office(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<w:document/>")
        for number in range(50):
            made.writestr(f"word/media/{number}.bin", random.Random(number).randbytes(MB))


def paper(path: Path) -> None:
    """Fifty scanned pages."""
    with pikepdf.new() as pdf:
        for number in range(50):
            page = pdf.add_blank_page()
            image = pikepdf.Stream(pdf, b"\xff\xd8\xff\xda" + random.Random(number).randbytes(MB))
            image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            image.Width, image.Height, image.BitsPerComponent = 1000, 1400, 8
            image.ColorSpace, image.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        pdf.save(path)


def photo(path: Path) -> None:
    """As large as is taken: 40 million pixels."""
    noise = Image.frombytes("RGB", (400, 400), random.Random(1).randbytes(480_000))
    picture = noise.resize((8000, 5000))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    path.write_bytes(out.getvalue())


KINDS: dict[str, Callable[[Path], None]] = {
    "Plain text": text,
    "Office document": office,
    "PDF of scanned pages": paper,
    "Photograph": photo,
}
