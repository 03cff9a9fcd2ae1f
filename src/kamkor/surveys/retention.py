"""How long filled forms are kept, and how they end; run by `kamkor tick` with the other classes."""

from collections.abc import Iterable
from datetime import date

from kamkor.people import erasure, retention
from kamkor.people.retention import RecordClass
from kamkor.surveys.coded import CodedAnswer
from kamkor.surveys.models import Attachment, Envelope, Quarantined, Submission
from kamkor.surveys.tied import Filled
from kamkor.vault.keyring import destroy
from kamkor.vault.models import File, Item


def old_submissions(day: date) -> Iterable[Submission]:
    """Oldest first. What belongs to a case stays and ends with the file of its person."""
    rows = Submission._base_manager.filter(received_at__date__lt=day, tie__case=None)
    return rows.select_related("desk", "item__file").defer("answers").order_by("received_at")


def end_submission(submission: Submission) -> None:
    """All of it goes, the counted answers too: they could tell of somebody in a small place. What it has
    corrected goes with it, or it would be counted again."""
    for before in Submission._base_manager.filter(replaced_by=submission).select_related("item__file"):
        end_submission(before)
    files = list(Attachment._base_manager.filter(submission=submission).select_related("item__file"))
    Attachment._base_manager.filter(submission=submission).delete()
    Filled._base_manager.filter(submission=submission).delete()
    CodedAnswer._base_manager.filter(submission=submission).delete()
    submission.delete()
    _forget(submission.item, *(file.item for file in files))


def old_quarantined(day: date) -> Iterable[Quarantined | Envelope]:
    """What could not be taken, and what nobody has taken over."""
    for model in (Quarantined, Envelope):
        rows = model._base_manager.filter(received_at__date__lt=day)
        yield from rows.select_related("desk", "item__file")


def end_quarantined(kept: Quarantined | Envelope) -> None:
    kept.delete()
    _forget(kept.item)


def _forget(*items: Item) -> None:
    files = [item.file for item in items]
    erasure.register([file.pk for file in files])
    destroy(*files)
    File.objects.filter(pk__in=[file.pk for file in files]).delete()


def _nobody(_row: object) -> None:
    return None


retention.CLASSES["submission"] = RecordClass(old_submissions, end_submission, _nobody)
retention.CLASSES["kept_aside"] = RecordClass(old_quarantined, end_quarantined, _nobody)
