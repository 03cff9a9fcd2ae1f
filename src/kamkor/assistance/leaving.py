"""What becomes of her file when another desk has taken her case over.

During the term both desks read, each its own file. When the term is over the old file is locked away: its
keys are sealed once more, to the new desk, so that neither desk opens them alone. What runs on elsewhere was
carried over when the case was accepted; the rest ends with the term.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from kamkor.access.actor import NOBODY
from kamkor.assistance.actions.referrals import finish_tasks
from kamkor.assistance.models import Case, Handover, Referral
from kamkor.base import wall
from kamkor.base.actions import record
from kamkor.identification.models import Contact, Packet
from kamkor.people.models import Consent, Person
from kamkor.vault.keyring import end_grants, lock_away
from kamkor.vault.models import File


def carry(handover: Handover) -> None:
    """What she agreed should run on is the new desk's to end, and so is a packet at the commission; the old
    key turns when the old desk next opens the file. Call it with the new case in `receiving_case`."""
    case = handover.receiving_case
    assert case is not None
    new = {"carried_to": case.desk, "carried_person": case.person}
    with wall.acting(handover.desk_id):  # the rows are the old desk's
        hers = handover.consent.person.all_ids()
        running = handover.referrals.filter(status__in=Referral.READABLE)
        Consent._base_manager.filter(pk__in=list(running.values_list("consent", flat=True))).update(**new)
        running.update(**new)
        waiting = Packet._base_manager.filter(person__in=hers, submitted_at__isnull=False, decided_at=None)
        for packet in waiting:
            Consent._base_manager.filter(items=packet.reasons_id, receiver=packet.commission_id).update(**new)
        waiting.update(**new)
        File.objects.filter(pk__in=files_of(hers)).update(turn_due=True)


def let_go(handover: Handover) -> None:
    """Her file leaves with the case after the term, unless the old desk still works on another case."""
    with wall.acting(handover.desk_id):
        hers = handover.consent.person.all_ids()
        others = Case._base_manager.filter(person__in=hers, closed_on=None).exclude(pk=handover.case_id)
        if not others.exists():
            Person._base_manager.filter(pk__in=hers).update(read_until=handover.reads_until)


def lock_due(now: datetime) -> int:
    """Lock away the files whose term is over, at every desk. Call it where all rows are seen."""
    gone = Person._base_manager.filter(left_at=None, read_until__lt=timezone.localdate(now))
    people = list(gone.values_list("pk", flat=True))
    taken = Handover.objects.filter(consent__person__in=people, accepted_at__isnull=False)
    for handover in taken.select_related("desk__holder", "receiver__holder", "consent__person").order_by(
        "pk"
    ):
        leave(handover, now)
    return len(people)


def leave(handover: Handover, now: datetime) -> None:
    """Shut the old desk's file for good: her own, what was said on the line, and answers from others."""
    hers = handover.consent.person.all_ids()
    for referral in Referral.objects.filter(person__in=hers).select_related("consent"):
        if referral.carried_to_id is None and referral.status in Referral.READABLE:
            end(referral)
        end_grants(referral.reply_ref, of=handover.desk.holder)
    for packet in Packet._base_manager.filter(person__in=hers):
        end_grants(packet.ref, of=handover.desk.holder)
    lock_away(files_of(hers), handover.receiver.holder)
    for person in Person._base_manager.filter(pk__in=hers, left_at=None):
        Person._base_manager.filter(pk=person.pk).update(left_at=now)
        record(NOBODY, "person.leave", person)


def end(referral: Referral) -> None:
    """Nobody is left at the old desk who could answer for it."""
    referral.status = Referral.Status.RECALLED
    referral.save(update_fields=["status"])
    end_grants(referral.consent.ref)
    finish_tasks(referral)
    record(NOBODY, "referral.recall", referral)


def files_of(people: Iterable[int]) -> set[UUID]:
    """The files in the vault that hold something of her alone: hers, and those of contacts about her."""
    own = set(Person._base_manager.filter(pk__in=people).values_list("file", flat=True))
    said = Contact._base_manager.filter(person__in=people).values_list("note__file", "callback_number__file")
    return own | {file for pair in said for file in pair if file}
