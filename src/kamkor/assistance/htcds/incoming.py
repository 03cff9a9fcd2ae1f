"""Taking a file over: it waits sealed, is read again when somebody says so, and then all of it is taken or
none; or the good rows, and the bad ones stay sealed until they are mended. Nothing that was sent is lost."""

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.htcds.filing import Filing
from kamkor.assistance.htcds.wording import say
from kamkor.assistance.models import ImportedFile
from kamkor.base.exports import as_csv
from kamkor.base.problems import Problem, WrongState
from kamkor.methods.htcds import Reading, cases, read
from kamkor.vault import keyring as vault
from kamkor.vault.models import File


class TakenBefore(Problem):
    """The same file again; `earlier` is when it was taken."""

    title = _("This file has been taken over before")
    mend = _("Its people would be in your books twice. Confirm it if you mean it.")


class RowsRefused(Problem):
    title = _("Some rows of the file cannot be taken, so nothing was")
    mend = _("Mend the rows and send the file again, or take the good rows alone.")


class NothingToTake(Problem):
    title = _("No row of the file can be taken")
    mend = _("Mend the rows that are listed and send the file again.")


@dataclass(frozen=True)
class Sent:
    """A file as it arrived and what was read in it. `version` is empty unless the sender named it."""

    name: str
    content: bytes
    version: str = ""

    def read(self) -> Reading:
        """Raises FileError when there is nothing to read."""
        return read(self.name, self.content, version=self.version or None, today=timezone.localdate())

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def keep(actor: Actor, desk: Desk, sent: Sent, reading: Reading) -> ImportedFile:
    """Let a file wait, sealed."""
    ring, by = actor.keyring, actor.user_id
    assert actor.user is not None
    about, content = ring.new_file(desk.holder), ring.new_file(desk.holder)
    return ImportedFile.objects.create(
        desk=desk,
        digest=sent.digest,
        version=reading.version,
        named_version=sent.version,
        format=reading.format,
        rows=len(reading.records) + len(reading.rejected),
        good=len(reading.records),
        bad=len(reading.rejected),
        name=ring.write(about, "import_name", sent.name, by=by),
        upload=ring.write(content, "import", sent.content, media_type="application/octet-stream", by=by),
        by=actor.user,
    )


def waiting(actor: Actor, imported: ImportedFile) -> Sent:
    """The file that waits."""
    if not imported.waiting:
        raise WrongState
    content = actor.keyring.read_bytes(imported.upload)
    return Sent(actor.keyring.read(imported.name), content, imported.named_version)


def earlier(imported: ImportedFile) -> ImportedFile | None:
    """The same content as this desk has it in its books already."""
    same = ImportedFile.objects.filter(desk_id=imported.desk_id, digest=imported.digest, undone_at=None)
    return same.filter(taken_at__isnull=False).exclude(pk=imported.pk).order_by("taken_at").first()


def take(actor: Actor, imported: ImportedFile, *, keep_good: bool, again: bool) -> None:
    """Make persons and cases of the file. The upload is destroyed, so that what is erased later is gone."""
    reading = waiting(actor, imported).read()
    if not again and earlier(imported) is not None:
        raise TakenBefore
    if reading.errors and not keep_good:
        raise RowsRefused
    if not reading.records:
        raise NothingToTake
    filing = Filing(actor, imported)
    for bundle in cases(reading):
        filing.take(bundle)
    filing.save()
    if reading.errors:
        rows = rejected_csv(reading)
        imported.rejected = actor.keyring.write(
            imported.name.file, "import_rejected", rows, media_type="text/csv", by=actor.user_id
        )
    imported.good, imported.bad = len(reading.records), len(reading.rejected)
    imported.taken_at = timezone.now()
    imported.save()
    destroy_later(imported.upload.file)


def drop(imported: ImportedFile) -> None:
    """Throw away what is still kept of a file: all of one that waits, the refused rows of one taken."""
    if imported.waiting:
        imported.dropped_at = timezone.now()
        destroy_later(imported.upload.file)
    elif imported.rejected is None or imported.rejected.size == 0:
        raise WrongState
    destroy_later(imported.name.file)
    imported.save(update_fields=["dropped_at"])


def destroy_later(*files: File) -> None:
    """Once all else is saved: it cannot be rolled back."""
    transaction.on_commit(lambda: vault.destroy(*files))


def rejected_csv(reading: Reading) -> bytes:
    """The refused rows as they were sent, each with what to mend."""
    mends: dict[int, list[str]] = {}
    for error in reading.errors:
        mends.setdefault(error.row, []).append(say(error.message, error.filling))
    columns = list(dict.fromkeys(name for row in reading.rejected.values() for name in row))
    head = ["kmk_row", "kmk_error", *columns]
    rows = (
        [number, " ".join(mends[number]), *(row.get(name, "") for name in columns)]
        for number, row in sorted(reading.rejected.items())
    )
    return as_csv(head, rows)
