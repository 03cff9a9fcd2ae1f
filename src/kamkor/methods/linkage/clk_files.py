"""Files of encoded lists: a head that says what this is, until when, and on which basis, then a row for each
person: unique_id and the bits.
"""

import base64
import binascii
import csv
import hashlib
import hmac
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from kamkor.methods.linkage.encoding import FLIPPED, FOLDED, SHORTEST_KEY, Bits
from kamkor.methods.linkage.folding import Ints
from kamkor.methods.linkage.reading import ID, ListProblem

FORMAT = "kamkor-clk-2"
WARNING = (
    "Personal data. These rows are encoded, not anonymous: with the key, or with time and a list of names, "
    "people can be found in them. Keep them sealed, use them for this purpose, delete them when they expire."
)


@dataclass(frozen=True)
class Head:
    """What stands on the first line of the file."""

    made_on: date
    expires_on: date
    basis: str  # consent, law, or invented: people who do not exist
    reference: str
    key_check: str  # the same for lists that were encoded with one key
    rows: int
    bits: int = FOLDED
    flipped: float = FLIPPED
    format: str = FORMAT
    warning: str = field(default=WARNING)


@dataclass(frozen=True)
class Encoded:
    """One encoded list as read."""

    source: str
    head: Head
    ids: list[str]
    bits: Bits


def read_key(path: Path) -> bytes:
    """The secret that the desks share; too short a one could be guessed."""
    key = path.read_bytes().strip()
    if len(key) < SHORTEST_KEY:
        raise ListProblem(
            f"{path.name}: the key has {len(key)} bytes, it needs {SHORTEST_KEY}. "
            'Make one: python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return hashlib.sha256(b"kamkor linkage key\0" + key).digest()


def key_check(key: bytes) -> str:
    return hmac.digest(key, b"is it the same key", "sha256")[:8].hex()


def written(head: Head, ids: Sequence[str], bits: Bits) -> bytes:
    """The file."""
    text = io.StringIO()
    text.write(json.dumps(asdict(head), ensure_ascii=False, default=date.isoformat) + "\n")
    packed = np.packbits(bits, axis=1)
    rows = csv.writer(text, lineterminator="\n")
    rows.writerows(
        (key, base64.b64encode(row.tobytes()).decode()) for key, row in zip(ids, packed, strict=True)
    )
    return text.getvalue().encode()


def read_encoded(path: Path, *, today: date) -> Encoded:
    """The list, unless it has expired or is damaged."""
    try:
        first, _, rest = path.read_bytes().decode("utf-8-sig").partition("\n")
        found = json.loads(first)
        head = Head(
            made_on=date.fromisoformat(found["made_on"]), expires_on=date.fromisoformat(found["expires_on"]),
            basis=str(found["basis"]), reference=str(found["reference"]), key_check=str(found["key_check"]),
            rows=int(found["rows"]), bits=int(found["bits"]), format=str(found["format"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        raise ListProblem(
            f"{path.name}, row 1: this is not an encoded list. Make one: kamkor link encode LIST.csv"
        ) from None
    if (head.format, head.bits) != (FORMAT, FOLDED):
        raise ListProblem(f"{path.name}, row 1: encoded by another version. Encode the list anew.")
    if today > head.expires_on:
        raise ListProblem(
            f"{path.name}: expired on {head.expires_on}. Delete it, and ask its desk to encode the list anew."
        )
    ids, bits = _rows(path, rest)
    if len(ids) != head.rows:
        raise ListProblem(f"{path.name}: {len(ids)} rows, its head says {head.rows}. Ask for the file again.")
    return Encoded(path.stem, head, ids, bits)


def _rows(path: Path, text: str) -> tuple[list[str], Bits]:
    ids, packed = [], []
    for number, cells in enumerate(csv.reader(io.StringIO(text)), 2):
        try:
            key, coded = cells
            row = base64.b64decode(coded, validate=True)
        except (ValueError, binascii.Error):
            row = b""
        if len(row) != FOLDED // 8 or not key:
            raise ListProblem(f"{path.name}, row {number}: the row is damaged. Ask for the file again.")
        ids.append(key)
        packed.append(row)
    if not ids:
        raise ListProblem(f"{path.name}: there are no rows under its head. Ask for the file again.")
    if len(set(ids)) < len(ids):
        raise ListProblem(f"{path.name}, field {ID}: an id stands there twice. Ask for the file again.")
    together = np.frombuffer(b"".join(packed), np.uint8).reshape(-1, FOLDED // 8)
    return ids, np.unpackbits(together, axis=1)


def check_together(lists: Sequence[Encoded]) -> None:
    """Lists can be compared only if they were encoded with one key, and real people only with real ones."""
    if len(lists) < 2:
        raise ListProblem("One encoded list says nothing alone: give two or more.")
    first = lists[0]
    for other in lists[1:]:
        if other.head.key_check != first.head.key_check:
            raise ListProblem(
                f"{other.source}: encoded with another key than {first.source}. Agree on one key."
            )
        if (other.head.basis == "invented") != (first.head.basis == "invented"):
            raise ListProblem(f"{other.source}: invented people are not compared with real ones.")
    names = [one.source for one in lists]
    if len(set(names)) < len(names):
        raise ListProblem("Two files have the same name: the answer names lists so. Rename one of them.")


def rows_of(lists: Sequence[Encoded]) -> pl.DataFrame:
    """source and unique_id of every row."""
    return pl.concat([pl.DataFrame({"source": [one.source] * len(one.ids), ID: one.ids}) for one in lists])


def answer(lists: Sequence[Encoded], clusters: Sequence[Ints]) -> pl.DataFrame:
    """source, unique_id, cluster_id of every row."""
    return pl.concat([
        pl.DataFrame({"source": [one.source] * len(one.ids), ID: one.ids, "cluster_id": rows})
        for one, rows in zip(lists, clusters, strict=True)
    ])  # fmt: skip
