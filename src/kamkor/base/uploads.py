"""Files from outside: told by their content, freed of what they say besides, never on the disk in clear.

Nothing here believes the name or the type that the browser gives. What is not known is refused with the mend.
"""

import codecs
import io
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import pikepdf
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from kamkor.base import scanning
from kamkor.base.problems import Problem

PIECE = 2**18
MAX_PIXELS = 40_000_000
DRAWING = threading.Lock()  # a picture is unpacked to four bytes a pixel: one at a time in each process
MAX_PARTS = 2_000  # of an office document, which is a zip archive
MAX_UNPACKED = 10  # times the size that an upload may have
MAX_RATIO = 100  # unpacked to packed, of what is more than a megabyte
OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OPEN_DOCUMENT = (
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
)
ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/plain": "txt",
    OFFICE["word/document.xml"]: "docx",
    OFFICE["xl/workbook.xml"]: "xlsx",
    OPEN_DOCUMENT[0]: "odt",
    OPEN_DOCUMENT[1]: "ods",
}


class BadFile(Problem):
    """An upload that is not taken; `title` names the file."""


@dataclass(frozen=True)
class Checked:
    """What is kept of an upload."""

    name: str
    file: BinaryIO
    media_type: str

    @property
    def size(self) -> int:
        return self.file.seek(0, io.SEEK_END)


def new_spool() -> BinaryIO:
    """Room for something large; the base does no cryptography, so the settings say whose."""
    spool: BinaryIO = import_string(settings.SPOOL)()
    return spool


def check(upload: "UploadedFile[bytes]") -> Checked:
    """The upload as it may be kept: a known type, within the limits, without metadata. Raises BadFile."""
    name = (upload.name or _("file"))[-100:]
    limit = settings.UPLOAD_MAX_BYTES
    file: Any = upload.file  # the stubs call it IO[bytes]; it is what the upload handler made
    size = file.seek(0, io.SEEK_END)
    if size > limit:
        mend = _("The greatest size is %(size)s. Make it smaller, or send it in parts.")
        raise BadFile(_("“%(name)s” is too large") % {"name": name}, mend % {"size": filesizeformat(limit)})
    if not size:
        raise BadFile(_("“%(name)s” is empty") % {"name": name}, _("Choose the file again."))
    file.seek(0)
    reader = _reader(file.read(12))
    file.seek(0)
    return reader(name, file)


def attachment(content: bytes | BinaryIO, name: str) -> HttpResponse:
    """An answer that a browser saves and never shows or runs. `name` must say nothing about anybody."""
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if isinstance(content, bytes):
        return HttpResponse(content, headers=headers)
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    if size <= PIECE:
        return HttpResponse(content.read(), headers=headers)
    headers["Content-Length"] = str(size)
    # Pages are typed by what nearly all of them answer.
    return StreamingHttpResponse(_pieces(content), headers=headers)  # type: ignore[return-value]


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    with content:
        while piece := content.read(PIECE):
            yield piece


class ScannedFileField(forms.FileField):
    """A file field that clamd has looked at, where there is one; what is wrong stands beside the field."""

    def clean(self, data: Any, initial: Any = None) -> Any:  # the signature of Django's own field
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            try:
                upload.seek(0)
                scanning.scan(upload)
                upload.seek(0)
            except (scanning.Infected, scanning.NotScanned) as error:
                raise ValidationError(f"{error.title}. {error.mend}") from error
        return upload


class CheckedFileField(ScannedFileField):
    """A file field whose value is `Checked`."""

    def clean(self, data: Any, initial: Any = None) -> Any:  # the signature of Django's own field
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return None
        try:
            return check(upload)
        except BadFile as error:
            raise ValidationError(f"{error.title}. {error.mend}") from error


def _reader(begin: bytes) -> Callable[[str, BinaryIO], Checked]:
    if begin.startswith(b"%PDF-"):
        return _pdf
    if begin.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")) or begin[8:12] == b"WEBP":
        return _picture
    return _office if begin.startswith(b"PK\x03\x04") else _text


