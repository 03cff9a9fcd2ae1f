"""What of the public door is old, and how it ends; run by `kamkor tick` with the other classes."""

from collections.abc import Iterable
from datetime import date

from kamkor.people import erasure, retention
from kamkor.people.retention import RecordClass
from kamkor.vault.keyring import destroy
from kamkor.vault.models import File
from kamkor.website.models import CheckIn, Message, Report


def closed(day: date) -> Iterable[Report]:
    return Report._base_manager.filter(closed_on__lt=day).select_related("desk", "file")


def end_report(report: Report) -> None:
    """All of it goes, with what was added and answered."""
    messages = Message._base_manager.filter(report=report)
    files = {report.file, *(message.item.file for message in messages.select_related("item__file"))}
    messages.delete()
    report.delete()
    _end(files)


def ended(day: date) -> Iterable[CheckIn]:
    return CheckIn._base_manager.filter(ended_on__lt=day).select_related("desk", "file")


def end_check_in(check_in: CheckIn) -> None:
    check_in.delete()
    _end({check_in.file})


def _end(files: set[File]) -> None:
    erasure.register([file.pk for file in files])
    destroy(*files)
    File.objects.filter(pk__in=[file.pk for file in files]).delete()


def _nobody(_row: object) -> None:
    return None


retention.CLASSES["web_report"] = RecordClass(closed, end_report, _nobody)
retention.CLASSES["check_in"] = RecordClass(ended, end_check_in, _nobody)
