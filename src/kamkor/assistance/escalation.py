"""What time alone brings about: consents end, answers become late. Done by `kamkor tick`, for all desks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kamkor.access.actor import NOBODY, Actor
from kamkor.access.models import Desk, Membership, User
from kamkor.assistance import leaving
from kamkor.assistance.actions.referrals import finish_tasks, subject_of
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Referral
from kamkor.assistance.models.referrals import in_force
from kamkor.base import wall
from kamkor.base.actions import lock, record
from kamkor.directory.places import chain
from kamkor.methods.journeys import hours_late
from kamkor.people.models import Exclusion
from kamkor.vault.keyring import end_expired_grants, end_grants

ANSWER_WITHIN = timedelta(hours=4)  # for the head of a desk, once an answer is late


@dataclass(frozen=True)
class Late:
    """All that a coordinator is told: no person, no sender, no service."""

    desk: Desk
    code: str
    hours: int


def tick(now: datetime | None = None) -> dict[str, int]:
    """Everything that is due at this moment, and how much of each there was."""
    moment = now or timezone.now()
    with wall.acting(None, scope="all"):
        return {
            "expired": expire_due(),
            "escalated": escalate(moment),
            "shut": end_expired_grants(moment),
            "left": leaving.lock_due(moment),
        }


def expire_due() -> int:
    """Mark the referrals whose consent has been withdrawn or has ended; they are unreadable already."""
    alive = Referral.objects.filter(status__in=(Referral.Status.DRAFT, *Referral.READABLE))
    over = list(alive.exclude(in_force()).select_related("consent"))
    for referral in over:
        referral.status = referral.standing
        referral.save(update_fields=["status"])
        end_grants(referral.consent.ref)
        finish_tasks(referral)
        record(NOBODY, f"referral.{referral.status}", referral)
    return len(over)


def escalate(now: datetime) -> int:
    """Tell the head of each desk whose answer is late; for an outside organisation, the sender's head."""
    rows = Referral.objects.filter(
        status__in=Referral.WAITING,
        due_at__lt=now,
        escalated_at=None,
    ).filter(in_force())
    late = [row for row in rows.select_related("desk", "carried_to", "receiver") if not barred(row)]
    for row in late:
        referral = lock(row)
        referral.escalated_at = now
        referral.save(update_fields=["escalated_at"])
        desk = row.receiver or row.keeper
        new_task(desk, "escalation", now + ANSWER_WITHIN, subject=subject_of(row), assignee=head_of(desk))
        record(NOBODY, "referral.escalate", referral)
    return len(late)


def barred(referral: Referral) -> bool:
    """Whether the receiver has meanwhile been shut out of this person's file."""
    if referral.receiver is None:
        return False
    files = [referral.person_id, referral.carried_person_id]
    rows = Exclusion._base_manager.filter(person__in=files, lifted_at=None)
    places = Q(place__in=chain(referral.receiver.place))
    return rows.filter(Q(excluded_desk=referral.receiver) | places).exists()


def head_of(desk: Desk) -> User | None:
    heads = Membership.objects.current().filter(desk=desk, role="supervisor").select_related("user")
    first = heads.order_by("since", "pk").first()
    return first.user if first else None


def late_answers(actor: Actor, now: datetime | None = None) -> list[Late]:
    """What waits too long, longest first: for a coordinator, by desk, code and hours only."""
    moment = now or timezone.now()
    rows = Referral.objects.visible_to(actor).filter(status__in=Referral.WAITING, due_at__lt=moment)
    rows = rows.filter(in_force(), receiver__isnull=False)
    return [
        Late(desk=row.receiver, code=row.code, hours=hours_late(row.due_at, moment))
        for row in rows.select_related("receiver__organisation").order_by("due_at", "pk")
        if row.receiver and row.due_at
    ]


def notice_text() -> str:
    """All that an e-mail or a text message about work here may say."""
    return _("You have work in Kamkor.")
