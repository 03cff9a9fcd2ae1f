"""A virus is not taken in where there is clamd: a small one made here, and a real one if it is there."""

import getpass
import io
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.forms.htcds import SendForm
from kamkor.assistance.models import Document
from kamkor.base import scanning
from kamkor.base.uploads import ScannedFileField
from kamkor.vault.models import Item
from tests.world import World

# The test file that every scanner knows, in two parts, so that none finds it here.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
REAL = [Path("/run/clamav/clamd.ctl"), Path("/var/run/clamav/clamd.ctl")]
Answer = Callable[[bytes], bytes]


def judged(content: bytes) -> bytes:
    return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


class Clamd:
    """Understands INSTREAM, and answers as it is told to."""

    def __init__(self, server: socket.socket) -> None:
        self.server, self.answer, self.seen = server, judged, list[bytes]()
        server.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                caller, _where = self.server.accept()
                with caller:
                    caller.sendall(self.answer(self.read(caller)))

    def read(self, caller: socket.socket) -> bytes:
        with caller.makefile("rb") as file:
            assert file.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", file.read(4))[0]:
                assert size <= scanning.CHUNK
                content += file.read(size)
        self.seen.append(content)
        return content


@pytest.fixture(params=["unix", "tcp"])
def clamd(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> Iterator[Clamd]:
    server = socket.socket(socket.AF_UNIX if request.param == "unix" else socket.AF_INET)
    server.bind(str(tmp_path / "clamd") if request.param == "unix" else ("127.0.0.1", 0))
    named = server.getsockname()
    settings.CLAMD = named if request.param == "unix" else f"127.0.0.1:{named[1]}"
    with server:
        yield Clamd(server)


def test_what_is_clean_goes_through_in_pieces(clamd: Clamd) -> None:
    content = b"clean" * 100_000
    scanning.scan(io.BytesIO(content))
    scanning.scan(io.BytesIO(b""))
    assert clamd.seen == [content, b""]


@pytest.mark.asvs("5.4.3")
def test_what_is_infected_is_refused(clamd: Clamd) -> None:
    with pytest.raises(scanning.Infected):
        scanning.scan(io.BytesIO(b"before" + EICAR + b"after"))


@pytest.mark.parametrize(
    "said", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"nonsense\0", b"stream: OKAY\0"]
)
def test_no_verdict_is_none(clamd: Clamd, settings: Settings, said: bytes) -> None:
    clamd.answer = lambda content: said
    with pytest.raises(scanning.NotScanned):
        scanning.scan(io.BytesIO(b"x"))
    settings.CLAMD_DOWN = "accept"
    scanning.scan(io.BytesIO(b"x"))


@pytest.mark.asvs("5.4.3", "16.5.3")
@pytest.mark.parametrize("where", ["/nowhere/clamd", "127.0.0.1:1"])
def test_while_clamd_is_down_the_setting_decides(settings: Settings, where: str) -> None:
    settings.CLAMD = where
    with pytest.raises(scanning.NotScanned):
        scanning.scan(io.BytesIO(b"x"))
    settings.CLAMD_DOWN = "accept"
    scanning.scan(io.BytesIO(b"x"))
    settings.CLAMD_DOWN = "a word that was mistyped"
    with pytest.raises(scanning.NotScanned):
        scanning.scan(io.BytesIO(b"x"))


def test_an_infected_document_leaves_nothing_behind(world: World, clamd: Clamd) -> None:
    actor = world.actor("centre")
    case = open_case(actor, world.person(), kind="trafficking")
    address, before = reverse("document-add", args=[case.pk]), Item.objects.count()
    client = world.client("centre")

    def send(content: bytes) -> tuple[int, str]:
        answer = client.post(address, {"kind": "photo", "file": SimpleUploadedFile("a.txt", content)})
        return answer.status_code, answer.content.decode()

    status, page = send(EICAR)
    assert status == 422
    assert "carries a virus" in page
    assert Item.objects.count() == before
    assert send(b"clean words")[0] == 302
    assert Document.objects.count() == 1


def test_tables_and_files_of_other_systems_are_scanned_too() -> None:
    from kamkor.assistance.forms.imports import TableForm

    for form in (SendForm, TableForm):
        assert isinstance(form.base_fields["file"], ScannedFileField), form


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Path]:
    """ClamAV's own server, with a list of one virus; or the one that runs on this machine."""
    program = shutil.which("clamd")
    if program is None:
        running = [path for path in REAL if os.access(path, os.W_OK)]
        if not running:
            pytest.skip("there is no clamd on this machine")
        yield running[0]
        return
    (tmp_path / "own.ndb").write_text(f"Eicar-Of-Ours:0:*:{EICAR.hex()}\n")
    at, told = tmp_path / "socket", tmp_path / "clamd.conf"
    who = f"User {getpass.getuser()}\n" if os.geteuid() == 0 else ""
    told.write_text(f"{who}Foreground yes\nDatabaseDirectory {tmp_path}\nLocalSocket {at}\n")
    with (tmp_path / "log").open("w") as log:
        begun = subprocess.Popen([program, "-c", str(told)], stdout=log, stderr=subprocess.STDOUT)
        try:
            for _ in range(600):
                if at.exists() or begun.poll() is not None:
                    break
                time.sleep(0.1)
            assert at.exists(), (tmp_path / "log").read_text()
            yield at
        finally:
            begun.terminate()
            begun.wait(timeout=20)


@pytest.mark.asvs("5.4.3")
def test_a_real_clamd_says_the_same(settings: Settings, real: Path) -> None:
    settings.CLAMD = str(real)
    scanning.scan(io.BytesIO(b"clean" * 100_000))
    with pytest.raises(scanning.Infected):
        scanning.scan(io.BytesIO(b"before" + EICAR))
    with pytest.raises(scanning.Infected):
        scanning.scan(zipped(EICAR))


def zipped(content: bytes) -> io.BytesIO:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", content)
    archive.seek(0)
    return archive
