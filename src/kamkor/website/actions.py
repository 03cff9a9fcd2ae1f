"""What is handed in at the public door, and what the receiving desk does with it."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Task
from kamkor.base.actions import action, reference
from kamkor.base.problems import WrongState
from kamkor.base.public import fresh_code
from kamkor.vault import receipts
from kamkor.vault.files import seal_for, seal_texts_for
from kamkor.vault.receipts import Receipt
from kamkor.website.models import CheckIn, Message, Report

TO_READ = timedelta(days=1)
MORNING = time(9)  # of the day on which somebody is to be called


@action("report.receive")
def receive_report(
    actor: Actor, desk: Desk, *, kind: str, language: str, text: str, receipt: Receipt | None
) -> Report:
    """Keep a report, sealed to the desk. One that comes twice with the same receipt is kept once."""
    if receipt and (held := Report._base_manager.filter(mark=receipt.mark).first()):
        return held
    file, item = seal_for(desk.holder, "report", text)
    report = Report.objects.create(
        desk=desk,
        code=fresh_code(),
        kind=kind,
        language=language,
        mark=receipt.mark if receipt else None,
        public=receipt.public if receipt else None,
        file=file,
    )
    Message.objects.create(desk=desk, report=report, item=item)
    _to_read(report)
    return report


@action("report.add")
def add_to_report(actor: Actor, report: Report, *, text: str) -> Message:
    """Whoever reported adds something; the desk reads it, even when it had closed the report."""
    _file, item = seal_for(report.desk.holder, "report", text)
    message = Message.objects.create(desk_id=report.desk_id, report=report, item=item)
    Report.objects.filter(pk=report.pk).update(closed_on=None)
    _to_read(report)
    return message


@action("report.answer")
def answer_report(actor: Actor, report: Report, *, text: str) -> Message:
    """Answer to the receipt: who holds it can read this, and nothing else."""
    if report.public is None or not report.is_open:
        raise WrongState
    message = Message.objects.create(
        desk_id=report.desk_id,
        report=report,
        item=actor.keyring.write(report.file, "answer", text, by=actor.user_id),
        for_reporter=receipts.seal_answer(report.public, text, reference(report)),
        by=actor.signed_in,
    )
    _done(report)
    return message


@action("report.close")
def close_report(actor: Actor, report: Report) -> None:
    if not report.is_open:
        raise WrongState
    report.closed_on = timezone.localdate()
    report.save(update_fields=["closed_on"])
    _done(report)


@action("check_in.receive")
def receive_check_in(
    actor: Actor, desk: Desk, *, facts: Mapping[str, Any], texts: Mapping[str, str]
) -> CheckIn:
    """Somebody leaves and wants to be called: a task of the line on that morning."""
    file, _items = seal_texts_for(desk.holder, texts)
    check_in = CheckIn.objects.create(desk=desk, code=fresh_code(), file=file, **facts)
    due = timezone.make_aware(datetime.combine(check_in.call_on, MORNING))
    new_task(desk, "departure_check", due, subject=reference(check_in))
    return check_in


@action("check_in.end")
def end_check_in(actor: Actor, check_in: CheckIn, *, outcome: str) -> None:
    if not check_in.is_open:
        raise WrongState
    check_in.outcome, check_in.ended_on = outcome, timezone.localdate()
    check_in.save(update_fields=["outcome", "ended_on"])
    _done(check_in)


def _to_read(report: Report) -> None:
    new_task(report.desk, "web_report", timezone.now() + TO_READ, subject=reference(report))


def _done(row: Report | CheckIn) -> None:
    """What was asked for has been done: no task stays open about it."""
    Task.objects.open().filter(desk_id=row.desk_id, subject=reference(row)).update(done_at=timezone.now())
