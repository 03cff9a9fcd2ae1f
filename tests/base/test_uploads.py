"""What comes in as a file: told by content, without metadata, within limits."""

import errno
import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from kamkor.base import uploads
from kamkor.base.uploads import BadFile, Checked


def given(content: bytes, name: str = "paper.bin") -> Checked:
    return uploads.check(SimpleUploadedFile(name, content))


def kept_of(checked: Checked) -> bytes:
    checked.file.seek(0)
    return checked.file.read()


def photo(kind: str = "JPEG", *, size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture that says where it was taken and by whom."""
    picture = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (42.0, 52.0, 30.0)}
    exif[0x013B] = "CANARY-AUTHOR"
    exif[0x0112] = 6
    out = io.BytesIO()
    more = {"comment": b"CANARY-COMMENT"} if kind == "JPEG" else {}
    picture.save(out, kind, exif=exif, **more)
    return out.getvalue()


def paper(*, scripted: bool = True) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    if scripted:
        pdf.docinfo["/Author"] = "CANARY-AUTHOR"
        pdf.attachments["canary.txt"] = b"CANARY-ATTACHED"
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('CANARY-JS')")
        pdf.Root.Metadata = pikepdf.Stream(pdf, b"<x>CANARY-XMP</x>")
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 9, 9],
            A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="CANARY-LAUNCH"),
        )
        pdf.pages[0].Annots = pikepdf.Array([link])
        image = pikepdf.Stream(pdf, photo())
        image.Type, image.Subtype, image.Filter = (
            pikepdf.Name.XObject,
            pikepdf.Name.Image,
            pikepdf.Name.DCTDecode,
        )
        image.Width, image.Height, image.BitsPerComponent = 60, 40, 8
        image.ColorSpace = pikepdf.Name.DeviceRGB
        pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}


@pytest.mark.asvs("14.2.8")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_its_place_its_camera_and_its_remarks(kind: str) -> None:
    kept = given(photo(kind), "IMG_1.HEIC")
    assert kept.media_type == f"image/{kind.lower()}"
    assert b"CANARY" not in kept_of(kept)
    with Image.open(io.BytesIO(kept_of(kept))) as picture:
        assert not picture.getexif()
        assert picture.size == (40, 60)  # turned upright before the mark that said so went


@pytest.mark.asvs("14.2.8")
def test_a_pdf_loses_scripts_attachments_actions_and_metadata() -> None:
    made = paper()
    assert b"CANARY-JS" in made
    kept = given(made)
    assert kept.media_type == "application/pdf"
    with pikepdf.open(io.BytesIO(kept_of(kept))) as pdf:
        assert len(pdf.pages) == 1
        assert not pdf.attachments
        image = pdf.pages[0].Resources.XObject.Im0
        assert Image.open(io.BytesIO(image.read_raw_bytes())).size == (60, 40)
        plain = io.BytesIO()
        pdf.save(plain, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert b"CANARY" not in plain.getvalue()


def test_what_hides_behind_a_picture_or_a_pdf_is_gone() -> None:
    hidden = archive(**{"canary.js": b"CANARY-HIDDEN"})
    for made in (photo(), paper(scripted=False)):
        kept = given(made + hidden)
        assert not zipfile.is_zipfile(io.BytesIO(kept_of(kept)))
        assert b"canary.js" not in kept_of(kept)


@pytest.mark.asvs("5.2.2")
def test_the_content_tells_the_type_and_not_the_name() -> None:
    assert given(paper(scripted=False), "photo.jpg").media_type == "application/pdf"
    assert given(b"Plain words, \xd1\x81\xd3\xa9\xd0\xb7", "table.pdf").media_type == "text/plain"
    with pytest.raises(BadFile, match=r"letter\.pdf"):
        given(b"MZ\x90\x00\x03\x00", "letter.pdf")


def test_office_documents_are_known_by_their_parts() -> None:
    assert given(archive(**DOCX)).media_type == uploads.OFFICE["word/document.xml"]
    assert given(archive(mimetype=uploads.OPEN_DOCUMENT[0].encode())).media_type == uploads.OPEN_DOCUMENT[0]
    for other in ({"anything.txt": b"x"}, {**DOCX, "word/vbaProject.bin": b"x"}):
        with pytest.raises(BadFile):
            given(archive(**other))


@pytest.mark.asvs("5.2.3")
def test_a_zip_bomb_is_refused_whatever_it_says_of_its_size() -> None:
    bomb = archive(**DOCX, **{"word/media/x": b"\0" * 30_000_000})
    with pytest.raises(BadFile, match="unpacks"):
        given(bomb)
    size = struct.pack("<I", 30_000_000)
    with pytest.raises(BadFile):
        given(bomb.replace(size, struct.pack("<I", 100)))
    with pytest.raises(BadFile, match="unpacks"):
        given(archive(**DOCX, **{f"word/{number}": b"" for number in range(uploads.MAX_PARTS)}))


@pytest.mark.asvs("15.2.2")
def test_a_picture_that_would_fill_the_memory_is_refused_unopened() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(BadFile):
        given(bomb)


@pytest.mark.asvs("5.2.1")
def test_too_large_empty_broken_and_locked_files_say_what_to_do(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    for content, mend in (
        (b"a" * 1001, "smaller"),
        (b"", "again"),
        (photo()[:40], "again"),
        (b"%PDF-1.7 x", "again"),
    ):
        with pytest.raises(BadFile) as refused:
            given(content, "paper.pdf")
        assert "paper.pdf" in str(refused.value.title)
        assert mend in str(refused.value.mend)
    settings.UPLOAD_MAX_BYTES = 100_000
    with pytest.raises(BadFile, match="password"):
        given(out.getvalue())


@pytest.mark.asvs("3.2.1", "5.3.1", "5.3.2", "5.4.1", "5.4.2")
def test_a_download_is_saved_and_never_shown() -> None:
    answer = uploads.attachment(b"<script>", "KM-1.txt")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="KM-1.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_full_disk_is_not_said_to_be_a_broken_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads, "new_spool", Full)
    for sent in (photo(), paper(scripted=False), b"plain words"):
        with pytest.raises(OSError, match="No space left"):
            given(sent)


@pytest.mark.parametrize("mode", ["L", "P", "LA", "CMYK", "1"])
def test_pictures_of_every_kind_are_drawn_anew(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").convert(mode).save(out, kind)
    with Image.open(io.BytesIO(kept_of(given(out.getvalue())))) as picture:
        assert picture.size == (30, 20)
        assert picture.mode == ("RGBA" if mode == "LA" else "RGB")
