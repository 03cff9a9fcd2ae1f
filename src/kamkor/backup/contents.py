"""What is inside an archive: a head, parts (tables and files) in blocks, and a manifest that counts them."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from kamkor.vault.archives import BadArchive

HEAD, BEGIN, DATA, END, MANIFEST = b"H", b"B", b"D", b"E", b"M"
BLOCK = 2**18
MAX_FRAME = 2**24


Counts = dict[str, dict[str, Any]]


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass
class Part:
    """One table or file; `blocks` can be read once."""

    name: str
    columns: list[str]
    blocks: Iterable[bytes]


@dataclass
class Count:
    """How much of a part there is, and its digest."""

    rows: int = 0
    size: int = 0
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)

    def add(self, block: bytes) -> None:
        self.rows += block.count(b"\n")
        self.size += len(block)
        self._digest.update(block)

    def said(self) -> dict[str, Any]:
        return {"rows": self.rows, "size": self.size, "sha256": self._digest.hexdigest()}


def written(head: dict[str, Any], parts: Iterable[Part], counts: Counts) -> Iterator[bytes]:
    """The stream of an archive; `counts` is filled as the parts go by."""
    yield _frame(HEAD, head)
    for part in parts:
        yield _frame(BEGIN, {"name": part.name, "columns": part.columns})
        count = Count()
        for block in _levelled(part.blocks):
            count.add(block)
            yield DATA + len(block).to_bytes(4) + block
        counts[part.name] = count.said()
        yield _frame(END, counts[part.name])
    yield _frame(MANIFEST, {"parts": counts})


class Contents:
    """An archive that is read: its head at once, and its parts in turn, each counted."""

    def __init__(self, stream: Readable) -> None:
        self._frames = _frames(stream)
        kind, payload = next(self._frames, (b"", b""))
        if kind != HEAD:
            raise BadArchive("Its contents do not begin as they should.")
        self.head: dict[str, Any] = json.loads(payload)
        self.counts: Counts = {}

    def __iter__(self) -> Iterator[Part]:
        for kind, payload in self._frames:
            said = json.loads(payload)
            if kind == MANIFEST:
                if said != {"parts": self.counts}:
                    raise BadArchive("Its manifest counts other parts than it holds.")
                if next(self._frames, None) is not None:
                    raise BadArchive("More follows after its manifest.")
                return
            if kind != BEGIN or said["name"] in self.counts:
                break
            blocks = self._blocks(said["name"])
            yield Part(said["name"], said["columns"], blocks)
            for _ in blocks:  # what the reader did not want counts all the same
                pass
        raise BadArchive("Its manifest is missing: the backup was aborted.")

    def _blocks(self, name: str) -> Iterator[bytes]:
        count = Count()
        for kind, payload in self._frames:
            if kind == DATA:
                count.add(payload)
                yield payload
                continue
            self.counts[name] = count.said()
            if kind != END or json.loads(payload) != self.counts[name]:
                raise BadArchive(f"The part {name} is not as it was counted when the backup was made.")
            return
        raise BadArchive(f"The part {name} breaks off.")


def _levelled(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of an even size, however large or small they came."""
    gathered: list[bytes] = []
    size = 0
    for block in blocks:
        gathered.append(block)
        size += len(block)
        if size >= BLOCK:
            whole = b"".join(gathered)
            for begin in range(0, len(whole), BLOCK):
                yield whole[begin : begin + BLOCK]
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def _frame(kind: bytes, said: dict[str, Any]) -> bytes:
    payload = json.dumps(said).encode()
    return kind + len(payload).to_bytes(4) + payload


def _frames(stream: Readable) -> Iterator[tuple[bytes, bytes]]:
    while start := stream.read(5):
        length = int.from_bytes(start[1:])
        payload = stream.read(length) if len(start) == 5 and length <= MAX_FRAME else b""
        if len(start) < 5 or len(payload) < length:
            raise BadArchive("Its contents break off.")
        yield start[:1], payload
