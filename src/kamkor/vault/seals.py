"""The access log sealed in batches: each batch is a signed list of row hashes, chained to the one before.

A row may be committed after rows with higher ids (its transaction took longer). It is not waited for: the
batch says exactly which rows it holds, and a row that came late is sealed by the next batch. So no writer is
ever held up, and the order in which rows were sealed does not depend on the order of their ids.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from kamkor.base import wall
from kamkor.base.models import AuditEvent
from kamkor.vault import crypto
from kamkor.vault.keyfile import kept_key
from kamkor.vault.models import AuditSeal

BATCH = 5000
LATE = 20_000  # how many ids back a row may still turn up, committed after its neighbours were sealed
COPY_TAIL = 64 * 1024


class Finding(NamedTuple):
    """Something that is not as it was sealed.

    `kind`: changed or missing (a row), altered (the list of a seal), forged (its signature), broken (the
    chain), cut (a seal that only the copy has), no copy.
    """

    kind: str
    seal: int | None = None
    row: int | None = None


def seal_batch() -> AuditSeal | None:
    """Seal what is not yet sealed, at most one batch; None when there is nothing."""
    with transaction.atomic():
        wall.alone("sealing the log")  # or two seals would follow the same one
        rows = _unsealed()
        if not rows:
            return None
        last = AuditSeal.objects.order_by("pk").last()
        seal = AuditSeal(
            first_id=rows[0].pk,
            last_id=rows[-1].pk,
            rows=len(rows),
            columns=_columns(),
            entries=[[row.pk, _row_hash(row, _columns())] for row in rows],
            previous=last.digest if last else "",
            at=timezone.now(),
        )
        seal.digest = _digest(seal)
        private = _seal_key()
        seal.public = crypto.signing_public(private).hex()
        seal.signature = crypto.sign(private, seal.digest.encode()).hex()
        seal.save(force_insert=True)
        transaction.on_commit(copy_out)
    return seal


def copy_out() -> None:
    """Append to the copy file each seal that it lacks; the file is for another disk or the daily mail."""
    path = settings.SEAL_COPY_FILE
    recent = list(AuditSeal.objects.order_by("-pk")[:100])
    tail = ""
    if path.exists():
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - COPY_TAIL))
            tail = file.read().decode(errors="replace")
    with path.open("a") as file:
        for seal in reversed(recent):
            if seal.digest not in tail:
                file.write(json.dumps(_line(seal)) + "\n")


def signer() -> str:
    """The public half of the key that signs the log."""
    return crypto.signing_public(_seal_key()).hex()


def verify(copy: Path | None = None, *, signer: str = "") -> list[Finding]:
    """Everything in the log that is not as it was sealed, and with a copy, the seals that were cut off.

    `signer` is trusted in the place of this installation's key: a log that was restored comes with its own.
    """
    findings: list[Finding] = []
    trusted = bytes.fromhex(signer) if signer else crypto.signing_public(_seal_key())
    previous = ""
    for seal in AuditSeal.objects.order_by("pk").iterator(chunk_size=1):
        if seal.previous != previous:
            findings.append(Finding("broken", seal.pk))
        previous = seal.digest
        findings += _check_seal(seal, trusted)
    if copy and copy.exists():
        findings += check_copy(copy.read_text(), trusted)
    elif copy:
        findings.append(Finding("no copy"))
    return findings


def _unsealed() -> list[AuditEvent]:
    """New rows, and those that came late among the last ones sealed, in the order of their ids."""
    newest: int = AuditSeal.objects.aggregate(newest=Max("last_id"))["newest"] or 0
    recent = AuditSeal.objects.filter(last_id__gt=newest - LATE).values_list("entries", flat=True)
    sealed = {row_id for entries in recent for row_id, _ in entries}
    present = AuditEvent.objects.filter(pk__gt=newest - LATE, pk__lte=newest).values_list("pk", flat=True)
    late = [row_id for row_id in present if row_id not in sealed]
    rows = AuditEvent.objects.filter(models.Q(pk__gt=newest) | models.Q(pk__in=late))
    return list(rows.order_by("pk")[:BATCH])


def _check_seal(seal: AuditSeal, trusted: bytes) -> Iterator[Finding]:
    """Against the key in the key file, not the one that the row claims."""
    if not crypto.verify(trusted, bytes.fromhex(seal.signature), seal.digest.encode()):
        yield Finding("forged", seal.pk)
    if _digest(seal) != seal.digest:
        yield Finding("altered", seal.pk)
    present = AuditEvent.objects.in_bulk([row_id for row_id, _ in seal.entries])
    for row_id, hashed in seal.entries:
        if row_id not in present:
            yield Finding("missing", seal.pk, row_id)
        elif _row_hash(present[row_id], seal.columns) != hashed:
            yield Finding("changed", seal.pk, row_id)


def check_copy(copy: str, trusted: bytes) -> Iterator[Finding]:
    """A line of the copy counts only with our signature: who edits the copy cannot accuse the log."""
    present = set(AuditSeal.objects.values_list("digest", flat=True))
    for text in copy.splitlines():
        number, digest, signature = _read_line(text)
        if not crypto.verify(trusted, signature, digest.encode()):
            yield Finding("forged", number)
        elif digest not in present:
            yield Finding("cut", number)


def _read_line(text: str) -> tuple[int | None, str, bytes]:
    """Number, digest and signature; of a line that is none, a signature that does not hold."""
    try:
        line = json.loads(text)
        return int(line["seal"]), str(line["digest"]), bytes.fromhex(line["signature"])
    except (ValueError, KeyError, TypeError):
        return None, "", b""


def _line(seal: AuditSeal) -> dict[str, str | int]:
    return {
        "seal": seal.pk,
        "first": seal.first_id,
        "last": seal.last_id,
        "rows": seal.rows,
        "at": seal.at.isoformat(),
        "previous": seal.previous,
        "digest": seal.digest,
        "signature": seal.signature,
    }


def _digest(seal: AuditSeal) -> str:
    """Over all that the seal says, so that none of it can be changed without the signing key."""
    said = [
        seal.first_id,
        seal.last_id,
        seal.rows,
        seal.columns,
        seal.entries,
        seal.previous,
        seal.at.isoformat(),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _columns() -> list[str]:
    return [field.attname for field in AuditEvent._meta.concrete_fields]


def _row_hash(row: AuditEvent, columns: list[str]) -> str:
    """Over the columns that the log had when it was sealed: later ones are in later seals."""
    fields = [field for field in row._meta.concrete_fields if field.attname in columns]
    said = {field.attname: field.value_to_string(row) for field in fields}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _seal_key() -> bytes:
    return kept_key(settings.SEAL_KEY_FILE, crypto.new_signing_key)
