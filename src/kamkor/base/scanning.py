"""Asks clamd, where an installation has one, whether what was sent carries something that would infect.

The file goes over a socket as it came in, is not written to a disk on the way, and its name is not told.
"""

import socket
import struct
from contextlib import closing
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from kamkor.base.problems import Problem

CHUNK = 2**16
PATIENCE = 30  # seconds for a connection, and for each step of an answer


class Infected(Problem):
    code = "infected"


class NotScanned(Problem):
    """clamd gave no answer, and the installation refuses what was not looked at."""

    code = "not-scanned"
    status = 503


class _Silent(Exception):
    """clamd did not say whether it is clean."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def scan(content: Readable) -> None:
    """Raise Infected, or NotScanned unless KAMKOR_CLAMD_DOWN says accept. Nothing without KAMKOR_CLAMD."""
    if not settings.CLAMD:
        return
    try:
        verdict = _ask(content)
    except (OSError, _Silent) as error:
        if settings.CLAMD_DOWN == "accept":
            return
        raise NotScanned(
            _("The file could not be checked for viruses, so it was not saved"),
            _("Try again in a few minutes. If it stays so, tell the person who runs this system."),
        ) from error
    if verdict == b"FOUND":
        raise Infected(
            _("The file carries a virus and was not saved"),
            _("Do not open it. Ask whoever gave it to you for another copy, or scan the paper again."),
        )


def _ask(content: Readable) -> bytes:
    """OK or FOUND, by clamd's command INSTREAM."""
    with closing(_connected()) as clamd:
        clamd.sendall(b"zINSTREAM\0")
        while part := content.read(CHUNK):
            clamd.sendall(struct.pack("!L", len(part)) + part)
        clamd.sendall(struct.pack("!L", 0))
        answer = b""
        while part := clamd.recv(CHUNK):
            answer += part
    verdict = answer.strip(b"\0 \n").rpartition(b" ")[2]
    if verdict not in (b"OK", b"FOUND"):
        raise _Silent
    return verdict


def _connected() -> socket.socket:
    """`host:port`, or the path of a socket on this machine."""
    if not settings.CLAMD.startswith("/"):
        host, _colon, port = settings.CLAMD.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=PATIENCE)
    clamd = socket.socket(socket.AF_UNIX)
    clamd.settimeout(PATIENCE)
    try:
        clamd.connect(settings.CLAMD)
    except OSError:
        clamd.close()
        raise
    return clamd
