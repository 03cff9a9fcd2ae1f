"""Referrals as their receiver acts on them: seen, accepted or declined, begun, reported on, finished."""

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.assistance import sharing
from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.actions.referrals import answer, move, note_step
from kamkor.assistance.models import Case, Referral, ReferralStep
from kamkor.base.actions import action
from kamkor.base.problems import WrongState
from kamkor.vault.models import File

UNDER_WAY = (Referral.Status.ACCEPTED, Referral.Status.IN_PROGRESS)


@action("referral.see")
def see(actor: Actor, referral: Referral) -> None:
    """The receiver has opened it; only the first time is kept."""
    if referral.status != Referral.Status.SENT:
        return
    move(referral, "see")
    referral.save(update_fields=["status"])
    note_step(actor, referral, "see")


@action("referral.accept")
def accept(actor: Actor, referral: Referral) -> None:
    answered(actor, referral, "accept")


@action("referral.decline")
def decline(actor: Actor, referral: Referral, *, reason: str) -> None:
    """No, with its reason; what was shared is shut to us at once."""
    answered(actor, referral, "decline", reason=reason)


def answered(actor: Actor, referral: Referral, verb: str, *, reason: str = "") -> None:
    answer(referral, verb, reason=reason)
    referral.answered_by = "system"
    referral.save()
    note_step(actor, referral, verb, reason=reason)


@action("referral.start")
def start(actor: Actor, referral: Referral) -> None:
    move(referral, "start")
    referral.save(update_fields=["status"])
    note_step(actor, referral, "start")


@action("referral.report")
def report(actor: Actor, referral: Referral, *, text: str) -> None:
    """Tell the sender how it goes: sealed in a file of our own and open to the sender's desk."""
    if referral.standing not in UNDER_WAY:
        raise WrongState
    write_report(actor, referral, "report", text)


@action("referral.finish")
def finish(actor: Actor, referral: Referral, *, helped: bool, result: str, text: str = "") -> None:
    """The service was given, or help could not be given; with its result, and a last report if any."""
    verb = "finish" if helped else "fail"
    answer(referral, verb, result=result)
    referral.save()
    if text:
        write_report(actor, referral, verb, text)
    else:
        note_step(actor, referral, verb)


def write_report(actor: Actor, referral: Referral, verb: str, text: str) -> None:
    item = actor.keyring.write(reply_file(actor, referral), "report", text, by=actor.user_id)
    actor.keyring.share([item], referral.keeper.holder, ref=referral.reply_ref)
    note_step(actor, referral, verb, report=item)


def reply_file(actor: Actor, referral: Referral) -> File:
    """Where our reports on this referral are kept: one file of our own for all of them."""
    steps = ReferralStep.objects.filter(referral=referral, desk=actor.desk, report__isnull=False)
    first = steps.select_related("report__file").order_by("pk").first()
    return first.report.file if first and first.report else actor.keyring.new_file(actor.desk.holder)


@action("referral.open_file")
def open_file(actor: Actor, referral: Referral, *, kind: str) -> Case:
    """A file and a case of our own with what was shared; it stays ours when the referral ends."""
    if referral.standing not in UNDER_WAY or referral.receiving_case_id is not None:
        raise WrongState
    items = sharing.items_of(referral.consent.items)
    person, signs = sharing.make_own(actor, items)
    case = open_case(actor, person, kind=kind, opened_on=timezone.localdate(), came_by="referral", **signs)
    sharing.add_records(actor, case, items)
    referral.receiving_case = case
    referral.save(update_fields=["receiving_case"])
    note_step(actor, referral, "open_file")
    return case