def _picture(name: str, content: BinaryIO) -> Checked:
    """Drawn anew: place, camera, comments and whatever hid behind the picture are gone."""
    out = new_spool()
    try:
        with DRAWING, Image.open(content, formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadFile(
                    _("“%(name)s” has too many pixels") % {"name": name}, _("Save it in a smaller size.")
                )
            if getattr(picture, "n_frames", 1) > 1:
                raise BadFile(
                    _("“%(name)s” is a moving picture") % {"name": name}, _("Send a single picture.")
                )
            kind = picture.format or "PNG"
            ImageOps.exif_transpose(picture, in_place=True)
            see_through = "A" in picture.mode or "transparency" in picture.info
            mode = "RGBA" if see_through else "RGB"
            plain = picture if picture.mode == mode else picture.convert(mode)
            plain.info = {}
            plain.save(out, kind, quality=90)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if getattr(error, "errno", None):
            raise  # of the disk, and not of the picture
        raise BadFile(
            _("“%(name)s” is a broken picture") % {"name": name}, _("Take or save it again.")
        ) from error
    return Checked(name, out, f"image/{kind.lower()}")


# What acts by itself, is sent along unseen, or says who made the paper and where.
_UNWANTED = (
    *("/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/XFA"),
    *("/Metadata", "/PieceInfo", "/RichMediaContent", "/LastModified"),
)
_ACTS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition")


def _pdf(name: str, content: BinaryIO) -> Checked:
    """Written anew without scripts, attachments and metadata; what hid before or behind it is gone."""
    out = new_spool()
    try:
        with pikepdf.open(content) as paper:
            if not paper.pages:
                raise BadFile(_("“%(name)s” has no pages") % {"name": name}, _("Save it again as PDF."))
            for thing in paper.objects:
                _clean(thing)
            if "/Info" in paper.trailer:
                del paper.trailer["/Info"]
            paper.save(out)
    except pikepdf.PasswordError as error:
        mend = _("Save it without the password; it is sealed here.")
        raise BadFile(_("“%(name)s” is locked with a password") % {"name": name}, mend) from error
    except (pikepdf.PdfError, RecursionError) as error:
        raise BadFile(
            _("“%(name)s” is a broken PDF") % {"name": name}, _("Save or scan it again.")
        ) from error
    return Checked(name, out, "application/pdf")


def _clean(thing: Any) -> None:  # a PDF object of any type
    """Take the unwanted out of one object and of what lies directly in it."""
    if isinstance(thing, pikepdf.Array):
        for part in thing:
            _clean_inner(part)
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    for key in list(thing.keys()):
        action = thing.get(key) if key in ("/A", "/Next") else None
        acts = isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in _ACTS
        if key in _UNWANTED or acts:
            del thing[key]
        else:
            _clean_inner(thing.get(key))
    if isinstance(thing, pikepdf.Stream) and str(thing.get("/Filter", "")) == "/DCTDecode":
        photo = thing.read_raw_bytes()
        if (bare := _without_remarks(photo)) != photo:  # what is written anew stays in memory until the end
            thing.write(bare, filter=pikepdf.Name.DCTDecode)


def _clean_inner(part: Any) -> None:  # a PDF object of any type
    if isinstance(part, pikepdf.Object) and not part.is_indirect:
        _clean(part)


def _without_remarks(photo: bytes) -> bytes:
    """A JPEG inside a PDF without its remarks (place, camera), its picture untouched."""
    kept, at = bytearray(photo[:2]), 2
    while at + 4 <= len(photo) and photo[at] == 0xFF and photo[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(photo[at + 2 : at + 4], "big")
        if not (0xE1 <= photo[at + 1] <= 0xED or photo[at + 1] == 0xFE):
            kept += photo[at:end]
        at = end
    return bytes(kept + photo[at:])


def must_be_harmless(name: str, content: bytes, *, limit: int) -> None:
    """Raise BadFile unless it is an office document that unpacks to no more than ten times `limit`."""
    _office(name, io.BytesIO(content), limit=limit)


def _office(name: str, content: BinaryIO, *, limit: int = 0) -> Checked:
    broken = _("“%(name)s” is a broken or unknown document") % {"name": name}
    mend = _("Send a PDF, a picture, plain text, or a .docx, .xlsx, .odt or .ods document.")
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise BadFile(
                    _("“%(name)s” is locked with a password") % {"name": name},
                    _("Save it without the password."),
                )
            if len(parts) > MAX_PARTS or _unpacks_too_far(archive, limit or settings.UPLOAD_MAX_BYTES):
                raise BadFile(
                    _("“%(name)s” unpacks to far more than it seems") % {"name": name}, _("Save it as PDF.")
                )
            kind = next((kind for part, kind in OFFICE.items() if part in names), "")
            if not kind and "mimetype" in names:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise BadFile(broken, mend) from error
    if kind not in {*OFFICE.values(), *OPEN_DOCUMENT}:
        raise BadFile(broken, mend)
    if any(part.lower().endswith("vbaproject.bin") or part.startswith("Basic/") for part in names):
        raise BadFile(_("“%(name)s” holds macros") % {"name": name}, _("Save it without macros, or as PDF."))
    return Checked(name, content, kind)


def _unpacks_too_far(archive: zipfile.ZipFile, limit: int) -> bool:
    """Counted while unpacking: what an archive says of itself is not believed."""
    total = 0
    for part in archive.infolist():
        size = 0
        for chunk in _chunks(archive, part):
            size += chunk
            total += chunk
            swollen = size > 2**20 and size > MAX_RATIO * max(part.compress_size, 1)
            if swollen or total > MAX_UNPACKED * limit:
                return True
    return False


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[int]:
    with archive.open(part) as opened:
        while chunk := opened.read(2**16):
            yield len(chunk)


def _text(name: str, content: BinaryIO) -> Checked:
    out, decoder = new_spool(), codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while piece := content.read(PIECE):
            out.write(_printable(decoder.decode(piece)))
        out.write(_printable(decoder.decode(b"", final=True)))
    except UnicodeError as error:
        mend = _("Send a PDF, a picture, plain text, or a .docx, .xlsx, .odt or .ods document.")
        raise BadFile(_("“%(name)s” is of a kind that is not taken") % {"name": name}, mend) from error
    return Checked(name, out, "text/plain")


def _printable(text: str) -> bytes:
    """The text in UTF-8; raises UnicodeError at a sign that no text has."""
    if any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in text):
        raise UnicodeError
    return text.encode()
